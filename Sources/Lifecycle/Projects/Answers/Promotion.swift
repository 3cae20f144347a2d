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
            return result.measurement.map { .measured($0) } ?? (result.verdict == .red ? .missing(result.reason) : .notApplicable(result.reason))
        }
        decision.results += latest.values.filter { $0.objective.hasPrefix("tests:") }.sorted { $0.objective < $1.objective }
        return decision
    }

    /// Gives `champion` back to the version that had it before.
    /// - Throws: `notFound` where there was none.
    package func rollback(reason: String) throws(MartletError) -> ModelVersion {
        let moves = try models.history(of: file.model).filter { $0.alias == "champion" }
        guard let current = moves.last?.version, let previous = moves.last(where: { $0.version != current })?.version else {
            throw MartletError(.notFound, "There is no earlier champion of \(file.model) to go back to. See “martlet model history”.")
        }
        let version = try models.version(file.model, "v\(previous)")
        try database.write { try models.move("champion", of: version, reason: reason, in: $0) }
        return version
    }
}
