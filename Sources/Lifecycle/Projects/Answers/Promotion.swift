internal import Access
internal import Adoption
internal import Database
internal import Events
internal import Objects
internal import Planning
package import Registry
internal import Serving
package import Support

extension Project {
    /// The alias that is protected: it moves through `moveChampion` only.
    package static let protected = "champion"

    /// Why an alias is moved.
    enum Move {
        /// Forward, by a gate's yes.
        case promotion
        /// Back to a version that had it.
        case rollback
    }

    /// Lets a version take `champion`, where the checks of its gate hold under the charter as it stands and the approvals are there.
    /// - Parameter override: whether missing approvals are passed over; `reason` says why.
    package func promote(_ text: String, reason: String, override: Bool = false) throws(MartletError) -> PromotionDecision {
        let found = try candidate(text)
        try recordSettings()
        return try approvals.attempt(["override": .bool(override)], on: { _ in found.reference.description }) { session in
            let version = try models.version(found.model, number: found.version, in: session)
            let rule = try approvals.keepRule(file.promotion, in: session)
            let gate = try recordedDecision(for: version, rule, in: session)
            return try moveChampion(.promotion, to: version, gate, rule, reason: reason, override: override, in: session)
        }
    }

    /// The version that a reference names for promotion.
    /// - Throws: `usage` for anything but a model; `notFound`.
    package func candidate(_ text: String) throws(MartletError) -> ModelVersion {
        let reference = try resolve(text)
        guard reference.kind == .model else { throw MartletError(.usage, "Only a model version can be promoted: model:\(file.model)@v2.") }
        return try models.version(reference.name, reference.selector)
    }

    /// The version that had `champion` before the one that has it now.
    /// - Throws: `notFound` where there was none.
    package func previousChampion() throws(MartletError) -> ModelVersion { try database.read { try previousChampion(in: $0) } }

    private func previousChampion(in session: SQLSession) throws -> ModelVersion {
        let way = try models.way(of: Project.protected, model: file.model, in: session)
        guard let previous = way.dropLast().last else {
            let present = way.last.map { "v\($0) is the first champion of \(file.model)" } ?? "\(file.model) has no champion yet"
            throw MartletError(.notFound, "There is nothing to go back to: \(present). See “martlet model history”.")
        }
        return try models.version(file.model, number: previous, in: session)
    }

    /// The one place that decides whether `champion` moves, in the transaction that moves it. What does not pass is recorded.
    /// - Parameters:
    ///   - gate: what the gate found.
    ///   - rule: what is in force.
    func moveChampion(
        _ move: Move, to version: ModelVersion, _ gate: GateDecision, _ rule: PromotionRule, reason: String, override: Bool = false,
        in session: SQLSession
    ) throws -> PromotionDecision {
        let reason = reason.onOneLine
        var decision = try decision(move, on: version, servable(gate, version, in: session), rule, in: session)
        if override, decision.waits, decision.approvals.rejections.isEmpty {
            let missing = decision.approvals.missing
            try approvals.override(version, alias: Project.protected, reason: reason, missing: missing, by: caller, in: session)
            decision.override = reason
        }
        if decision.passes {
            try models.move(Project.protected, of: version, under: decision, reason: reason, isRollback: move == .rollback, in: session)
            try endTraffic(of: version, in: session)
        } else {
            try events.append("model.refused", version.reference.description, ["reasons": JSONValue(decision.reasons)], in: session)
        }
        return decision
    }

    /// The gate, closed to what no endpoint can answer with: files that a client registered without a graph among them.
    private func servable(_ gate: GateDecision, _ version: ModelVersion, in session: SQLSession) throws -> GateDecision {
        // A project for tracking only answers with whatever can be answered with, and keeps aliases for everything else.
        guard !file.isTrackingOnly, let origin = try models.origin(of: version, in: session), !origin.isGraph else { return gate }
        let isPython = FileList(try objects.bytes(version.digest))?.isMLflowModel == true && !file.hasLifecycle
        if isPython, file.serving.python != nil { return gate }
        var gate = gate
        gate.results.append(
            CheckResult(
                objective: "format", subject: gate.subject, at: clock.now(), verdict: .red, measurement: nil,
                reason: "It was registered by a client and holds no single ONNX file, which is what the endpoint answers with."
                    + (isPython ? " \(Project.howToAllowPython)" : "")))
        return gate
    }

    /// What is decided on a move, without making it. Back to an earlier version the charter may have changed since it was approved.
    func decision(
        _ move: Move, on version: ModelVersion, _ gate: GateDecision, _ rule: PromotionRule, in session: SQLSession
    ) throws -> PromotionDecision {
        let charter = move == .rollback ? nil : file.charterDigest
        return PromotionDecision(
            gate: gate, approvals: try approvals.standing(of: version, alias: Project.protected, charter: charter, rule: rule, in: session))
    }

    /// What the gate found when the version was judged, against the bounds of the charter as it stands now. An objective that was added
    /// since is not measured, and therefore red.
    func recordedDecision(for version: ModelVersion, _ rule: PromotionRule, in session: SQLSession) throws -> GateDecision {
        let subject = version.reference.description
        guard rule.gated else { return GateDecision(subject: subject, results: []) }
        var latest: [String: CheckResult] = [:]
        for result in try checks.history(subject: subject, in: session) { latest[result.objective] = result }
        let confirmed = try checks.confirmation(of: file.charterDigest, in: session) != nil
        let gate = Gate(charter: file.charter, confirmed: confirmed, clock: clock)
        var decision = try gate.decide(subject, tests: []) { objective in
            guard let result = latest[objective.id] else {
                return .missing("this version was judged before the objective was written. Run “martlet run --force”.")
            }
            return result.measurement.map { .measured($0) } ?? Project.finding(withoutValue: result)
        }
        decision.results += latest.values.filter { $0.objective.hasPrefix("tests:") }.sorted { $0.objective < $1.objective }
        return decision
    }

    /// What a recorded result without a value said.
    private static func finding(withoutValue result: CheckResult) -> Gate.Finding {
        switch result.verdict {
        case .red: .missing(result.reason)
        case .yellow: .undecided(result.reason)
        case .green: .notApplicable(result.reason)
        }
    }

    /// Gives `champion` back to the version that had it before; called again, to the one before that. The gate's yes of then stands; the
    /// approvals of then must still cover model and evaluation.
    /// - Throws: `notFound` where there was none; `refused` where approvals are missing, which is recorded.
    package func rollback(reason: String, override: Bool = false) throws(MartletError) -> ModelVersion {
        try recordSettings()
        let outcome = try approvals.attempt(["override": .bool(override)], on: { _ in "model:\(file.model)" }) { session in
            let version = try previousChampion(in: session)
            let gate = GateDecision(subject: version.reference.description, results: [])
            let rule = try approvals.keepRule(file.promotion, in: session)
            return (try moveChampion(.rollback, to: version, gate, rule, reason: reason, override: override, in: session), version)
        }
        guard outcome.0.passes else { throw MartletError(.refused, outcome.0.sentence) }
        return outcome.1
    }
}
