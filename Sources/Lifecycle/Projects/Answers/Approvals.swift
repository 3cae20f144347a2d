package import Access
internal import Database
internal import Digests
internal import Events
internal import Objects
internal import Planning
package import Registry
package import Support

/// A request with everything that whoever answers it should see.
package struct ApprovalCase: Sendable {
    package enum State: String, Sendable {
        /// Waits for answers.
        case open
        /// Has all approvals that are needed.
        case approved
        case rejected
        /// Something that it is about has changed since.
        case lapsed
        /// The version has taken the alias since.
        case promoted
    }

    package var request: ApprovalRequest
    package var state: State
    package var decision: PromotionDecision
}

/// Something that waits for a person.
package struct Waiting: Sendable, Equatable {
    package var subject: String
    package var sentence: String
    package var command: String
    /// Since when it waits.
    package var since: Timestamp
}

extension Project {
    /// Asks for approval of a version, as it stands, for `champion`.
    package func requestApproval(_ text: String, note: String) throws(MartletError) -> ApprovalCase {
        let reference = try resolve(text)
        guard reference.kind == .model else { throw MartletError(.usage, "Only a model version is approved: model:\(file.model)@v2.") }
        let version = try models.version(reference.name, reference.selector)
        let request = try approvals.request(version, alias: Project.protected, charter: file.charterDigest, note: note.onOneLine)
        return try database.write { session in
            _ = try approvals.keepRule(file.promotion, in: session)
            return try approvalCase(request, in: session)
        }
    }

    /// Signs a yes or a no.
    /// - Parameter signer: who signs, with a proof of this request.
    package func answerApproval(
        _ id: Int, _ verdict: ApprovalAnswer.Verdict, reason: String, signer: Caller? = nil
    ) throws(MartletError) -> ApprovalCase {
        let request = try approvals.answer(
            id, verdict, reason: reason.onOneLine, by: signer ?? caller, rule: file.promotion, charter: file.charterDigest)
        return try database.read { try approvalCase(request, in: $0) }
    }

    /// Takes one's own answer back.
    package func revokeApproval(_ id: Int, reason: String) throws(MartletError) -> ApprovalCase {
        let request = try approvals.revoke(id, reason: reason.onOneLine, by: caller)
        return try database.read { try approvalCase(request, in: $0) }
    }

    /// All requests, newest first.
    package func approvalCases() throws(MartletError) -> [ApprovalCase] {
        try database.read { session in try approvals.requests(in: session).reversed().map { try approvalCase($0, in: session) } }
    }

    /// The evaluation that a request is about.
    package func report(of request: ApprovalRequest) throws(MartletError) -> JSONValue {
        try JSONValue(parsing: objects.bytes(request.content.report))
    }

    private func approvalCase(_ request: ApprovalRequest, in session: SQLSession) throws -> ApprovalCase {
        let version = try models.version(request.model, number: request.version, in: session)
        let decision = try standingDecision(on: version, in: session)
        let current = try ApprovalStore.content(of: version, charter: file.charterDigest)
        let held = try models.history(of: request.model, in: session).contains {
            $0.alias == request.alias && $0.version == request.version && $0.at >= request.at
        }
        let isRejected = request.answers.contains { $0.verdict == .rejected && $0.revocation == nil }
        let state: ApprovalCase.State =
            held ? .promoted : current != request.content ? .lapsed : isRejected ? .rejected : decision.approvals.isComplete ? .approved : .open
        return ApprovalCase(request: request, state: state, decision: decision)
    }

    /// What would be decided if the version were promoted now.
    func standingDecision(on version: ModelVersion, in session: SQLSession) throws -> PromotionDecision {
        let rule = try approvals.ruleInForce(file.promotion, in: session)
        return try decision(.promotion, on: version, recordedDecision(for: version, rule, in: session), rule, in: session)
    }

    // MARK: - What waits

