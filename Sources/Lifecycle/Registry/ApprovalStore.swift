package import Access
package import Database
internal import Digests
package import Events
package import Support

/// Requests for approval and their answers. Whatever is refused here is an event too.
package struct ApprovalStore: Sendable {
    let database: any MetadataDatabase
    let events: EventLog
    let models: ModelStore
    let clock: any WallClock

    package init(database: any MetadataDatabase, events: EventLog, models: ModelStore, clock: any WallClock) {
        self.database = database
        self.events = events
        self.models = models
        self.clock = clock
    }

    /// What an approval of a version is over.
    /// - Throws: `refused` where the version was never evaluated.
    package static func content(of version: ModelVersion, charter: String) throws(MartletError) -> ApprovedContent {
        guard let report = version.details.evaluation else {
            throw MartletError(.refused, "\(version.reference) has no evaluation yet, so there is nothing to approve. Run “martlet run”.")
        }
        return ApprovedContent(bytes: version.digest, report: report, charter: charter)
    }

    // MARK: - Asking

    /// Asks for approval of a version as it stands.
    /// - Throws: `alreadyExists` where the same is asked already; `refused` where it was never evaluated.
    package func request(_ version: ModelVersion, alias: String, charter: String, note: String) throws(MartletError) -> ApprovalRequest {
        try database.write { session in
            let version = try models.version(version.model, number: version.version, in: session)
            let content = try ApprovalStore.content(of: version, charter: charter)
            let open = try requests(of: version, alias: alias, in: session).first { request in
                request.content == content && request.answers.allSatisfy { $0.verdict == .approved && $0.revocation == nil }
            }
            if let open {
                throw MartletError(.alreadyExists, "Request \(open.id) asks for that already: martlet approval approve \(open.id).")
            }
            try session.execute(
                "INSERT INTO approval_request (model, version, alias, covers, bytes, report, charter, at, actor, note) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    SQLValue(version.model), SQLValue(version.version), SQLValue(alias), SQLValue(content.digest), SQLValue(content.bytes),
                    SQLValue(content.report), SQLValue(content.charter), SQLValue(clock.now()), SQLValue(events.currentActor), SQLValue(note),
                ])
            let id = try session.row("SELECT last_insert_rowid() AS id")?.int("id") ?? 0
            let body: JSONValue = ["request": JSONValue(id), "alias": .string(alias), "covers": .string(content.digest.rawValue)]
            try events.append("approval.requested", version.reference.description, body, in: session)
            return try request(id, in: session)
        }
    }

    /// All requests, oldest first.
    package func requests() throws(MartletError) -> [ApprovalRequest] { try database.read { try requests(in: $0) } }

    // MARK: - Answering

    /// Signs a yes or a no.
    /// - Parameters:
    ///   - file: the rule as `martlet.yaml` has it.
    ///   - charter: the charter as it stands.
    /// - Throws: `refused` with what is against it, which is recorded; `notFound`.
    package func answer(
        _ id: Int, _ verdict: ApprovalAnswer.Verdict, reason: String, by caller: Caller, rule file: PromotionRule, charter: String
    ) throws(MartletError) -> ApprovalRequest {
        try attempt(["request": JSONValue(id), "verdict": .string(verdict.rawValue)], on: { try request(id, in: $0).subject }) { session in
            let request = try request(id, in: session)
            let version = try models.version(request.model, number: request.version, in: session)
            let rule = try ruleInForce(file, in: session)
            if let objection = try objection(to: caller, verdict, request, version, rule, charter: charter, in: session) {
                throw MartletError(.refused, objection)
            }
            try sign(request, verdict, reason: reason, by: caller, in: session)
            return try self.request(id, in: session)
        }
    }

    /// Does what may be refused, in one transaction; a refusal is recorded instead. What refuses does so before it writes.
    /// - Parameters:
    ///   - facts: what the record says of the attempt, beside the reason.
    ///   - subject: what it is about.
    package func attempt<Answer: Sendable>(
        _ facts: JSONValue, on subject: (SQLSession) throws -> String, _ body: (SQLSession) throws -> Answer
    ) throws(MartletError) -> Answer {
        let outcome = try database.write { session -> Result<Answer, MartletError> in
            let subject = try subject(session)
            do { return .success(try body(session)) } catch let error as MartletError where [.refused, .permissionDenied].contains(error.code) {
                var facts = facts
                facts["reason"] = .string(error.message)
                try events.append("approval.refused", subject, facts, in: session)
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// What is against an answer, as a sentence; nil where nothing is.
    private func objection(
        to caller: Caller, _ verdict: ApprovalAnswer.Verdict, _ request: ApprovalRequest, _ version: ModelVersion, _ rule: PromotionRule,
        charter: String, in session: SQLSession
    ) throws -> String? {
        if let unfit = try unfit(caller, in: session) { return unfit }
        if let known = request.answers.first(where: { $0.principal == caller.id }) {
            let since = known.revocation == nil ? "" : " and taken it back"
            return
                "“\(caller.id)” has answered request \(request.id) already\(since). Each answers a request once; ask anew with “martlet approval request”."
        }
        if let changed = try ApprovalStore.content(of: version, charter: charter).change(since: request.content) {
            return "\(changed) changed since request \(request.id) was made, so it has lapsed. Ask anew: martlet approval request \(request.subject)."
                .capitalizingFirst
        }
        if verdict == .approved, !rule.authorMayApprove, version.authors.contains(caller.id.rawValue) {
            return "“\(caller.id)” made \(request.subject), and nobody approves their own work. Somebody else has to sign."
        }
        guard !rule.approve.isEmpty, try isKnowing(session), caller.isAuthenticated else { return nil }
        let roles = try roles(of: caller.id, in: session)
        guard rule.approve.contains(where: roles.contains) else {
            return "\(request.subject) needs approval by \(rule.approve.joined(separator: " and ")); “\(caller.id)” does not hold that role."
        }
        return nil
    }

    /// Why somebody cannot sign at all; nil where they can.
    func unfit(_ caller: Caller, in session: SQLSession) throws -> String? {
        guard caller.permissions.contains(.approvalGive) else { return "“\(caller.id)” may not sign: that needs approval.give." }
        guard caller.canSign else {
            return
                "A signature needs a proof of its own. Send the password with it (--password), or use a token that is limited to approval.give and project.read."
        }
        let principal = try PrincipalStore.all(session).first { $0.id == caller.id }
        guard caller.isAuthenticated, let principal else { return caller.isAuthenticated ? "“\(caller.id)” is not known any more." : nil }
        guard principal.kind == .user else { return "“\(caller.id)” is a service. A person has to sign." }
        return principal.isDisabled ? "“\(caller.id)” is shut out." : nil
    }

    private func sign(
        _ request: ApprovalRequest, _ verdict: ApprovalAnswer.Verdict, reason: String, by caller: Caller, in session: SQLSession
    ) throws {
        let roles = caller.isAuthenticated ? try roles(of: caller.id, in: session) : caller.roles
        let meaning = ApprovalAnswer.meaning(verdict, alias: request.alias)
        try session.execute(
            "INSERT INTO approval (request, principal, name, roles, via, authenticated, at, verdict, meaning, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                SQLValue(request.id), SQLValue(caller.id), SQLValue(caller.name), SQLValue(JSONValue(roles).compact), SQLValue(caller.via),
                SQLValue(caller.isAuthenticated ? 1 : 0), SQLValue(clock.now()), SQLValue(verdict.rawValue), SQLValue(meaning), SQLValue(reason),
            ])
        let body: JSONValue = [
            "request": JSONValue(request.id), "name": .string(caller.name), "meaning": .string(meaning),
            "covers": .string(request.content.digest.rawValue), "roles": JSONValue(roles), "authenticated": .bool(caller.isAuthenticated),
            "reason": .string(reason),
        ]
        try events.append(verdict == .approved ? "approval.given" : "approval.rejected", request.subject, body, in: session)
    }

    /// Takes one's own answer back. It stays in the record and counts no longer.
    /// - Throws: `notFound` where there is none; `conflict` where it was taken back already; `refused` who cannot sign.
    package func revoke(_ id: Int, reason: String, by caller: Caller) throws(MartletError) -> ApprovalRequest {
        try attempt(["request": JSONValue(id), "verdict": "revoked"], on: { try request(id, in: $0).subject }) { session in
            let request = try request(id, in: session)
            if let unfit = try unfit(caller, in: session) { throw MartletError(.refused, unfit) }
            guard let answer = request.answers.first(where: { $0.principal == caller.id }) else {
                throw MartletError(.notFound, "“\(caller.id)” has not answered request \(id). See “martlet approval list”.")
            }
            guard answer.revocation == nil else { throw MartletError(.conflict, "That answer was taken back already.") }
            try session.execute(
                "UPDATE approval SET revoked = ?, revoked_by = ?, revoked_reason = ? WHERE request = ? AND principal = ?",
                [SQLValue(clock.now()), SQLValue(caller.id), SQLValue(reason), SQLValue(id), SQLValue(caller.id)])
            try events.append("approval.revoked", request.subject, ["request": JSONValue(id), "reason": .string(reason)], in: session)
            return try self.request(id, in: session)
        }
    }

    // MARK: - People

    /// Whether the project knows people, so that whoever Martlet has not recognised counts for nothing.
    func isKnowing(_ session: SQLSession) throws -> Bool { try !PrincipalStore.all(session).isEmpty }

    func roles(of id: PrincipalID, in session: SQLSession) throws -> [String] {
        try PrincipalStore.all(session).first { $0.id == id && !$0.isDisabled }?.roles ?? []
    }

    // MARK: - Rows

    /// - Throws: `notFound`.
    func request(_ id: Int, in session: SQLSession) throws -> ApprovalRequest {
        guard let row = try session.row("SELECT * FROM approval_request WHERE id = ?", [SQLValue(id)]) else {
            throw MartletError(.notFound, "There is no request \(id). See “martlet approval list”.")
        }
        return try request(row, in: session)
    }

    package func requests(in session: SQLSession) throws -> [ApprovalRequest] {
        try session.rows("SELECT * FROM approval_request ORDER BY id").map { try request($0, in: session) }
    }

    func requests(of version: ModelVersion, alias: String, in session: SQLSession) throws -> [ApprovalRequest] {
        try session.rows(
            "SELECT * FROM approval_request WHERE model = ? AND version = ? AND alias = ? ORDER BY id",
            [SQLValue(version.model), SQLValue(version.version), SQLValue(alias)]
        ).map { try request($0, in: session) }
    }

    private func request(_ row: SQLRow, in session: SQLSession) throws -> ApprovalRequest {
        let id = row.int("id") ?? 0
        let answers = try session.rows("SELECT * FROM approval WHERE request = ? ORDER BY at, principal", [SQLValue(id)]).map(ApprovalStore.answer)
        return ApprovalRequest(
            id: id, model: row.text("model") ?? "", version: row.int("version") ?? 0, alias: row.text("alias") ?? "",
            content: ApprovedContent(
                bytes: Digest(rawValue: row.text("bytes") ?? ""), report: Digest(rawValue: row.text("report") ?? ""),
                charter: row.text("charter") ?? ""),
            at: row.time("at") ?? Timestamp(microseconds: 0), actor: row.text("actor") ?? "", note: row.text("note") ?? "", answers: answers)
    }

    private static func answer(_ row: SQLRow) -> ApprovalAnswer {
        let revocation = row.time("revoked").map {
            ApprovalAnswer.Revocation(at: $0, by: row.text("revoked_by") ?? "", reason: row.text("revoked_reason") ?? "")
        }
        return ApprovalAnswer(
            principal: PrincipalID(row.text("principal") ?? ""), name: row.text("name") ?? "",
            roles: (try? JSONValue(parsing: row.text("roles") ?? ""))?.elements.compactMap(\.text) ?? [], via: row.text("via") ?? "",
            isAuthenticated: row.int("authenticated") == 1, at: row.time("at") ?? Timestamp(microseconds: 0),
            verdict: row.text("verdict").flatMap(ApprovalAnswer.Verdict.init(rawValue:)) ?? .rejected, meaning: row.text("meaning") ?? "",
            reason: row.text("reason") ?? "", revocation: revocation)
    }
}

extension String {
    /// The text with its first letter as a capital.
    fileprivate var capitalizingFirst: String { prefix(1).uppercased() + dropFirst() }
}
