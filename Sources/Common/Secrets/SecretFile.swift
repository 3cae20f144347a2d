internal import Foundation
internal import Support

/// The sealed file as it is written: `.martlet/secrets.json`. Paths, keys, times and rules can be read; values are sealed.
///
///     {"martlet_secrets": 2, "salt": BASE64, "secrets": [
///       {"path": "team/alerts", "created": TIME, "updated": TIME, "max_versions": 0, "cas_required": false, "notes": {},
///        "versions": [{"version": 1, "created": TIME, "keys": ["url"], "sealed": BASE64}]}]}
///
/// `sealed` is AES-GCM (nonce, cipher text, tag) over the object of values as JSON, authenticated with `PATH@VERSION`. A version that was deleted has
/// `deleted: TIME`, a destroyed one no content. The first format, `{"martlet_secrets": 1, "secrets": [{"name", "changed", "sealed"}]}`, is read too: its
/// values become version 1 of their path, as `parts: [{"key", "name", "sealed"}]`, each authenticated with its old name, and are written so from then on.
struct SecretFile {
    /// The format that is written.
    static let format = 2

    var salt: Data
    var secrets: [StoredSecret]

    /// Nil for what is no such file.
    init?(_ json: JSONValue) {
        guard let salt = json["salt"].text.flatMap({ Data(base64Encoded: $0) }), (1...SecretFile.format).contains(json["martlet_secrets"].int ?? 0)
        else { return nil }
        self.salt = salt
        secrets = []
        for entry in json["secrets"].elements {
            switch json["martlet_secrets"].int {
            case 1: guard add(first: entry) else { return nil }
            case SecretFile.format:
                guard let secret = SecretFile.secret(entry) else { return nil }
                secrets.append(secret)
            default: return nil
            }
        }
    }

    /// A new file.
    init(salt: Data) {
        self.salt = salt
        secrets = []
    }

    var json: JSONValue {
        [
            "martlet_secrets": JSONValue(SecretFile.format), "salt": .string(salt.base64EncodedString()),
            "secrets": .array(secrets.sorted { $0.path < $1.path }.map(SecretFile.json)),
        ]
    }

    // MARK: - The first format

    /// Takes up a value of the first format. Of two that now share a name, the one that was set later counts.
    private mutating func add(first entry: JSONValue) -> Bool {
        guard let text = entry["name"].text, let name = SecretName(text), let changed = SecretFile.time(entry["changed"]),
            let sealed = entry["sealed"].text
        else { return false }
        let i = secrets.firstIndex { $0.path == name.path } ?? secrets.count
        if i == secrets.count { secrets.append(StoredSecret(path: name.path, created: changed)) }
        var version = secrets[i].current ?? SecretVersion(number: 1, created: changed, keys: [], content: .parts([]))
        guard case .parts(var parts) = version.content else { return false }
        if version.keys.contains(name.key) {
            guard changed >= secrets[i].updated else { return true }
            parts.removeAll { $0.key == name.key }
        }
        parts.append(.init(key: name.key, name: text, sealed: sealed))
        version.keys = parts.map(\.key)
        version.content = .parts(parts)
        secrets[i].versions = [version]
        secrets[i].updated = max(secrets[i].updated, changed)
        return true
    }

    // MARK: - The format of today

    private static func secret(_ json: JSONValue) -> StoredSecret? {
        guard let path = json["path"].text.flatMap({ SecretPath($0) }), let created = time(json["created"]), let updated = time(json["updated"])
        else {
            return nil
        }
        var secret = StoredSecret(path: path, created: created)
        secret.updated = updated
        secret.maxVersions = json["max_versions"].int ?? 0
        secret.needsCheck = json["cas_required"].flag ?? false
        secret.notes = .object(json["notes"].members)
        for entry in json["versions"].elements {
            guard let version = version(entry), version.number > secret.current?.number ?? 0 else { return nil }
            secret.versions.append(version)
        }
        return secret
    }

    private static func version(_ json: JSONValue) -> SecretVersion? {
        guard let number = json["version"].int, number < Int.max, let created = time(json["created"]) else { return nil }
        let parts: [SecretVersion.Part] = json["parts"].elements.compactMap { part in
            guard let key = part["key"].text, let name = part["name"].text, let sealed = part["sealed"].text else { return nil }
            return .init(key: key, name: name, sealed: sealed)
        }
        let content: SecretVersion.Content? = json["sealed"].text.map { .whole($0) } ?? (parts.isEmpty ? nil : .parts(parts))
        return SecretVersion(
            number: number, created: created, keys: json["keys"].elements.compactMap(\.text), deleted: time(json["deleted"]), content: content)
    }

    private static func time(_ json: JSONValue) -> Timestamp? { json.text.flatMap { Timestamp($0) } }

    private static func json(_ secret: StoredSecret) -> JSONValue {
        [
            "path": .string(secret.path.description), "created": .string(secret.created.description), "updated": .string(secret.updated.description),
            "max_versions": JSONValue(secret.maxVersions), "cas_required": .bool(secret.needsCheck), "notes": secret.notes,
            "versions": .array(secret.versions.map(json)),
        ]
    }

    private static func json(_ version: SecretVersion) -> JSONValue {
        var json: JSONValue = [
            "version": JSONValue(version.number), "created": .string(version.created.description), "keys": JSONValue(version.keys),
        ]
        if let deleted = version.deleted { json["deleted"] = .string(deleted.description) }
        switch version.content {
        case .whole(let sealed): json["sealed"] = .string(sealed)
        case .parts(let parts):
            json["parts"] = .array(parts.map { ["key": .string($0.key), "name": .string($0.name), "sealed": .string($0.sealed)] })
        case nil: break
        }
        return json
    }
}
