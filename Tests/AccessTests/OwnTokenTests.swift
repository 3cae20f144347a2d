import Access
import Events
import Support
import TestSupport
import Testing

@Suite("Tokens of one's own")
struct OwnTokenTests {
    /// Ann, signed in at the pages.
    private func ann(_ office: Office, _ role: String) throws -> Caller {
        try office.principals.add("ann", kind: .user, name: nil, role: role, password: Password(hashing: "a long password"))
        let access = office.access
        return try access.caller(session: access.beginSession(access.caller(name: "ann", password: "a long password", from: "x")))
    }

    @Test("are made in a session, under its person's name, and do what they were given and no more")
    func made() throws {
        let office = try Office()
        try office.add("boss", "owner")
        let ann = try ann(office, "contributor")
        let secret = try office.access.issueOwnToken("ci", scopes: [.projectRead, .predictionCreate], lifetime: 60, by: ann)
        #expect(try office.access.caller(token: secret).permissions == [.projectRead, .predictionCreate])
        let event = try #require(try office.events.latest(1).first)
        #expect(event.kind == "token.issued" && event.actor == "ann" && event.body["via"].text == "session")
        office.clock.advance(bySeconds: 61)
        #expect(errorCode { try office.access.caller(token: secret) } == .unauthenticated)
    }

    @Test("are made by no token, no password that is sent along and nobody unknown, whatever they may do")
    func otherProofs() throws {
        let office = try Office()
        try office.add("boss", "owner")
        let access = office.access
        let all = try access.caller(token: office.tokens.issue("all", for: "boss", scopes: nil, lifetime: nil))
        var byPassword = all
        byPassword.proof = .password
        for caller in [all, byPassword, .loopback, .folder("boss")] {
            #expect(errorCode { try access.issueOwnToken("more", scopes: [.projectRead], lifetime: 60, by: caller) } == .permissionDenied)
            #expect(errorCode { try access.revokeToken("all", by: caller) } == .permissionDenied)
        }
        #expect(try office.tokens.all().map(\.name) == ["all"])
        #expect(try office.kinds().contains("access.denied"))
    }

    @Test("get no permission that their person does not have, and never one to sign or to make tokens", arguments: Role.builtIn.map(\.name))
    func beyond(_ role: String) throws {
        let office = try Office()
        try office.add("boss", "owner")
        let ann = try ann(office, role)
        for permission in Permission.allCases {
            let code = errorCode {
                try office.access.issueOwnToken(permission.rawValue, scopes: [.projectRead, permission], lifetime: 60, by: ann)
            }
            let isGrantable = ann.permissions.contains(permission) && ![.approvalGive, .tokenOwn].contains(permission)
            #expect(code == (isGrantable ? nil : .permissionDenied), "\(role) \(permission.rawValue)")
        }
        #expect(errorCode { try office.access.issueOwnToken("none", scopes: [], lifetime: 60, by: ann) } == .usage)
    }

    @Test("lose what their person loses")
    func demoted() throws {
        let office = try Office()
        try office.add("boss", "owner")
        let ann = try ann(office, "maintainer")
        let secret = try office.access.issueOwnToken("ci", scopes: [.modelPromote, .projectRead], lifetime: 60, by: ann)
        try office.principals.grant("viewer", to: "ann")
        try office.principals.revoke("maintainer", from: "ann")
        #expect(try office.access.caller(token: secret).permissions == [.projectRead])
    }

    @Test("are seen and revoked by their person and by whoever manages access, and nobody else")
    func others() throws {
        let office = try Office()
        try office.add("boss", "owner")
        _ = try office.tokens.issue("of-boss", for: "boss", scopes: nil, lifetime: nil)
        let ann = try ann(office, "maintainer")
        let access = office.access
        _ = try access.issueOwnToken("of-ann", scopes: [.projectRead], lifetime: 60, by: ann)
        #expect(try access.tokens(visibleTo: ann).map(\.name) == ["of-ann"])
        #expect(errorCode { try access.revokeToken("of-boss", by: ann) } == .permissionDenied)
        #expect(errorCode { try access.revokeToken("nothing", by: ann) } == .notFound)
        try access.revokeToken("of-ann", by: ann)
        #expect(errorCode { try access.revokeToken("of-ann", by: ann) } == .conflict)
        var owner = try access.caller(token: office.tokens.issue("t", for: "boss", scopes: nil, lifetime: nil))
        owner.proof = .session
        #expect(try access.tokens(visibleTo: owner).count == 3)
        try access.revokeToken("of-boss", by: owner)
    }

    @Test("have names that fit into a line, and are at most a hundred at a time")
    func limits() throws {
        let office = try Office()
        try office.add("boss", "owner")
        let ann = try ann(office, "viewer")
        for name in ["", " ", "a b", "a\nb", "ü", "a/b", "<b>", String(repeating: "x", count: 129)] {
            #expect(errorCode { try office.access.issueOwnToken(name, scopes: [.projectRead], lifetime: 60, by: ann) } == .usage, "\(name)")
        }
        for number in 0..<100 { _ = try office.access.issueOwnToken("t\(number)", scopes: [.projectRead], lifetime: 60, by: ann) }
        #expect(errorCode { try office.access.issueOwnToken("more", scopes: [.projectRead], lifetime: 60, by: ann) } == .tooManyAttempts)
        office.clock.advance(bySeconds: 61)
        _ = try office.access.issueOwnToken("more", scopes: [.projectRead], lifetime: 60, by: ann)
    }
}
