import Crypto
import CryptoExtras
import Foundation
import OpenIDConnect
import Support
import TestSupport
import Testing

@Suite("An ID token")
struct IDTokenTests {
    private let mint: Mint

    init() throws { mint = try Mint.shared.get() }

    private func claims(_ changes: JSONValue) -> JSONValue { changes.members.reduce(into: Mint.claims) { $0[$1.key] = $1.value } }

    private func without(_ name: String) -> JSONValue { .object(Mint.claims.members.filter { $0.key != name }) }

    @Test("that is good says who somebody is, by RS256, PS256 and ES256, with and without the name of its key")
    func good() throws {
        for token in [
            try mint.rs256(), try mint.ps256(), try mint.es256(), try mint.rs256(id: .null), try mint.es256(id: .null),
            try mint.rs256(claims(["aud": ["martlet"]])), try mint.rs256(claims(["aud": ["martlet", "other"], "azp": "martlet"])),
            try mint.rs256(claims(["nbf": 1_795_000_059])), try mint.rs256(claims(["exp": 1_794_999_941])),
            try mint.rs256(claims(["iat": 1_795_000_059.5])),
        ] {
            let identity = try mint.identity(token)
            #expect(identity.subject == "248289761001" && identity.issuer == Mint.issuer && identity.name == "Ann Lee")
            #expect(identity.email == "ann@example.org" && identity.isEmailVerified && identity.authenticatedAt == 1_794_999_995.25)
        }
    }

    @Test("with the hash of its access token is good with that one only")
    func accessToken() throws {
        let half = Base64URL.text(SHA256.hash(data: Array(Mint.accessToken.utf8)).prefix(16))
        #expect(half.count == 22)
        let token = try mint.rs256(claims(["at_hash": .string(half)]))
        #expect(try mint.identity(token).subject == "248289761001")
        #expect(errorText { try mint.identity(token, accessToken: "another one") }.contains("(at_hash)"))
        #expect(errorText { try mint.identity(token, accessToken: nil) }.contains("(at_hash)"))
        #expect(errorText { try mint.identity(mint.es256(claims(["at_hash": 7]))) }.contains("(at_hash)"))
    }

    @Test(
        "with a wrong claim is refused for that claim",
        arguments: [
            ("iss", "https://evil.example.org", "(iss)"), ("iss", "https://id.example.org/", "(iss)"), ("iss", 5, "(iss)"), ("iss", nil, "(iss)"),
            ("aud", "other", "(aud)"), ("aud", [], "(aud)"), ("aud", nil, "(aud)"), ("aud", ["other"], "(aud)"), ("aud", [["martlet"]], "(aud)"),
            ("aud", ["martlet", 7], "(aud)"), ("aud", ["martlet", "other"], "(azp)"), ("azp", "other", "(azp)"), ("azp", 7, "(azp)"),
            ("exp", 1_794_999_940, "(exp)"), ("exp", nil, "exp is no moment"), ("exp", "1795000300", "exp is no moment"),
            ("exp", 1e300, "exp is no moment"), ("exp", 9_223_372_036_854_775_807, "exp is no moment"), ("exp", -1, "exp is no moment"),
            ("iat", 1_795_000_060, "(iat)"), ("iat", nil, "iat is no moment"), ("iat", 1e300, "iat is no moment"), ("iat", true, "iat is no moment"),
            ("nbf", 1_795_000_060, "(nbf)"), ("nbf", "x", "nbf is no moment"),
            ("nonce", "another nonce", "(nonce)"), ("nonce", nil, "(nonce)"), ("nonce", "", "(nonce)"), ("nonce", ["the nonce"], "(nonce)"),
            ("sub", nil, "(sub)"), ("sub", "", "(sub)"), ("sub", 248_289_761_001, "(sub)"), ("sub", "ann\nadmin", "(sub)"),
            ("sub", .string(String(repeating: "a", count: 256)), "(sub)"),
        ] as [(String, JSONValue?, String)])
    func wrongClaim(_ name: String, _ value: JSONValue?, _ reason: String) throws {
        let changed = value.map { claims([name: $0]) } ?? without(name)
        #expect(errorText { try mint.identity(mint.rs256(changed)) }.contains(reason))
    }

