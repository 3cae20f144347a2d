package import Planning
package import Support

/// What a gate said about a change, and why.
package struct GateDecision: Sendable, Equatable {
    package var subject: String
    /// One result for each objective that can be judged before production, and one for each test report.
    package var results: [CheckResult]

    package init(subject: String, results: [CheckResult]) {
        self.subject = subject
        self.results = results
    }

    /// Nothing that was measured failed, and nothing that has to be measured was left out.
    package var passes: Bool { !results.contains { $0.verdict == .red } }

    /// The sentences of what failed.
    package var reasons: [String] { results.filter { $0.verdict == .red }.map { "\($0.objective): \($0.reason)" } }

    /// One sentence for the log.
    package var sentence: String {
        guard passes else { return "The gate refuses \(subject): " + reasons.joined(separator: " ") }
        let undecided = results.count { $0.verdict == .yellow && $0.measurement == nil }
        guard undecided > 0 else { return "All \(results.count) checks of the gate hold." }
        return "\(results.count - undecided) of \(results.count) checks of the gate hold; \(undecided) could not be decided."
    }
}

/// Decides whether a model version may take an alias.
package struct Gate: Sendable {
    /// A measurement of the candidate, or the sentence that says why there is none.
    package enum Finding: Sendable, Equatable {
        /// The note is a sentence on how it was measured; empty where there is nothing to say.
        case measured(Measurement, note: String = "")
        /// It could be measured, but the number would decide nothing: yellow, with the sentence that says why and what to do.
        case undecided(String)
        /// There is nothing to compare with, for example no champion yet: the objective holds trivially.
        case notApplicable(String)
        case missing(String)
    }

    private let charter: Charter
    private let confirmed: Bool
    private let clock: any WallClock

    /// - Parameter confirmed: whether a person has confirmed the charter as it stands.
    package init(charter: Charter, confirmed: Bool, clock: any WallClock) {
        self.charter = charter
        self.confirmed = confirmed
        self.clock = clock
    }

    /// Judges every objective that is not about production. An objective that nothing measures is red: it would be a promise nobody keeps.
    package func decide(
        _ subject: String, tests: [JUnitReport], measure: (Objective) throws(MartletError) -> Finding
    ) throws(MartletError) -> GateDecision {
        var results: [CheckResult] = []
        for objective in charter.objectives where objective.place != .production {
            results.append(judge(objective, subject, try measure(objective)))
        }
        for report in tests { results.append(judge(report, subject)) }
        return GateDecision(subject: subject, results: results)
    }

    private func judge(_ objective: Objective, _ subject: String, _ finding: Finding) -> CheckResult {
        switch finding {
        case .measured(let measurement, let note):
            let (verdict, reason) = objective.judge(measurement, confirmed: confirmed, missing: "")
            return result(objective.id, subject, verdict, measurement, note.isEmpty ? reason : "\(reason) \(note)")
        case .undecided(let why): return result(objective.id, subject, .yellow, nil, why)
        case .notApplicable(let why): return result(objective.id, subject, .green, nil, why)
        case .missing(let why): return result(objective.id, subject, .red, nil, "Nothing measures it: \(why)")
        }
    }

    private func judge(_ report: JUnitReport, _ subject: String) -> CheckResult {
        let failed = report.failures.prefix(3).map(\.name).joined(separator: ", ")
        let reason =
            report.failures.isEmpty
            ? "\(report.tests) tests of \(report.path) passed."
            : "\(report.failures.count) of \(report.tests) tests of \(report.path) failed: \(failed)."
        let verdict: Verdict = report.failures.isEmpty && report.tests > 0 ? .green : .red
        return result(JUnitReport.objective(of: report.step), subject, verdict, nil, report.tests == 0 ? "\(report.path) holds no test." : reason)
    }

    private func result(_ id: String, _ subject: String, _ verdict: Verdict, _ measurement: Measurement?, _ reason: String) -> CheckResult {
        CheckResult(objective: id, subject: subject, at: clock.now(), verdict: verdict, measurement: measurement, reason: reason)
    }
}
