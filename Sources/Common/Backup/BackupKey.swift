internal import Crypto
internal import CryptoExtras
internal import Foundation
internal import Support

/// The key of an encrypted backup folder, made from a passphrase.
struct BackupKey: Sendable {
    /// Seals contents.
    let content: SymmetricKey
    /// Turns digests into names that tell nothing about the content.
    let naming: SymmetricKey

    /// The shortest passphrase that is taken: unlike a password, nobody limits how often it is guessed.
    static let shortest = 12

    /// How the key is made: kept in the folder, secret to nobody.
    struct Recipe: Sendable, Equatable {
        var rounds = 1 << 15
        var blockSize = 8
        var parallelism = 3
        var salt: [UInt8]
        /// What the right passphrase gives, to tell a wrong one at once.
        var check = ""

        var json: JSONValue {
            [
                "kdf": "scrypt", "n": JSONValue(rounds), "r": JSONValue(blockSize), "p": JSONValue(parallelism),
                "salt": .string(Data(salt).base64EncodedString()), "check": .string(check),
            ]
        }

        /// Nil for a recipe that no Martlet wrote; the bounds keep a forged one from taking gigabytes.
        init?(_ json: JSONValue) {
            guard json["kdf"].text == "scrypt", let n = json["n"].int, let r = json["r"].int, let p = json["p"].int, (1 << 14...1 << 20).contains(n),
                n & (n - 1) == 0, (1...16).contains(r), (1...8).contains(p), let salt = json["salt"].text.flatMap({ Data(base64Encoded: $0) }),
                salt.count >= 16, let check = json["check"].text
            else { return nil }
            (rounds, blockSize, parallelism, self.salt, self.check) = (n, r, p, Array(salt), check)
        }

        init() { salt = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) } }
    }

    /// Makes a new recipe and its key.
    /// - Throws: `invalidInput` for a passphrase that is too short.
    static func make(_ passphrase: String) throws(MartletError) -> (BackupKey, Recipe) {
        guard passphrase.unicodeScalars.count >= shortest, passphrase.utf8.count <= 1024 else {
            throw MartletError(.invalidInput, "A passphrase has \(shortest) to 1024 characters: it can be guessed at as often as somebody likes.")
        }
        var recipe = Recipe()
        let (key, check) = try BackupKey.derive(passphrase, recipe)
        recipe.check = check
        return (key, recipe)
    }

    /// The key of a folder.
    /// - Throws: `permissionDenied` for a wrong passphrase.
    init(_ passphrase: String, _ recipe: Recipe) throws(MartletError) {
        guard !passphrase.isEmpty, passphrase.utf8.count <= 1024 else { throw BackupKey.wrong }
        let (key, check) = try BackupKey.derive(passphrase, recipe)
        guard check == recipe.check else { throw BackupKey.wrong }
        self = key
    }

    private init(content: SymmetricKey, naming: SymmetricKey) {
        self.content = content
        self.naming = naming
    }

    private static var wrong: MartletError { MartletError(.permissionDenied, "The passphrase is not the one of this backup folder.") }

    private static func derive(_ passphrase: String, _ recipe: Recipe) throws(MartletError) -> (BackupKey, check: String) {
        let main: SymmetricKey
        do {
            main = try KDF.Scrypt.deriveKey(
                from: Array(passphrase.utf8), salt: recipe.salt, outputByteCount: 32, rounds: recipe.rounds, blockSize: recipe.blockSize,
                parallelism: recipe.parallelism)
        } catch { throw MartletError(.defect, "The key could not be made.", cause: "\(error)") }
        func sub(_ use: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(inputKeyMaterial: main, salt: recipe.salt, info: Array("martlet backup \(use)".utf8), outputByteCount: 32)
        }
        let check = sub("check").withUnsafeBytes { BackupKey.hex(SHA256.hash(data: $0)) }
        return (BackupKey(content: sub("content"), naming: sub("names")), check)
    }

    /// The name under which a content is stored.
    func name(ofDigest digest: String) -> String {
        BackupKey.hex(HMAC<SHA256>.authenticationCode(for: Array(digest.utf8), using: naming))
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
