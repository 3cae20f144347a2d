internal import Crypto
internal import Foundation
internal import Support

/// The chunks of a sealed file. Each is sealed by AES-GCM under a key of this file's own, with its number and whether it is the last one in
/// the nonce: a chunk that is missing, moved, doubled or taken from another file does not open (the STREAM construction of Hoang, Reyhanitabar,
/// Rogaway and Vizár, 2015).
///
/// Bytes: `MARTSEAL`, a version (u8), 32 random bytes; then chunks of up to 1 MB, each with its tag of 16 bytes; the last may be empty.
struct SealedChunks {
    static let chunk = 1 << 20
    static let tag = 16
    static let headSize = 8 + 1 + 32
    private static let magic = Array("MARTSEAL".utf8) + [1]

    private let key: SymmetricKey
    private var number: UInt64 = 0

    /// Begins a new file.
    static func begin(_ key: BackupKey) -> (SealedChunks, head: [UInt8]) {
        let salt = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return (SealedChunks(key, salt: salt), magic + salt)
    }

    /// Goes on from the head of a file.
    /// - Throws: `corrupted` where it is none.
    init(_ key: BackupKey, head: some Collection<UInt8>) throws(MartletError) {
        guard head.count == SealedChunks.headSize, head.starts(with: SealedChunks.magic) else { throw SealedChunks.damaged }
        self.init(key, salt: Array(head.suffix(32)))
    }

    private init(_ key: BackupKey, salt: [UInt8]) {
        self.key = HKDF<SHA256>.deriveKey(inputKeyMaterial: key.content, salt: salt, info: Array("martlet sealed file".utf8), outputByteCount: 32)
    }

    mutating func seal(_ plain: some DataProtocol, isLast: Bool) throws(MartletError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(plain, using: key, nonce: nonce(isLast))
            number += 1
            return Array(box.ciphertext) + Array(box.tag)
        } catch { throw MartletError(.defect, "A chunk could not be sealed.", cause: "\(error)") }
    }

    mutating func open(_ sealed: ArraySlice<UInt8>, isLast: Bool) throws(MartletError) -> [UInt8] {
        guard sealed.count >= SealedChunks.tag else { throw SealedChunks.damaged }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: nonce(isLast), ciphertext: sealed.dropLast(SealedChunks.tag), tag: sealed.suffix(SealedChunks.tag))
            let plain = try AES.GCM.open(box, using: key)
            number += 1
            return Array(plain)
        } catch { throw SealedChunks.damaged }
    }

    /// Three zero bytes, the number of the chunk, and one for the last chunk.
    private func nonce(_ isLast: Bool) throws -> AES.GCM.Nonce {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
        return try AES.GCM.Nonce(data: [0, 0, 0] + counter + [isLast ? 1 : 0])
    }

    static var damaged: MartletError { MartletError(.corrupted, "A stored file is damaged, cut or not the one that belongs there.") }
}
