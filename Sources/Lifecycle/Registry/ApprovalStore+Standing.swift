package import Access
package import Database
internal import Events
package import Support

extension ApprovalStore {
    // MARK: - The rule

    /// The rule that decides now: what `martlet.yaml` says, and no less than what was in force, so that editing the file lets nothing through.
    /// Where nobody is registered, the file alone decides.
    package func ruleInForce(_ file: PromotionRule, in session: SQLSession) throws -> PromotionRule {
        guard try isKnowing(session), let recorded = try recordedRule(session) else { return file }
        return file.strictest(with: recorded)
    }

    /// The same, and keeps a stricter one for the times to come.
    package func keepRule(_ file: PromotionRule, in session: SQLSession) throws -> PromotionRule {
        let rule = try ruleInForce(file, in: session)
        if try isKnowing(session), try recordedRule(session) != rule { try record(rule, in: session) }
        return rule
    }

    /// Puts the file's rule in force.
    /// - Parameter loosens: whether a looser one is meant.
    /// - Throws: `refused` for a looser one that is not meant, or by anybody but a known person who may manage access.
    package func confirmRule(_ file: PromotionRule, loosens: Bool, by caller: Caller, in session: SQLSession) throws {
        guard try isKnowing(session) else { return }
        let recorded = try recordedRule(session)
        if let recorded, file.isLooser(than: recorded), !caller.isAuthenticated || !caller.permissions.contains(.accessManage) {
            throw MartletError(
                .refused,
                "“promotion:” lets more through than the rule in force (\(recorded.json.compact)). Only an owner puts a looser one in force, through the server: martlet charter confirm --url ADDRESS."
            )
        }
        if let recorded, file.isLooser(than: recorded), !loosens {
            throw MartletError(
                .refused,
                "“promotion:” lets more through than the rule in force: \(recorded.json.compact) is to become \(file.json.compact). If that is meant, say so with --loosen."
            )
        }
        if recorded != file { try record(file, in: session) }
    }

    /// The rule that was put in force last; nil where none was.
    package func recordedRule(_ session: SQLSession) throws -> PromotionRule? {
        let body = try session.row("SELECT body FROM promotion_rule ORDER BY id DESC LIMIT 1")?.text("body")
        return body.map { PromotionRule((try? JSONValue(parsing: $0)) ?? .null) }
    }

    private func record(_ rule: PromotionRule, in session: SQLSession) throws {
        try session.execute(
            "INSERT INTO promotion_rule (at, actor, body) VALUES (?, ?, ?)",
            [SQLValue(clock.now()), SQLValue(events.currentActor), SQLValue(rule.json.compact)])
        try events.append("promotion.rule", "charter:promotion", rule.json, in: session)
    }

    // MARK: - Where a version stands

    /// How a version stands with the approvals that a rule demands. Time plays no part: what counts is what the approval is over, whether it
    /// was taken back, and who signed.
    /// - Parameter charter: the charter as it stands; nil where it may have changed since, as on the way back to an earlier version.
    package func standing(
        of version: ModelVersion, alias: String, charter: String?, rule: PromotionRule, in session: SQLSession
    ) throws -> ApprovalStanding {
        var standing = ApprovalStanding(subject: version.reference.description, required: rule.approve)
        guard !rule.approve.isEmpty else { return standing }
        let isKnowing = try isKnowing(session)
        var able: [(answer: ApprovalAnswer, roles: Set<String>)] = []
        for request in try requests(of: version, alias: alias, in: session) {
            let content = try ApprovalStore.content(of: version, charter: charter ?? request.content.charter)
            if content == request.content { standing.asked = request.id }
            for answer in request.answers where answer.revocation == nil {
                let held = isKnowing ? try roles(of: answer.principal, in: session).filter(answer.roles.contains) : rule.approve
                let roles = Set(held).intersection(rule.approve)
                let flaw = flaw(answer, content.change(since: request.content), roles, isKnowing, version, rule)
                if let flaw { standing.lapsed.append("\(answer.name): \(flaw)") }
                guard flaw == nil else { continue }
                if answer.verdict == .approved {
                    if let known = able.firstIndex(where: { $0.answer.principal == answer.principal }) { able.remove(at: known) }
                    able.append((answer, roles))
                } else {
                    standing.rejections.append("\(answer.name) rejected it: \(answer.reason) (request \(request.id)).")
                }
            }
        }
        standing.given = ApprovalStanding.match(rule.approve, able)
        standing.missing = rule.approve.filter { role in !standing.given.contains { $0.role == role } }
        return standing
    }