    /// What waits for a person: versions that lack approvals, approved ones that were not promoted, overrides that nobody has reviewed.
    package func waiting() throws(MartletError) -> [Waiting] {
        try database.read { session in
            let requests = try approvals.requests(in: session)
            var found: [Waiting] = []
            for version in try candidates(requests, in: session) {
                if let waiting = try waiting(for: version, requests, in: session) { found.append(waiting) }
            }
            for override in try approvals.overrides(in: session) where override.reviewer == nil {
                let sentence = "\(override.actor) let it through without approval by \(override.missing.joined(separator: ", ")): \(override.reason)"
                found.append(
                    Waiting(
                        subject: override.subject, sentence: sentence, command: "martlet approval review \(override.id) --note TEXT",
                        since: override.at))
            }
            return found
        }
    }

    /// What a version that the gate let through waits for now; nil where it waits for nobody any more.
    func stillWaits(_ subject: String) throws(MartletError) -> String? {
        try waiting().first { $0.subject == subject }.map { "\($0.sentence). Next: \($0.command)" }
    }

    /// The versions that may wait: the newest, and those that somebody asked about, as long as they never were champion.
    private func candidates(_ requests: [ApprovalRequest], in session: SQLSession) throws -> [ModelVersion] {
        let held = Set(try models.history(of: file.model, in: session).filter { $0.alias == Project.protected }.compactMap(\.version))
        let newest = try models.newest(file.model, in: session)
        let asked = requests.filter { $0.model == file.model }.map(\.version)
        return try Set(asked + [newest].compactMap(\.self)).subtracting(held).sorted().map { try models.version(file.model, number: $0, in: session) }
    }

    private func waiting(for version: ModelVersion, _ requests: [ApprovalRequest], in session: SQLSession) throws -> Waiting? {
        guard version.details.evaluation != nil else { return nil }
        let decision = try standingDecision(on: version, in: session)
        let subject = decision.subject
        guard decision.gate.passes, !decision.approvals.required.isEmpty else { return nil }
        let content = try ApprovalStore.content(of: version, charter: file.charterDigest)
        let open = requests.last { $0.subject == subject && $0.content == content }
        let since = open?.at ?? version.created
        if decision.approvals.isComplete {
            return Waiting(subject: subject, sentence: "\(subject) has its approvals", command: "martlet model promote \(subject)", since: since)
        }
        if let rejection = decision.approvals.rejections.first {
            return Waiting(subject: subject, sentence: "\(subject) is not approved: \(rejection)", command: "martlet approval list", since: since)
        }
        let sentence = "\(subject) waits for approval by \(decision.approvals.missing.joined(separator: " and "))"
        let asked = open.map { ", asked by \($0.actor) on \($0.at.date)" } ?? ""
        return Waiting(
            subject: subject, sentence: sentence + asked,
            command: open.map { "martlet approval approve \($0.id)" } ?? "martlet approval request \(subject)", since: since)
    }

    // MARK: - Serving

    /// Refuses to serve a version that never took `champion` and could not take it: naming it in `martlet.yaml` is no way round.
    /// - Throws: `refused` with what is missing, which is recorded.
    func checkServable(_ version: ModelVersion) throws(MartletError) {
        let objection: String? = try database.read { session in
            let rule = try approvals.ruleInForce(file.promotion, in: session)
            guard !rule.approve.isEmpty else { return nil }
            let moves = try models.history(of: version.model, in: session)
            if moves.contains(where: { $0.alias == Project.protected && $0.version == version.version }) { return nil }
            let decision = try standingDecision(on: version, in: session)
            return decision.passes ? nil : decision.sentence
        }
        guard let objection else { return }
        try record("serving.refused", version, objection)
        throw MartletError(.refused, objection)
    }

    /// Records something about a version, unless the same was the last that was recorded of it: a server asks again and again.
    func record(_ kind: String, _ version: ModelVersion, _ reason: String) throws(MartletError) {
        try database.write { session in
            let subject = version.reference.description
            let last = try events.last(kind, subject, in: session)
            if last?.body["reason"].text == reason, last.map({ clock.now().seconds - $0.at.seconds < 3600 }) ?? false { return }
            try events.append(kind, subject, ["reason": .string(reason)], in: session)
        }
    }
}
