internal import Crypto
internal import CryptoExtras
internal import Foundation
package import Support

/// A password as it is kept: hashed by scrypt (RFC 7914) with a salt of its own.
package struct Password: Sendable, Equatable {
    /// `scrypt:N:r:p:salt:key`, the last two in hexadecimal digits.
    package let stored: String

    /// The shortest that is taken (NIST SP 800-63B asks for 8 beside a second factor, 15 without; many people use this beside a token).
    package static let shortest = 12
    /// The longest that is taken, so that nobody makes the server hash megabytes.
    package static let longest = 1024

    // 32 MB and about a fifth of a second: one of the settings that OWASP recommends.
    private static let (rounds, blockSize, parallelism) = (1 << 15, 8, 3)

    package init(stored: String) { self.stored = stored }

    /// Hashes a new password. Takes about a fifth of a second.
    /// - Throws: `invalidInput` for one that is too short or too long.
    package init(hashing text: String) throws(MartletError) {
        guard text.unicodeScalars.count >= Password.shortest else {
            throw MartletError(.invalidInput, "A password has at least \(Password.shortest) characters. A sentence makes a good one.")
        }
        guard text.utf8.count <= Password.longest else {
            throw MartletError(.invalidInput, "A password has at most \(Password.longest) bytes.")
        }
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        let key = try Password.key(text, salt: salt, rounds: Password.rounds, blockSize: Password.blockSize, parallelism: Password.parallelism)
        let numbers = [Password.rounds, Password.blockSize, Password.parallelism].map(String.init)
        stored = (["scrypt"] + numbers + [Password.hex(salt), Password.hex(key)]).joined(separator: ":")
    }

    /// Whether a text is this password. The comparison takes the same time wherever they differ.
    package func matches(_ text: String) -> Bool {
        let parts = stored.split(separator: ":")
        guard parts.count == 6, parts[0] == "scrypt", isCompared(with: text), let rounds = Int(parts[1]),
            let size = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = Password.bytes(parts[4]), let expected = Password.bytes(parts[5]),
            let key = try? Password.key(text, salt: salt, rounds: rounds, blockSize: size, parallelism: parallelism)
        else { return false }
        return Secret.areEqual(key, expected)
    }

    /// Whether `matches` hashes that text: an empty one and one that is too long are no passwords.
    func isCompared(with text: String) -> Bool { !text.isEmpty && text.utf8.count <= Password.longest }

    /// Does the work of a comparison for a name that nobody has, so that the time tells nothing.
    package static func waste(_ text: String) {
        _ = try? key(
            "x" + text.prefix(longest), salt: [UInt8](repeating: 0, count: 16), rounds: rounds, blockSize: blockSize, parallelism: parallelism)
    }

    private static func key(_ text: String, salt: [UInt8], rounds: Int, blockSize: Int, parallelism: Int) throws(MartletError) -> [UInt8] {
        do {
            let key = try KDF.Scrypt.deriveKey(
                from: Array(text.utf8), salt: salt, outputByteCount: 32, rounds: rounds, blockSize: blockSize, parallelism: parallelism)
            return key.withUnsafeBytes { Array($0) }
        } catch { throw MartletError(.defect, "The password could not be hashed.", cause: "\(error)") }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private static func bytes(_ hex: Substring) -> [UInt8]? {
        guard hex.utf8.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        var rest = hex
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
