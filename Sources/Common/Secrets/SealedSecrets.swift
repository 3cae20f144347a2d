internal import Crypto
internal import Foundation
internal import Objects
package import Support

/// The project's own secrets: names and times to read, values sealed by AES-GCM together with their names, so that none can take another's place.
/// The key is made of the key file, which lies outside the project, and a salt of this file.
package struct SealedSecrets: Sendable {
    /// A secret as it is listed, without its value.
    package struct Listed: Sendable, Equatable {
        package var name: SecretName
        package var changed: Timestamp
    }

    /// The longest value, in bytes.
    package static let longest = 64 << 10

    private let path: String
    private let keyFile: String
    private let clock: any WallClock

    /// - Parameters:
    ///   - path: the sealed file, `.martlet/secrets.json`.
    ///   - keyFile: where the key is (`keyFile(environment:)`).
    package init(path: String, keyFile: String, clock: any WallClock) {
        self.path = path
        self.keyFile = keyFile
        self.clock = clock
    }

    /// Where the key file is: `MARTLET_KEY_FILE`, or `~/.config/martlet/keys`.
    package static func keyFile(environment: [String: String]) -> String {
        if let named = environment["MARTLET_KEY_FILE"], !named.isEmpty { return named }
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        return (environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.config") + "/martlet/keys"
    }

    package func list() throws(MartletError) -> [Listed] {
        try entries(load()).map { Listed(name: $0.name, changed: $0.changed) }.sorted { $0.name < $1.name }
    }

    /// Stores a value; the first one makes the key file where there is none.
    package func set(_ name: SecretName, to value: String) throws(MartletError) {
        guard !value.isEmpty, value.utf8.count <= SealedSecrets.longest else {
            throw MartletError(.invalidInput, "A secret has 1 to \(SealedSecrets.longest) bytes.")
        }
        var file = try load()
        if file.isNull { file = ["martlet_secrets": 1, "salt": .string(SealedSecrets.random().base64EncodedString()), "secrets": []] }
        let key = try key(file, makes: true)
        let sealed: Data
        do {
            guard let box = try AES.GCM.seal(Data(value.utf8), using: key, authenticating: Data(name.description.utf8)).combined else { throw lost }
            sealed = box
        } catch { throw MartletError(.defect, "The secret could not be sealed.") }
        let entry: JSONValue = [
            "name": .string(name.description), "changed": .string(clock.now().description), "sealed": .string(sealed.base64EncodedString()),
        ]
        file["secrets"] = .array(file["secrets"].elements.filter { $0["name"].text != name.description } + [entry])
        try store(file)
    }

    /// Removes a secret.
    /// - Throws: `notFound`.
    package func remove(_ name: SecretName) throws(MartletError) {
        var file = try load()
        let left = file["secrets"].elements.filter { $0["name"].text != name.description }
        guard left.count < file["secrets"].elements.count else { throw unknown(name, file) }
        file["secrets"] = .array(left)
        try store(file)
    }

    /// The value of a secret.
    /// - Throws: `notFound`; `corrupted` where the file was changed or the key is another one.
    package func value(_ name: SecretName) throws(MartletError) -> String {
        let file = try load()
        guard let entry = try entries(file).first(where: { $0.name == name }) else { throw unknown(name, file) }
        let key = try key(file, makes: false)
        guard let box = try? AES.GCM.SealedBox(combined: entry.sealed),
            let plain = try? AES.GCM.open(box, using: key, authenticating: Data(name.description.utf8)),
            let text = String(validating: plain, as: UTF8.self)
        else { throw lost }
        return text
    }

    // MARK: - Files

    private func load() throws(MartletError) -> JSONValue {
        let bytes: [UInt8]
        do { bytes = try readWhole(path) } catch {
            guard error.code == .notFound else { throw error }
            return .null
        }
        guard let file = try? JSONValue(parsing: bytes), file["martlet_secrets"].int == 1 else {
            throw MartletError(.corrupted, "\(path) is damaged or was written by a newer Martlet.")
        }
        return file
    }

    private func store(_ file: JSONValue) throws(MartletError) {
        try makeFolder((path as NSString).deletingLastPathComponent)
        try replaceFile(path, with: Array((file.pretty + "\n").utf8))
        chmod(path, 0o600)
    }

    private func entries(_ file: JSONValue) throws(MartletError) -> [(name: SecretName, changed: Timestamp, sealed: Data)] {
        var all: [(name: SecretName, changed: Timestamp, sealed: Data)] = []
        for entry in file["secrets"].elements {
            guard let name = entry["name"].text.flatMap({ SecretName($0) }), let changed = entry["changed"].text.flatMap({ Timestamp($0) }),
                let sealed = entry["sealed"].text.flatMap({ Data(base64Encoded: $0) })
            else { throw lost }
            all.append((name, changed, sealed))
        }
        return all
    }

    /// The key of this file.
    private func key(_ file: JSONValue, makes: Bool) throws(MartletError) -> SymmetricKey {
        guard let salt = file["salt"].text.flatMap({ Data(base64Encoded: $0) }) else { throw lost }
        var status = stat()
        if stat(keyFile, &status) != 0 {
            guard makes else {
                throw MartletError(
                    .notFound, "The key file \(keyFile) does not exist: without it no secret opens. Put it back, or name it in MARTLET_KEY_FILE.")
            }
            try makeFolder((keyFile as NSString).deletingLastPathComponent)
            try makeKeyFile()
        } else if status.st_mode & 0o077 != 0 {
            throw MartletError(.permissionDenied, "Others may read the key file \(keyFile). Take that away: chmod 600 \(keyFile)")
        }
        guard let text = String(validating: try readWhole(keyFile), as: UTF8.self),
            let main = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines)), main.count == 32
        else { throw MartletError(.corrupted, "The key file \(keyFile) is not one that Martlet has made.") }
        return HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: main), salt: salt, info: Data("martlet sealed secrets".utf8), outputByteCount: 32)
    }

    /// Writes a new key, private from its first byte on; another process that is quicker wins.
    private func makeKeyFile() throws(MartletError) {
        let temporary = "\(keyFile).\(UUID().uuidString)"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("write", keyFile) }
        defer { unlink(temporary) }
        let bytes = Array((SealedSecrets.random().base64EncodedString() + "\n").utf8)
        let written = write(descriptor, bytes, bytes.count)
        let isWhole = written == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWhole else { throw .system("write", keyFile) }
        guard link(temporary, keyFile) == 0 || errno == EEXIST else { throw .system("write", keyFile) }
    }

    private static func random() -> Data { SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) } }

    private var lost: MartletError {
        MartletError(.corrupted, "The secret does not open: \(path) was changed, or \(keyFile) is another key than the one it was sealed with.")
    }

    private func unknown(_ name: SecretName, _ file: JSONValue) -> MartletError {
        let known = file["secrets"].elements.compactMap { $0["name"].text }.sorted()
        return MartletError(
            .notFound, "There is no secret “\(name)”.\(didYouMean(name.description, among: known)) Store it with “martlet secret set \(name)”.")
    }
}
