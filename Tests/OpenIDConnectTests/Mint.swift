import Crypto
import CryptoExtras
import Foundation
import OpenIDConnect
import Support

/// A provider's keys, and tokens signed with them.
struct Mint: Sendable {
    /// Keys that are made once for all tests.
    static let shared = Result { try Mint() }
    static let issuer = "https://id.example.org"
    static let now = Timestamp(microseconds: 1_795_000_000_000_000)

    let rsa: _RSA.Signing.PrivateKey
    let foreign: _RSA.Signing.PrivateKey
    let curve = P256.Signing.PrivateKey()

    init() throws {
        rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        foreign = try _RSA.Signing.PrivateKey(keySize: .bits2048)
    }

    /// What a good token claims.
    static let claims: JSONValue = [
        "iss": .string(issuer), "sub": "248289761001", "aud": "martlet", "nonce": "the nonce", "iat": 1_794_999_990, "exp": 1_795_000_300,
        "name": "Ann Lee", "preferred_username": "ann", "email": "ann@example.org", "email_verified": true, "auth_time": 1_794_999_995.25,
    ]

    /// The access token that comes along.
    static let accessToken = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"

    func entry(_ id: String, _ key: _RSA.Signing.PrivateKey) throws -> JSONValue {
        let numbers = try key.publicKey.getKeyPrimitives()
        return [
            "kty": "RSA", "kid": .string(id), "n": .string(Base64URL.text(numbers.modulus)), "e": .string(Base64URL.text(numbers.publicExponent)),
        ]
    }

    var curveEntry: JSONValue {
        let point = Array(curve.publicKey.rawRepresentation)
        return [
            "kty": "EC", "crv": "P-256", "kid": "curve", "x": .string(Base64URL.text(point[..<32])), "y": .string(Base64URL.text(point[32...])),
        ]
    }

    /// The keys that the provider publishes, among others of no use.
    func keys() throws -> VerificationKeys { try VerificationKeys(try keySet()) }

    func keySet() throws -> JSONValue {
        ["keys": [["kty": "unheard-of", "kid": "x"], 7, try entry("rsa", rsa), curveEntry]]
    }

    private static func part(_ value: JSONValue) -> String { Base64URL.text(value.compact.utf8) }

    /// A token in the compact form.
    /// - Parameter signature: made over what is given to it.
    static func token(_ header: JSONValue, _ claims: JSONValue, _ signature: ([UInt8]) throws -> [UInt8]) rethrows -> String {
        let signed = "\(part(header)).\(part(claims))"
        return "\(signed).\(Base64URL.text(try signature(Array(signed.utf8))))"
    }

    func rs256(_ claims: JSONValue = claims, id: JSONValue = "rsa", header: JSONValue = .object([])) throws -> String {
        var head: JSONValue = ["alg": "RS256", "kid": id]
        for member in header.members { head[member.key] = member.value }
        return try Mint.token(head, claims) {
            Array(try rsa.signature(for: SHA256.hash(data: $0), padding: .insecurePKCS1v1_5).rawRepresentation)
        }
    }

    func ps256(_ claims: JSONValue = claims) throws -> String {
        try Mint.token(["alg": "PS256", "kid": "rsa"], claims) {
            Array(try rsa.signature(for: SHA256.hash(data: $0), padding: .PSS).rawRepresentation)
        }
    }

    func es256(_ claims: JSONValue = claims, id: JSONValue = "curve") throws -> String {
        try Mint.token(["alg": "ES256", "kid": id], claims) { Array(try curve.signature(for: SHA256.hash(data: $0)).rawRepresentation) }
    }

    /// Checks a token as the server does.
    func identity(
        _ token: String, accessToken: String? = accessToken, authenticatedSince: Timestamp? = nil
    ) throws -> Identity {
        let check = IDTokenCheck(
            issuer: Mint.issuer, clientID: "martlet", nonce: "the nonce", accessToken: accessToken, now: Mint.now,
            authenticatedSince: authenticatedSince)
        return try check.identity(SignedToken(token), keys: keys())
    }
}
