internal import Crypto
internal import CryptoExtras
internal import Foundation
package import Support

/// How a token is signed. What is not named here is refused: no signature at all, and those with a shared secret, which anybody who knows a
/// public key could make.
enum SignatureAlgorithm: String, CaseIterable {
    /// RSA with PKCS #1 v1.5 padding over SHA-256.
    case rs256 = "RS256"
    /// RSA with PSS padding over SHA-256.
    case ps256 = "PS256"
    /// The curve P-256 over SHA-256.
    case es256 = "ES256"
}

/// A public key of a provider, from an entry of its key set (RFC 7517).
struct VerificationKey: Sendable {
    private enum Material: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
    }

    /// The sizes of RSA keys that are taken, in bytes: 2048 to 8192 bits.
    private static let sizes = 256...1024

    let id: String?
    private let algorithm: String?
    private let material: Material

    /// Nil for a key that is of no use here: of another kind, for encryption, or too weak.
    init?(_ entry: JSONValue) {
        guard entry["use"].isNull || entry["use"].text == "sig" else { return nil }
        guard entry["key_ops"].isNull || entry["key_ops"].elements.contains("verify") else { return nil }
        guard let material = VerificationKey.material(entry) else { return nil }
        id = entry["kid"].text
        algorithm = entry["alg"].text
        self.material = material
    }

    private static func material(_ entry: JSONValue) -> Material? {
        func bytes(_ name: String) -> [UInt8]? { entry[name].text.flatMap { Base64URL.bytes($0) }.map { Array($0.drop { $0 == 0 }) } }
        switch entry["kty"].text {
        case "RSA":
            guard let n = bytes("n"), let e = bytes("e"), sizes.contains(n.count), (1...4).contains(e.count), let low = e.last, low & 1 == 1 else {
                return nil
            }
            return (try? _RSA.Signing.PublicKey(n: n, e: e)).map(Material.rsa)
        case "EC" where entry["crv"].text == "P-256":
            guard let x = entry["x"].text.flatMap({ Base64URL.bytes($0) }), let y = entry["y"].text.flatMap({ Base64URL.bytes($0) }),
                x.count == 32, y.count == 32
            else { return nil }
            return (try? P256.Signing.PublicKey(rawRepresentation: x + y)).map(Material.p256)
        default: return nil
        }
    }

    /// Whether this key makes signatures of that kind.
    func fits(_ wanted: SignatureAlgorithm) -> Bool {
        guard algorithm == nil || algorithm == wanted.rawValue else { return false }
        switch (material, wanted) {
        case (.rsa, .rs256), (.rsa, .ps256), (.p256, .es256): return true
        default: return false
        }
    }

    /// Whether a signature over some bytes was made by this key's owner.
    func verifies(_ signature: [UInt8], over bytes: [UInt8], _ wanted: SignatureAlgorithm) -> Bool {
        guard fits(wanted) else { return false }
        switch material {
        case .rsa(let key):
            let padding: _RSA.Signing.Padding = wanted == .ps256 ? .PSS : .insecurePKCS1v1_5
            return key.isValidSignature(_RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: bytes), padding: padding)
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA256.hash(data: bytes))
        }
    }
}

/// The public keys of a provider.
package struct VerificationKeys: Sendable {
    /// The most entries that are looked at.
    private static let limit = 100

    private let keys: [VerificationKey]

    /// Reads a key set (RFC 7517). Entries that are of no use here are left out.
    /// - Throws: `unavailable` where it is none, or none of its keys can be used.
    package init(_ document: JSONValue) throws(MartletError) {
        keys = document["keys"].elements.prefix(VerificationKeys.limit).compactMap { VerificationKey($0) }
        guard keys.isEmpty else { return }
        throw MartletError(.unavailable, "The provider publishes no key that Martlet can use: RSA of at least 2048 bits, or the curve P-256.")
    }

    /// The keys that a token may be signed with: the one that it names, or where it names none all that fit.
    func candidates(id: String?, _ algorithm: SignatureAlgorithm) -> [VerificationKey] {
        keys.filter { (id == nil || $0.id == id) && $0.fits(algorithm) }
    }
}
