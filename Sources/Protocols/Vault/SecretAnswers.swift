import HTTPTypes
import Hummingbird
import Secrets
import Support

/// The KV engine, version 2: calls on the sealed secrets, answers in Vault's words. Reads and writes files: for a pool.
struct SecretAnswers: Sendable {
    let secrets: RecordedSecrets
    let requestID: TimeOrderedID

    // MARK: - Values

    /// A version with its values. One that was deleted or destroyed is not found, but its times are told.
    func read(_ path: SecretPath, version: String?) throws(MartletError) -> VaultAnswer {
        guard let number = Int(version ?? "0"), number >= 0 else { throw MartletError(.invalidInput, "The version is a number.") }
        guard let reading = try secrets.read(path, version: number) else { return .absent }
        let data: JSONValue = ["data": reading.data ?? .null, "metadata": SecretAnswers.json(reading.version, of: reading.secret)]
        return VaultAnswer(requestID, data: data, status: reading.version.isReadable ? .ok : .notFound)
    }

    /// A new version, made of the body's `data`.
    /// - Parameter merges: whether they are merged into the values of the current version (RFC 7396), which then has to be there.
    func write(_ path: SecretPath, _ body: JSONValue, merges: Bool) throws(MartletError) -> VaultAnswer {
        guard case .object = body["data"] else { throw MartletError(.invalidInput, "no data provided") }
        let check = body["options"]["cas"]
        guard check.isNull || check.int ?? -1 >= 0 else { throw MartletError(.invalidInput, "The option cas is the number of a version.") }
        if merges, try secrets.secret(path)?.current?.isReadable != true { return .absent }
        let version: SecretVersion
        do throws(MartletError) {
            version = try secrets.write(path, check: check.int) { merges ? SecretAnswers.merged($0 ?? .object([]), body["data"]) : body["data"] }
        } catch {
            guard error.code == .conflict else { throw error }
            let words = check.isNull ? "check-and-set parameter required for this call" : "check-and-set parameter did not match the current version"
            return .failure(.badRequest, words)
        }
        guard let secret = try secrets.secret(path) else { return .absent }
        return VaultAnswer(requestID, data: SecretAnswers.json(version, of: secret))
    }

    private static func merged(_ target: JSONValue, _ patch: JSONValue) -> JSONValue {
        guard case .object(let members) = patch else { return patch }
        var result = JSONValue.object(target.members)
        for member in members {
            result =
                member.value.isNull
                ? .object(result.members.filter { $0.key != member.key })
                : result.setting(member.key, merged(result[member.key], member.value))
        }
        return result
    }

    // MARK: - Versions

    func delete(_ path: SecretPath, versions: [Int]?) throws(MartletError) -> VaultAnswer {
        try secrets.delete(path, versions: versions)
        return .done
    }

    func undelete(_ path: SecretPath, versions: [Int]) throws(MartletError) -> VaultAnswer {
        try secrets.undelete(path, versions: versions)
        return .done
    }

    func destroy(_ path: SecretPath, versions: [Int]) throws(MartletError) -> VaultAnswer {
        try secrets.destroy(path, versions: versions)
        return .done
    }

    /// The numbers of a body's `versions`.
    static func versions(_ body: JSONValue) throws(MartletError) -> [Int] {
        let numbers = body["versions"].elements.map { $0.int ?? $0.text.flatMap { Int($0) } ?? 0 }
        guard !numbers.isEmpty, numbers.count <= 1000, numbers.allSatisfy({ $0 > 0 }) else {
            throw MartletError(.invalidInput, "No version number provided")
        }
        return numbers
    }

    // MARK: - What is known of a secret

    /// The names below a folder; the top where it is nil.
    func list(_ folder: SecretPath?) throws(MartletError) -> VaultAnswer {
        let names = try secrets.names(below: folder)
        return names.isEmpty ? .absent : VaultAnswer(requestID, data: ["keys": JSONValue(names)])
    }

    func metadata(_ path: SecretPath) throws(MartletError) -> VaultAnswer {
        guard let secret = try secrets.secret(path) else { return .absent }
        let versions = secret.versions.map { version in
            JSONValue.Member(
                String(version.number),
                [
                    "created_time": .string(version.created.description), "deletion_time": .string(version.deleted?.description ?? ""),
                    "destroyed": .bool(version.isDestroyed),
                ])
        }
        return VaultAnswer(
            requestID,
            data: [
                "cas_required": .bool(secret.needsCheck), "created_time": .string(secret.created.description),
                "current_version": JSONValue(secret.current?.number ?? 0), "custom_metadata": SecretAnswers.notes(secret),
                "delete_version_after": "0s", "max_versions": JSONValue(secret.maxVersions),
                "oldest_version": JSONValue(secret.versions.first?.number ?? 0), "updated_time": .string(secret.updated.description),
                "versions": .object(versions),
            ])
    }

    func configure(_ path: SecretPath, _ body: JSONValue) throws(MartletError) -> VaultAnswer {
        guard try VaultRequest.seconds(body["delete_version_after"]) ?? 0 == 0 else {
            throw MartletError(.invalidInput, "delete_version_after is not offered: nothing is deleted by itself here.")
        }
        let (most, check, notes) = (body["max_versions"], body["cas_required"], body["custom_metadata"])
        guard most.isNull || most.int != nil, check.isNull || check.flag != nil else {
            throw MartletError(.invalidInput, "max_versions is a number, cas_required true or false.")
        }
        try secrets.configure(path, maxVersions: most.int, needsCheck: check.flag, notes: notes.isNull ? Optional.none : notes)
        return .done
    }

    func remove(_ path: SecretPath) throws(MartletError) -> VaultAnswer {
        try secrets.remove(path)
        return .done
    }

    private static func json(_ version: SecretVersion, of secret: StoredSecret) -> JSONValue {
        [
            "created_time": .string(version.created.description), "custom_metadata": notes(secret),
            "deletion_time": .string(version.deleted?.description ?? ""), "destroyed": .bool(version.isDestroyed),
            "version": JSONValue(version.number),
        ]
    }

    private static func notes(_ secret: StoredSecret) -> JSONValue { secret.notes.members.isEmpty ? .null : secret.notes }
}

extension JSONValue {
    fileprivate func setting(_ key: String, _ value: JSONValue) -> JSONValue {
        var copy = self
        copy[key] = value
        return copy
    }
}
