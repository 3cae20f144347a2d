internal import Crypto
internal import Foundation
internal import Objects
package import Support

/// The project's own secrets, in versions: values sealed by AES-GCM together with their path and version, so that none can take another's place.
/// The key is made of the key file, which lies outside the project, and a salt of the store. Whoever changes it holds a lock, across processes.
/// The calls read and write files: not for the cooperative threads of a server.
package struct SealedSecrets: Sendable {
    /// A value as it is listed, without what it is.
    package struct Listed: Sendable, Equatable {
        package var name: SecretName
        package var changed: Timestamp
    }

    /// The longest value that is set alone, in bytes.
    package static let longest = 64 << 10

    private let path: String
    private let sealing: SealingKey
    let clock: any WallClock

    /// - Parameters:
    ///   - path: the sealed file, `.martlet/secrets.json`.
    ///   - keyFile: where the key is (`keyFile(environment:)`).
    package init(path: String, keyFile: String, clock: any WallClock) {
        self.path = path
        sealing = SealingKey(path: keyFile)
        self.clock = clock
    }

    /// Where the key file is: `MARTLET_KEY_FILE`, or `~/.config/martlet/keys`.
    package static func keyFile(environment: [String: String]) -> String {
        if let named = environment["MARTLET_KEY_FILE"], !named.isEmpty { return named }
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        return (environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.config") + "/martlet/keys"
    }

    // MARK: - Single values

    /// The values of the current versions.
    package func list() throws(MartletError) -> [Listed] {
        try load().secrets.flatMap { secret -> [Listed] in
            guard let version = secret.current, version.isReadable else { return [] }
            return version.keys.map { Listed(name: SecretName(path: secret.path, key: $0), changed: version.created) }
        }.sorted { $0.name < $1.name }
    }

    /// Stores a value beside the others of its path, as a new version; the first one makes the key file where there is none.
    /// - Returns: the version.
    @discardableResult
    package func set(_ name: SecretName, to value: String) throws(MartletError) -> Int {
        guard !value.isEmpty, value.utf8.count <= SealedSecrets.longest else {
            throw MartletError(.invalidInput, "A secret has 1 to \(SealedSecrets.longest) bytes.")
        }
        return try write(name.path) { (current) throws(MartletError) in
            var data = current ?? .object([])
            data[name.key] = .string(value)
            return data
        }.number
    }

    /// Removes a value from every version of its path; with the last one the path goes too.
    /// - Throws: `notFound`.
    package func remove(_ name: SecretName) throws(MartletError) {
        try change { (file) throws(MartletError) in
            guard let i = file.secrets.firstIndex(where: { $0.path == name.path }) else { throw unknown(name, file) }
            let current = file.secrets[i].current
            guard current?.isReadable != true || current?.keys.contains(name.key) == true else { throw unknown(name, file) }
            if current.map({ $0.isReadable && $0.keys != [name.key] }) ?? false {
                for j in file.secrets[i].versions.indices { try drop(name.key, from: &file.secrets[i].versions[j], of: name.path, file) }
                file.secrets[i].updated = clock.now()
            } else {
                file.secrets.remove(at: i)
            }
        }
    }

    /// A value as the current version has it.
    /// - Throws: `notFound`; `invalidInput` for one that is no text; `corrupted` where the file was changed or the key is another one.
    package func value(_ name: SecretName) throws(MartletError) -> String {
        let file = try load()
        guard let secret = file.secrets.first(where: { $0.path == name.path }), let version = secret.current, version.isReadable,
            version.keys.contains(name.key)
        else { throw unknown(name, file) }
        guard let text = try open(version, of: name.path, file)[name.key].text, !text.isEmpty else {
            throw MartletError(.invalidInput, "The secret “\(name)” is not a text.")
        }
        return text
    }

    private func drop(_ key: String, from version: inout SecretVersion, of path: SecretPath, _ file: SecretFile) throws(MartletError) {
        guard version.keys.contains(key) else { return }
        if version.content != nil {
            let left = try open(version, of: path, file).members.filter { $0.key != key }
            version.content = left.isEmpty ? nil : .whole(try seal(.object(left), path, version.number, file))
        }
        version.keys.removeAll { $0 == key }
    }

    // MARK: - Sealing

    /// The object of a version's values.
    func open(_ version: SecretVersion, of path: SecretPath, _ file: SecretFile) throws(MartletError) -> JSONValue {
        let key = try sealing.key(salt: file.salt, makes: false)
        switch version.content {
        case nil: return .null
        case .whole(let sealed):
            guard let text = SealedSecrets.open(sealed, "\(path)@\(version.number)", key), let data = try? JSONValue(parsing: text) else {
                throw lost
            }
            return data
        case .parts(let parts):
            var data = JSONValue.object([])
            for part in parts {
                guard let text = SealedSecrets.open(part.sealed, part.name, key) else { throw lost }
                data[part.key] = .string(text)
            }
            return data
        }
    }

    /// Seals the values of a version.
    func seal(_ data: JSONValue, _ path: SecretPath, _ version: Int, _ file: SecretFile) throws(MartletError) -> String {
        let key = try sealing.key(salt: file.salt, makes: file.secrets.allSatisfy { $0.versions.isEmpty })
        do {
            let box = try AES.GCM.seal(Data(data.compact.utf8), using: key, authenticating: Data("\(path)@\(version)".utf8))
            guard let combined = box.combined else { throw lost }
            return combined.base64EncodedString()
        } catch { throw MartletError(.defect, "The secret could not be sealed.") }
    }

    func hasKey(_ file: SecretFile) -> Bool { (try? sealing.key(salt: file.salt, makes: false)) != nil }

    private static func open(_ sealed: String, _ name: String, _ key: SymmetricKey) -> String? {
        guard let bytes = Data(base64Encoded: sealed), let box = try? AES.GCM.SealedBox(combined: bytes),
            let plain = try? AES.GCM.open(box, using: key, authenticating: Data(name.utf8))
        else { return nil }
        return String(validating: plain, as: UTF8.self)
    }

    // MARK: - Files

    func load() throws(MartletError) -> SecretFile {
        let bytes: [UInt8]
        do { bytes = try readWhole(path) } catch {
            guard error.code == .notFound else { throw error }
            return SecretFile(salt: SealingKey.random())
        }
        guard let file = (try? JSONValue(parsing: bytes)).flatMap({ SecretFile($0) }) else {
            throw MartletError(.corrupted, "\(path) is damaged or was written by a newer Martlet.")
        }
        return file
    }

    /// Changes the file while no other process does.
    func change<Value>(_ edit: (inout SecretFile) throws(MartletError) -> Value) throws(MartletError) -> Value {
        try makeFolder((path as NSString).deletingLastPathComponent)
        let lock = "\(path).lock"
        let descriptor = Foundation.open(lock, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else { throw .system("lock", lock) }
        defer {
            flock(descriptor, LOCK_UN)
            close(descriptor)
        }
        var file = try load()
        let value = try edit(&file)
        let bytes = Array((file.json.pretty + "\n").utf8)
        guard bytes.count <= SealedSecrets.largestFile else {
            throw MartletError(
                .storageFull, "The secrets take more than \(SealedSecrets.largestFile >> 20) MB. Remove some, or old versions of some.")
        }
        try replaceFile(path, with: bytes)
        chmod(path, 0o600)
        return value
    }

    private var lost: MartletError {
        MartletError(
            .corrupted, "The secret does not open: \(path) was changed, or \(sealing.path) is another key than the one it was sealed with.")
    }

    private func unknown(_ name: SecretName, _ file: SecretFile) -> MartletError {
        let known = file.secrets.flatMap { secret in
            secret.current.map { $0.isReadable ? $0.keys : [] }?.map { SecretName(path: secret.path, key: $0).description } ?? []
        }
        return MartletError(
            .notFound, "There is no secret “\(name)”.\(didYouMean(name.description, among: known)) Store it with “martlet secret set \(name)”.")
    }
}
