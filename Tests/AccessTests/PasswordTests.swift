import Access
import Foundation
import Processes
import Support
import TestSupport
import Testing

@Suite("Passwords")
struct PasswordTests {
    @Test("A password matches itself alone, however it is stored, and two of the same text are stored differently")
    func matching() throws {
        let password = try Password(hashing: "a tired bird at night")
        #expect(Password(stored: password.stored).matches("a tired bird at night"))
        for wrong in ["a tired bird at nigh", "a tired bird at night ", "", String(repeating: "a", count: 5000)] { #expect(!password.matches(wrong)) }
        #expect(try Password(hashing: "a tired bird at night").stored != password.stored)
        #expect(!password.stored.contains("bird"))
    }

    @Test("Secrets are equal where every byte is, and every bit of every byte counts")
    func comparison() {
        let secret = Array("0123456789abcdef0123456789abcdef".utf8)
        #expect(Secret.areEqual(secret, secret) && Secret.areEqual([], []))
        for i in secret.indices {
            for bit in 0..<8 {
                var other = secret
                other[i] ^= 1 << bit
                #expect(!Secret.areEqual(secret, other) && !Secret.areEqual(other, secret))
            }
        }
        #expect(!Secret.areEqual(secret, Array(secret.dropLast())) && !Secret.areEqual([], secret))
    }

    @Test("What is stored is scrypt as Python's hashlib computes it")
    func reference() throws {
        let stored = try Password(hashing: "pässword of the house").stored
        let script = """
            import hashlib, sys
            _, n, r, p, salt, key = sys.argv[2].split(":")
            made = hashlib.scrypt(sys.argv[1].encode(), salt=bytes.fromhex(salt), n=int(n), r=int(r), p=int(p), maxmem=1 << 27, dklen=32)
            sys.exit(0 if made.hex() == key else 1)
            """
        let call = ProgramCall("python3", ["-c", script, "pässword of the house", stored])
        #expect(try ChildProcess.run(call).ending == .exit(code: 0))
    }

    @Test("Too short and too long passwords are refused", arguments: ["", "elevenchars", String(repeating: "x", count: 1025)])
    func limits(_ text: String) { #expect(errorCode { _ = try Password(hashing: text) } == .invalidInput) }

    @Test("A stored text that is damaged matches nothing", arguments: ["", "scrypt", "scrypt:1:2:3:zz:zz", "scrypt:3:8:1:00:00", "md5:1:1:1:00:00"])
    func damaged(_ stored: String) { #expect(!Password(stored: stored).matches("x")) }

    @Test("Name and password let in; a wrong one does not; after five failures nobody gets in for a while, with the right one neither")
    func signingIn() throws {
        let office = try Office()
        try office.principals.add("ann", kind: .user, name: "Ann Lee", role: "owner", password: Password(hashing: "correct horse battery"))
        let access = office.access
        #expect(try access.caller(name: "ann", password: "correct horse battery", from: "1").name == "Ann Lee")
        for _ in 0..<6 { #expect(errorCode { _ = try access.caller(name: "ann", password: "wrong horse battery", from: "1") } == .unauthenticated) }
        #expect(errorCode { _ = try access.caller(name: "ann", password: "wrong horse", from: "1") } == .tooManyAttempts)
        #expect(errorCode { _ = try office.access.caller(name: "nobody", password: "correct horse battery", from: "1") } == .unauthenticated)
        office.clock.advance(bySeconds: 1000)
        #expect(try access.caller(name: "ann", password: "correct horse battery", from: "2").id == "ann")
    }

    @Test("Failures lock out neither somebody else at the same address nor the same name elsewhere, and are forgotten")
    func mistakes() throws {
        let clock = ManualClock(Timestamp(microseconds: 0))
        let limiter = AttemptLimiter(clock: clock)
        func isAdmitted(_ name: String, _ address: String) -> Bool { (try? limiter.admit(.init(name: name, address: address))) != nil }
        for _ in 0..<6 { limiter.failed(.init(name: "ann", address: "1")) }
        #expect(!isAdmitted("ann", "1") && isAdmitted("bob", "1") && isAdmitted("ann", "2"))
        clock.advance(bySeconds: 901)
        limiter.failed(.init(name: "ann", address: "1"))
        #expect(isAdmitted("ann", "1"))
        for number in 0..<51 { limiter.failed(.init(name: "guess\(number)", address: "3")) }
        #expect(!isAdmitted("bob", "3"), "one address that guesses at many names")
    }

    @Test("A token begins no session, which could do more and would outlive it; only one that was made to sign is a signature")
    func tokensAreTokens() throws {
        let office = try Office()
        try office.add("ann", "owner")
        try office.add("vera", "validator")
        let narrow = try office.tokens.issue("narrow", for: "ann", scopes: [.projectRead], lifetime: nil)
        #expect(errorCode { _ = try office.access.beginSession(office.access.caller(name: "ann", password: narrow, from: "1")) } == .unauthenticated)
        #expect(errorCode { _ = try office.access.beginSession(office.access.caller(token: narrow)) } == .unauthenticated)
        let all = try office.tokens.issue("all", for: "vera", scopes: nil, lifetime: nil)
        let signs = try office.tokens.issue("signs", for: "vera", scopes: [.projectRead, .approvalGive], lifetime: nil)
        #expect(try !office.access.caller(token: all).isForSigning && office.access.caller(token: signs).isForSigning)
    }

    @Test("A token is taken in place of a password, for its own user only")
    func tokenAsPassword() throws {
        let office = try Office()
        try office.add("ann", "owner")
        let secret = try office.tokens.issue("t", for: "ann", scopes: nil, lifetime: nil)
        #expect(try office.access.caller(name: "ann", password: secret, from: "1").proof == .token("t"))
        #expect(try office.access.caller(name: "", password: secret, from: "1").id == "ann")
        #expect(errorCode { _ = try office.access.caller(name: "bob", password: secret, from: "1") } == .unauthenticated)
    }

    @Test("A session is its owner's until it ends, and ends with a new password")
    func sessions() throws {
        let office = try Office()
        try office.principals.add("ann", kind: .user, name: nil, role: "owner", password: Password(hashing: "correct horse battery"))
        let access = office.access
        let caller = try access.caller(name: "ann", password: "correct horse battery", from: "1")
        let (first, second) = (try access.beginSession(caller), try access.beginSession(caller))
        #expect(first != second)
        #expect(try access.caller(session: first).proof == .session)
        try access.endSession(first)
        #expect(errorCode { _ = try access.caller(session: first) } == .unauthenticated)
        #expect(errorCode { _ = try access.caller(session: "") } == .unauthenticated)
        try office.principals.setPassword(Password(hashing: "another long sentence"), of: "ann")
        #expect(errorCode { _ = try office.access.caller(session: second) } == .unauthenticated)
    }

    @Test("A session is over after its lifetime")
    func expiry() throws {
        let office = try Office()
        try office.add("ann", "owner")
        let access = office.access
        let secret = try access.beginSession(.folder("ann"))
        office.clock.advance(bySeconds: SessionStore.lifetime + 1)
        #expect(errorCode { _ = try access.caller(session: secret) } == .unauthenticated)
    }
}