    private func claims(_ changes: [String: JSONValue]) -> JSONValue { changes.reduce(into: Mint.claims) { $0[$1.key] = $1.value } }

    @Test("must tell of a new proof where one was demanded; an old one, none and a huge one are refused")
    func freshness() throws {
        let since = Timestamp(microseconds: 1_795_000_000_000_000)
        #expect(try mint.identity(mint.rs256(), authenticatedSince: since).subject == "248289761001", "The clocks are five seconds apart.")
        for (value, reason) in [(1_794_999_980 as JSONValue, "prove anew"), (nil, "does not say when"), (1e300, "auth_time is no moment")] {
            #expect(errorText { try mint.identity(mint.rs256(claims(["auth_time": value])), authenticatedSince: since) }.contains(reason))
        }
    }

    @Test("that is not signed, or in a way that anybody could, is refused for that")
    func algorithms() throws {
        let publicKey = Array(mint.rsa.publicKey.pemRepresentation.utf8)
        let shared = SymmetricKey(data: publicKey)
        for token in [
            Mint.token(["alg": "none"], Mint.claims) { _ in [] }, Mint.token(["alg": "None", "kid": "rsa"], Mint.claims) { _ in [1] },
            Mint.token(["alg": "HS256", "kid": "rsa"], Mint.claims) { Array(HMAC<SHA256>.authenticationCode(for: $0, using: shared)) },
            Mint.token(["alg": "RS384", "kid": "rsa"], Mint.claims) { _ in [1] }, Mint.token(["kid": "rsa"], Mint.claims) { _ in [1] },
            Mint.token(["alg": ["RS256"], "kid": "rsa"], Mint.claims) { _ in [1] },
        ] { #expect(errorText { try mint.identity(token) }.contains("not signed by one of RS256, PS256, ES256")) }
    }

    @Test("with a changed claim, a foreign signature, or one of another kind of key has a wrong signature")
    func signatures() throws {
        let good = try mint.rs256()
        let parts = good.split(separator: ".")
        let forged = "\(parts[0]).\(Base64URL.text(claims(["sub": "root"]).compact.utf8)).\(parts[2])"
        let foreign = try Mint.token(["alg": "RS256", "kid": "rsa"], Mint.claims) {
            Array(try mint.foreign.signature(for: SHA256.hash(data: $0), padding: .insecurePKCS1v1_5).rawRepresentation)
        }
        let padded = try Mint.token(["alg": "RS256", "kid": "rsa"], Mint.claims) {
            Array(try mint.rsa.signature(for: SHA256.hash(data: $0), padding: .PSS).rawRepresentation)
        }
        let curve = try Mint.token(["alg": "ES256", "kid": "curve"], Mint.claims) {
            Array(try P256.Signing.PrivateKey().signature(for: SHA256.hash(data: $0)).rawRepresentation)
        }
        let zero = Mint.token(["alg": "ES256", "kid": "curve"], Mint.claims) { _ in [UInt8](repeating: 0, count: 64) }
        let empty = Mint.token(["alg": "RS256", "kid": "rsa"], Mint.claims) { _ in [] }
        for token in [forged, foreign, padded, curve, zero, empty] {
            #expect(errorText { try mint.identity(token) }.contains("its signature is wrong"))
        }
    }

    @Test("of an unknown key, or of a key that makes no such signatures, is refused, and the keys of now are worth a look")
    func unknownKey() throws {
        for token in [
            try mint.rs256(id: "new"), try mint.rs256(id: "curve"), Mint.token(["alg": "ES256", "kid": "rsa"], Mint.claims) { _ in [1] },
        ] {
            #expect(errorText { try mint.identity(token) }.contains("a key that the provider does not publish"))
            let check = IDTokenCheck(issuer: Mint.issuer, clientID: "martlet", nonce: "the nonce", now: Mint.now)
            #expect(check.lacksKey(for: try SignedToken(token), among: try mint.keys()))
            #expect(try !check.lacksKey(for: SignedToken(mint.rs256()), among: mint.keys()))
        }
        #expect(errorText { try mint.identity(mint.rs256(id: 7)) }.contains("(kid)"))
        #expect(errorText { try mint.identity(mint.rs256(header: ["crit": ["exp"]])) }.contains("(crit)"))
    }

    @Test("that is no token, is cut, is huge, or says something twice, cannot be read")
    func unreadable() throws {
        let good = try mint.rs256()
        let parts = good.split(separator: ".")
        let twice = "{\"sub\":\"ann\",\"sub\":\"root\"}"
        for text in [
            "", ".", "..", "a.b", "a.b.c.d", String(good.dropLast(200)), good + "=", "\(parts[0]).\(parts[1])", " \(good)",
            "\(parts[0]).\(Base64URL.text(twice.utf8)).\(parts[2])", "\(Base64URL.text("[]".utf8)).\(parts[1]).\(parts[2])",
            "\(Base64URL.text("{".utf8)).\(parts[1]).\(parts[2])", "\(Base64URL.text([0xFF, 0xFE])).\(parts[1]).\(parts[2])",
            "\(good).\(String(repeating: "a", count: 70_000))", String(repeating: ".", count: 70_000),
        ] { #expect(errorText { try mint.identity(text) } != "(no error)", "\(text.prefix(100))") }
        #expect(errorText { try SignedToken("a.b.c") }.contains("cannot be read"))
    }

    @Test("Every way to cut a good token, or to change one character of it, makes it bad")
    func mutations() throws {
        let good = Array(try mint.es256().utf8)
        var random = RandomSource(seed: 11)
        for _ in 0..<400 {
            var bytes = good
            let at = random.below(bytes.count)
            if random.below(4) == 0 { bytes.removeSubrange(at...) } else { bytes[at] = UInt8(33 + random.below(94)) }
            guard bytes != good else { continue }
            #expect(throws: MartletError.self) { try mint.identity(String(decoding: bytes, as: UTF8.self)) }
        }
    }
}

@Suite("A key set")
struct VerificationKeysTests {
    @Test("Keys that are too weak, for encryption, of another kind or broken are left out; without any other there is none")
    func useless() throws {
        let mint = try Mint.shared.get()
        let weak = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1024))
        func changed(_ entry: JSONValue, _ name: String, _ value: JSONValue) -> JSONValue {
            var entry = entry
            entry[name] = value
            return entry
        }
        let rsa = try mint.entry("rsa", mint.rsa)
        let useless: [JSONValue] = [
            7, [], .object([]), ["kty": "oct", "k": "AAAA"], ["kty": "OKP", "crv": "Ed25519", "x": "AAAA"], try mint.entry("weak", weak),
            changed(rsa, "use", "enc"), changed(rsa, "key_ops", ["encrypt"]), changed(rsa, "n", "not base64!"), changed(rsa, "e", "AA"),
            changed(rsa, "e", .string(Base64URL.text([2]))), changed(rsa, "n", .string(Base64URL.text([UInt8](repeating: 255, count: 4096)))),
            changed(mint.curveEntry, "x", "AAAA"), changed(mint.curveEntry, "y", .string(Base64URL.text([UInt8](repeating: 1, count: 32)))),
            changed(mint.curveEntry, "crv", "P-521"),
        ]
        for entry in useless {
            #expect(errorText { try VerificationKeys(["keys": [entry]]) }.contains("no key that Martlet can use"), "\(entry.compact)")
        }
        #expect(errorText { try VerificationKeys([]) }.contains("no key"))
        let check = IDTokenCheck(issuer: Mint.issuer, clientID: "martlet", nonce: "the nonce", now: Mint.now)
        let keys = try VerificationKeys(["keys": .array(useless + [changed(rsa, "use", "sig")])])
        #expect(try check.identity(SignedToken(mint.rs256()), keys: keys).subject == "248289761001")
    }

    @Test("A key that names its algorithm makes no other signatures")
    func algorithm() throws {
        let mint = try Mint.shared.get()
        var entry = try mint.entry("rsa", mint.rsa)
        entry["alg"] = "PS256"
        let keys = try VerificationKeys(["keys": [entry]])
        let check = IDTokenCheck(issuer: Mint.issuer, clientID: "martlet", nonce: "the nonce", now: Mint.now)
        #expect(try check.identity(SignedToken(mint.ps256()), keys: keys).subject == "248289761001")
        #expect(errorText { try check.identity(SignedToken(mint.rs256()), keys: keys) }.contains("does not publish"))
    }
}
