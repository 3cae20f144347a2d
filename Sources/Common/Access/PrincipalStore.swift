package import Database
package import Events
package import Support

/// The principals of a project and the roles that they hold. Every change is an event of the same transaction.
package struct PrincipalStore: Sendable {
    private let database: any MetadataDatabase
    private let events: EventLog
    private let clock: any WallClock
    private let plan: AccessPlan

    package init(database: any MetadataDatabase, events: EventLog, clock: any WallClock, plan: AccessPlan) {
        self.database = database
        self.events = events
        self.clock = clock
        self.plan = plan
    }

    /// Adds a principal with a role.
    /// - Parameters:
    ///   - name: as it is printed under an approval; the login name where it is nil.
    ///   - password: for signing in at the pages; none where it is nil.
    /// - Throws: `alreadyExists`, `invalidInput`, `notFound` for a role that is not there.
    package func add(
        _ id: PrincipalID, kind: Principal.Kind, name: String?, role: String, password: Password?
    ) throws(MartletError) {
        try database.write { session in try insert(id, kind: kind, name: name, role: role, password: password, in: session) }
    }

    /// The same in the caller's transaction.
    func insert(_ id: PrincipalID, kind: Principal.Kind, name: String?, role: String, password: Password?, in session: SQLSession) throws {
        guard PrincipalID.isValid(id.rawValue) else {
            throw MartletError(.invalidInput, "“\(id)” cannot be a user's name. It is made of letters, digits and . _ @ + -, at most 128 of them.")
        }
        let role = try plan.role(role)
        guard try session.row("SELECT id FROM principal WHERE id = ?", [SQLValue(id)]) == nil else {
            throw MartletError(.alreadyExists, "There is a user or service “\(id)” already. Give a role with “martlet role add”.")
        }
        try session.execute(
            "INSERT INTO principal (id, kind, name, password, disabled, created) VALUES (?, ?, ?, ?, 0, ?)",
            [SQLValue(id), SQLValue(kind.rawValue), SQLValue(name ?? id.rawValue), SQLValue(password?.stored), SQLValue(clock.now())])
        try bind(id, role, session)
        let body: JSONValue = ["role": .string(role.name), "password": JSONValue(password.map { Secret.mark($0.stored) })]
        try events.append("\(kind.rawValue).added", "user:\(id)", body, in: session)
        try AccessGeneration.advance(in: session)
    }

    /// Whether somebody has a password.
    package func hasPassword(_ id: PrincipalID) throws(MartletError) -> Bool {
        try database.read { try $0.row("SELECT password FROM principal WHERE id = ? AND disabled = 0", [SQLValue(id)])?.text("password") != nil }
    }

    /// Gives a role.
    package func grant(_ role: String, to id: PrincipalID) throws(MartletError) {
        let role = try plan.role(role)
        try change(id, "role.granted", ["role": .string(role.name)]) { try bind(id, role, $0) }
    }

    /// Takes a role away.
    /// - Throws: `notFound` where it was not held; `conflict` where nobody would be left who may manage access.
    package func revoke(_ role: String, from id: PrincipalID) throws(MartletError) {
        try change(id, "role.revoked", ["role": .string(role)]) { session in
            let held = try session.row("SELECT role FROM role_binding WHERE principal = ? AND role = ?", [SQLValue(id), SQLValue(role)])
            guard held != nil else { throw MartletError(.notFound, "“\(id)” does not hold the role “\(role)”.") }
            try session.execute("DELETE FROM role_binding WHERE principal = ? AND role = ?", [SQLValue(id), SQLValue(role)])
            try requireOwner(session)
        }
    }

    /// Replaces the password, or takes it away, and ends the principal's sessions.
    package func setPassword(_ password: Password?, of id: PrincipalID) throws(MartletError) {
        try change(id, "user.password", ["set": .bool(password != nil), "password": JSONValue(password.map { Secret.mark($0.stored) })]) { session in
            try session.execute("UPDATE principal SET password = ? WHERE id = ?", [SQLValue(password?.stored), SQLValue(id)])
            try session.execute("DELETE FROM session WHERE principal = ?", [SQLValue(id)])
        }
    }

    /// Shuts a principal out, with all tokens and sessions. The name stays, so that the record of what they did stays readable.
    package func disable(_ id: PrincipalID) throws(MartletError) {
        try change(id, "user.disabled", .object([])) { session in
            try session.execute("UPDATE principal SET disabled = 1, password = NULL WHERE id = ?", [SQLValue(id)])
            try session.execute("DELETE FROM session WHERE principal = ?", [SQLValue(id)])
            try session.execute("DELETE FROM identity WHERE principal = ?", [SQLValue(id)])
            try session.execute(
                "UPDATE token SET revoked = ? WHERE principal = ? AND revoked IS NULL", [SQLValue(clock.now()), SQLValue(id)])
            try requireOwner(session)
        }
    }

    /// Everybody, by name.
    package func all() throws(MartletError) -> [Principal] { try database.read(PrincipalStore.all) }

    /// What the record tells of each password that is set: a mark of the hash that is kept.
    package func passwordMarks() throws(MartletError) -> [PrincipalID: String] {
        try database.read { session in
            let rows = try session.rows("SELECT id, password FROM principal WHERE password IS NOT NULL")
            return Dictionary(rows.map { (PrincipalID($0.text("id") ?? ""), Secret.mark($0.text("password") ?? "")) }, uniquingKeysWith: { $1 })
        }
    }

    /// Everybody, as a transaction sees them.
    package static func all(_ session: SQLSession) throws -> [Principal] {
        var roles: [String: [String]] = [:]
        for row in try session.rows("SELECT principal, role FROM role_binding ORDER BY role") {
            roles[row.text("principal") ?? "", default: []].append(row.text("role") ?? "")
        }
        return try session.rows("SELECT * FROM principal ORDER BY id").map { row in
            let id = row.text("id") ?? ""
            return Principal(
                id: PrincipalID(id), kind: row.text("kind").flatMap(Principal.Kind.init(rawValue:)) ?? .service, name: row.text("name") ?? id,
                isDisabled: row.int("disabled") != 0, created: row.time("created") ?? Timestamp(microseconds: 0), roles: roles[id] ?? [])
        }
    }

    private func bind(_ id: PrincipalID, _ role: Role, _ session: SQLSession) throws {
        try session.execute("INSERT OR IGNORE INTO role_binding (principal, role) VALUES (?, ?)", [SQLValue(id), SQLValue(role.name)])
    }

    /// Changes a principal that exists, with its event.
    private func change(_ id: PrincipalID, _ kind: String, _ body: JSONValue, _ write: (SQLSession) throws -> Void) throws(MartletError) {
        try database.write { session in
            guard try session.row("SELECT id FROM principal WHERE id = ? AND disabled = 0", [SQLValue(id)]) != nil else {
                let known = try session.rows("SELECT id FROM principal WHERE disabled = 0").compactMap { $0.text("id") }
                throw MartletError(.notFound, "There is no user or service “\(id)”.\(didYouMean(id.rawValue, among: known)) See “martlet user list”.")
            }
            try write(session)
            try events.append(kind, "user:\(id)", body, in: session)
            try AccessGeneration.advance(in: session)
        }
    }

    /// The last owner stays: without one, nobody could let anybody in again but through the folder.
    private func requireOwner(_ session: SQLSession) throws {
        let owners = try session.row(
            "SELECT count(*) AS n FROM role_binding b JOIN principal p ON p.id = b.principal WHERE b.role = 'owner' AND p.disabled = 0")?.int("n")
        guard owners == 0 else { return }
        throw MartletError(.conflict, "This is the last owner. Make somebody else owner first: martlet role add NAME owner.")
    }
}

/// A number that grows with every change of principals, roles and tokens, so that a running server notices what another process changed.
enum AccessGeneration {
    static func advance(in session: SQLSession) throws {
        try session.execute("UPDATE access_generation SET number = number + 1")
    }

    static func current(_ session: SQLSession) throws -> Int { try session.row("SELECT number FROM access_generation")?.int("number") ?? 0 }
}
