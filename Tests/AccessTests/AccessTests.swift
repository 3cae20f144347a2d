import Access
import Database
import Events
import Support
import TestSupport
import Testing

/// A project's access on a database of its own.
struct Office {
    let folder: TemporaryFolder
    let clock = ManualClock(Timestamp(microseconds: 1_795_000_000_000_000))
    let database: SQLiteDatabase
    let events: EventLog
    let principals: PrincipalStore
    let tokens: TokenStore
    let plan: AccessPlan

    init(_ plan: AccessPlan = AccessPlan()) throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        events = EventLog(database: database, clock: clock, actor: "tester")
        self.plan = plan
        principals = PrincipalStore(database: database, events: events, clock: clock, plan: plan)
        tokens = TokenStore(database: database, events: events, clock: clock)
    }

    /// A fresh look at the database, as a server has that starts now.
    var access: Access { Access(database: database, events: events, clock: clock, plan: plan) }

    func add(_ id: PrincipalID, _ role: String) throws { try principals.add(id, kind: .user, name: nil, role: role, password: nil) }

    func kinds() throws -> [String] { try events.latest(100).map(\.kind) }
}

@Suite("Access")
struct AccessTests {
    @Test("is open while nobody is registered, and closed from the first user on")
    func open() throws {
        let office = try Office()
        #expect(try office.access.isOpen())
        try office.add("ann", "owner")
        #expect(try !office.access.isOpen())
    }

    @Test("Each role may do what its list says and nothing else", arguments: Role.builtIn.map(\.name))
    func roles(_ name: String) throws {
        let office = try Office()
        try office.add("boss", "owner")
        try office.add("ann", name)
        let access = office.access
        let caller = try access.caller(token: office.tokens.issue("t", for: "ann", scopes: nil, lifetime: nil))
        let role = try office.plan.role(name)
        for permission in Permission.allCases {
            let isAllowed = errorCode { try access.authorize(caller, permission, on: "x") } == nil
            #expect(isAllowed == role.permissions.contains(permission), "\(name) \(permission.rawValue)")
        }
    }

    @Test("Only the owner manages access; only who judges signs; the author's role cannot approve")
    func separation() throws {
        func may(_ permission: Permission) -> [String] { Role.builtIn.filter { $0.permissions.contains(permission) }.map(\.name) }
        #expect(may(.accessManage) == ["owner"])
        #expect(may(.approvalGive) == ["owner", "validator"])
        #expect(may(.modelPromote) == ["owner", "maintainer"])
        #expect(may(.dataErase) == ["owner", "maintainer"])
    }

    @Test("A token is limited to its scopes, and never gets more than its user has")
    func scopes() throws {
        let office = try Office()
        try office.add("ann", "viewer")
        let secret = try office.tokens.issue("t", for: "ann", scopes: [.projectRead, .accessManage], lifetime: nil)
        #expect(try office.access.caller(token: secret).permissions == [.projectRead])
    }

