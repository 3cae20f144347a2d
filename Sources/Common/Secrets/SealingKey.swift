internal import Crypto
internal import Foundation
internal import Objects
internal import Support

/// The file that holds the key which secrets are sealed with: outside the project, for its owner alone.
struct SealingKey: Sendable {
    let path: String

    /// The key for a store with that salt.
    /// - Parameter makes: whether a missing key file is made.
    /// - Throws: `notFound`; `permissionDenied` where others may read it; `corrupted`.
    func key(salt: Data, makes: Bool) throws(MartletError) -> SymmetricKey {
        var status = stat()
        if stat(path, &status) != 0 {
            guard makes else {
                throw MartletError(
                    .notFound, "The key file \(path) does not exist: without it no secret opens. Put it back, or name it in MARTLET_KEY_FILE.")
            }
            try makeFolder((path as NSString).deletingLastPathComponent)
            try make()
        } else if status.st_mode & 0o077 != 0 {
            throw MartletError(.permissionDenied, "Others may read the key file \(path). Take that away: chmod 600 \(path)")
        }
        guard let text = String(validating: try readWhole(path), as: UTF8.self),
            let main = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines)), main.count == 32
        else { throw MartletError(.corrupted, "The key file \(path) is not one that Martlet has made.") }
        return HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: main), salt: salt, info: Data("martlet sealed secrets".utf8), outputByteCount: 32)
    }

    /// Writes a new key, private from its first byte on; another process that is quicker wins.
    private func make() throws(MartletError) {
        let temporary = "\(path).\(UUID().uuidString)"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("write", path) }
        defer { unlink(temporary) }
        let bytes = Array((SealingKey.random().base64EncodedString() + "\n").utf8)
        let written = write(descriptor, bytes, bytes.count)
        let isWhole = written == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWhole else { throw .system("write", path) }
        guard link(temporary, path) == 0 || errno == EEXIST else { throw .system("write", path) }
    }

    static func random() -> Data { SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) } }
}
