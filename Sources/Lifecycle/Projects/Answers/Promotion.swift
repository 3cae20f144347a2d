internal import Database
internal import Events
internal import Planning
package import Registry
package import Support

extension Project {
    /// Lets a version take `champion`, where the checks of its gate hold under the charter as it stands.
    package func promote(_ text: String, reason: String) throws(MartletError) -> GateDecision {
        let reference = try resolve(text)
        guard reference.kind == .model else { throw MartletError(.usage, "Only a model version can be promoted: model:\(file.model)@v2.") }
        let version = try models.version(reference.name, reference.selector)
        let decision = try recordedDecision(for: version)
        try recordSettings()
        try database.write { session in
            if decision.passes {
                try models.move("champion", of: version, reason: reason, in: session)
            } else {
                try events.append("model.refused", version.reference.description, ["reasons": JSONValue(decision.reasons)], in: session)
            }
        }
        return decision
    }

    /// What the gate found when the version was judged, against the bounds of the charter as it stands now. An objective that was added
    /// since is not measured, and therefore red.
    private func recordedDecision(for version: ModelVersion) throws(MartletError) -> GateDecision {
        let subject = version.reference.description
        guard file.gated else { return GateDecision(subject: subject, results: []) }
        var latest: [String: CheckResult] = [:]
        for result in try checks.history(subject: subject) { latest[result.objective] = result }
        let gate = Gate(charter: file.charter, confirmed: try isCharterConfirmed(), clock: clock)
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

    /// Gives `champion` back to the version that had it before; called again, to the one before that.
    /// - Throws: `notFound` where there was none.
    package func rollback(reason: String) throws(MartletError) -> ModelVersion {
        let way = try models.way(of: "champion", model: file.model)
        guard let previous = way.dropLast().last else {
            let present = way.last.map { "v\($0) is the first champion of \(file.model)" } ?? "\(file.model) has no champion yet"
            throw MartletError(.notFound, "There is nothing to go back to: \(present). See “martlet model history”.")
        }
        let version = try models.version(file.model, "v\(previous)")
        try recordSettings()
        try database.write { try models.move("champion", of: version, reason: reason, isRollback: true, in: $0) }
        return version
    }
}