    @Test("A token that is unknown, expired, revoked or of somebody shut out opens nothing")
    func invalidTokens() throws {
        let office = try Office()
        try office.add("boss", "owner")
        try office.add("ann", "viewer")
        let expiring = try office.tokens.issue("expiring", for: "ann", scopes: nil, lifetime: 60)
        let revoked = try office.tokens.issue("revoked", for: "ann", scopes: nil, lifetime: nil)
        let other = try office.tokens.issue("other", for: "ann", scopes: nil, lifetime: nil)
        for secret in [expiring, revoked, other] { #expect(try office.access.caller(token: secret).id == "ann") }
        office.clock.advance(bySeconds: 61)
        try office.tokens.revoke("revoked")
        #expect(errorCode { _ = try office.access.caller(token: expiring) } == .unauthenticated)
        #expect(errorCode { _ = try office.access.caller(token: revoked) } == .unauthenticated)
        #expect(errorCode { _ = try office.access.caller(token: "mlt_nonsense") } == .unauthenticated)
        try office.principals.disable("ann")
        #expect(errorCode { _ = try office.access.caller(token: other) } == .unauthenticated)
    }

    @Test("The secret of a token is nowhere in the database, and not in the record")
    func hashed() throws {
        let office = try Office()
        try office.add("ann", "owner")
        let secret = try office.tokens.issue("t", for: "ann", scopes: nil, lifetime: nil)
        #expect(secret.hasPrefix(TokenStore.prefix) && secret.utf8.count == 47)
        let rows = try office.database.read { try $0.rows("SELECT * FROM token") + $0.rows("SELECT * FROM event") }
        #expect(!"\(rows)".contains(secret.dropFirst(8)))
    }

    @Test("What another process changed acts once the snapshot has been compared")
    func otherProcess() throws {
        let office = try Office()
        try office.add("ann", "owner")
        let access = office.access
        let secret = try office.tokens.issue("t", for: "ann", scopes: nil, lifetime: nil)
        #expect(try access.caller(token: secret).id == "ann")
        try office.tokens.revoke("t")
        #expect(errorCode { _ = try office.access.caller(token: secret) } == .unauthenticated)
    }

    @Test("A role that is given or taken away changes what its holder may do; the last owner stays")
    func bindings() throws {
        let office = try Office()
        try office.add("ann", "owner")
        #expect(errorCode { try office.principals.revoke("owner", from: "ann") } == .conflict)
        #expect(errorCode { try office.principals.disable("ann") } == .conflict)
        try office.add("bob", "viewer")
        try office.principals.grant("owner", to: "bob")
        try office.principals.revoke("owner", from: "ann")
        #expect(errorCode { try office.principals.disable("bob") } == .conflict)
        #expect(try office.principals.all().map(\.roles) == [[], ["owner", "viewer"]])
        #expect(errorCode { try office.principals.grant("ownr", to: "bob") } == .notFound)
        #expect(errorCode { try office.principals.grant("owner", to: "bo") } == .notFound)
        #expect(errorCode { try office.add("bob", "viewer") } == .alreadyExists)
        #expect(errorCode { try office.add("a b\n", "viewer") } == .invalidInput)
    }

    @Test("Every change and every denial is in the record; repeated denials are counted, not written one by one")
    func record() throws {
        let office = try Office()
        try office.add("boss", "owner")
        try office.add("ann", "viewer")
        let secret = try office.tokens.issue("t", for: "ann", scopes: nil, lifetime: nil)
        let access = office.access
        let caller = try access.caller(token: secret)
        for _ in 0..<50 { #expect(errorCode { try access.authorize(caller, .modelPromote, on: "model:m") } == .permissionDenied) }
        let kinds = try office.kinds()
        #expect(kinds == ["access.denied", "token.issued", "user.added", "user.added"])
        let denial = try office.events.latest(1)[0]
        #expect(denial.actor == "ann" && denial.subject == "model:m" && denial.body["permission"].text == "model.promote")
        #expect(try office.events.firstBroken() == nil)
    }

    @Test("However many strangers are turned away, the record grows by a bounded number of events")
    func strangers() throws {
        let office = try Office()
        let access = office.access
        for number in 0..<3000 { access.recordStranger(Permission.allCases[number % Permission.allCases.count], subject: "/\(number)") }
        #expect(try office.kinds().count <= Permission.allCases.count)
    }

    @Test("Roles of the project's own come from martlet.yaml; a misspelt permission is named with its line")
    func plan() throws {
        let plan = try AccessPlan(SettingsText.node("roles: {till: [prediction.create]}"))
        #expect(try plan.role("till").permissions == [.predictionCreate])
        let wrong = #expect(throws: MartletError.self) { try AccessPlan(SettingsText.node("roles: {till: [prediction.creat]}")) }
        #expect(wrong?.message.contains("prediction.create") == true && wrong?.place?.line == 1)
        #expect(throws: MartletError.self) { try AccessPlan(SettingsText.node("roles: {owner: [project.read]}")) }
    }
}