    /// Why an answer does not count; nil where it does.
    private func flaw(
        _ answer: ApprovalAnswer, _ changed: String?, _ roles: Set<String>, _ isKnowing: Bool, _ version: ModelVersion, _ rule: PromotionRule
    ) -> String? {
        if let changed { return "\(changed) changed since" }
        if isKnowing, !answer.isAuthenticated { return "signed in the folder, not authenticated by Martlet" }
        if roles.isEmpty { return "does not hold the role" }
        if answer.verdict == .approved, !rule.authorMayApprove, version.authors.contains(answer.principal.rawValue) { return "made the version" }
        return nil
    }

    // MARK: - Break-glass

    /// Records that missing approvals are overridden.
    /// - Throws: `refused` for whoever Martlet does not know, in a project that knows people; `permissionDenied`.
    package func override(
        _ version: ModelVersion, alias: String, reason: String, missing: [String], by caller: Caller, in session: SQLSession
    ) throws {
        guard caller.permissions.contains(.approvalOverride) else {
            throw MartletError(.permissionDenied, "“\(caller.id)” may not override approvals: that needs approval.override.")
        }
        if try isKnowing(session), !caller.isAuthenticated {
            throw MartletError(.refused, "An override needs somebody whom Martlet knows. Use the server: --url ADDRESS, with MARTLET_TOKEN.")
        }
        try session.execute(
            "INSERT INTO approval_override (model, version, alias, at, actor, reason, missing) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                SQLValue(version.model), SQLValue(version.version), SQLValue(alias), SQLValue(clock.now()), SQLValue(caller.id), SQLValue(reason),
                SQLValue(JSONValue(missing).compact),
            ])
        let body: JSONValue = ["reason": .string(reason), "missing": JSONValue(missing)]
        try events.append("approval.overridden", version.reference.description, body, in: session)
    }

    /// All overrides, oldest first.
    package func overrides(in session: SQLSession) throws -> [ApprovalOverride] {
        try session.rows("SELECT * FROM approval_override ORDER BY id").map { row in
            ApprovalOverride(
                id: row.int("id") ?? 0, subject: "model:\(row.text("model") ?? "")@v\(row.int("version") ?? 0)",
                at: row.time("at") ?? Timestamp(microseconds: 0), actor: row.text("actor") ?? "", reason: row.text("reason") ?? "",
                missing: (try? JSONValue(parsing: row.text("missing") ?? ""))?.elements.compactMap(\.text) ?? [],
                reviewer: row.text("reviewer"), note: row.text("note"))
        }
    }

    /// Records that somebody else has looked at an override.
    /// - Throws: `notFound`; `conflict` where it was reviewed; `refused` for who made it and who cannot sign.
    package func review(_ id: Int, note: String, by caller: Caller) throws(MartletError) -> ApprovalOverride {
        try attempt(["override": JSONValue(id)], on: { _ in "override:\(id)" }) { session in
            guard let found = try overrides(in: session).first(where: { $0.id == id }) else {
                throw MartletError(.notFound, "There is no override \(id). See “martlet approval list”.")
            }
            guard found.reviewer == nil else { throw MartletError(.conflict, "Override \(id) was reviewed already.") }
            if let unfit = try unfit(caller, in: session) { throw MartletError(.refused, unfit) }
            if try isKnowing(session), !caller.isAuthenticated {
                throw MartletError(.refused, "A review needs somebody whom Martlet knows. Use the server: --url ADDRESS.")
            }
            guard found.actor != caller.id.rawValue else {
                throw MartletError(.refused, "“\(caller.id)” made the override; somebody else has to review it.")
            }
            try session.execute(
                "UPDATE approval_override SET reviewed = ?, reviewer = ?, note = ? WHERE id = ?",
                [SQLValue(clock.now()), SQLValue(caller.id), SQLValue(note), SQLValue(id)])
            try events.append("approval.reviewed", found.subject, ["override": JSONValue(id), "note": .string(note)], in: session)
            var reviewed = found
            reviewed.reviewer = caller.id.rawValue
            reviewed.note = note
            return reviewed
        }
    }
}
