internal import Support
internal import Synchronization
internal import Tables

/// How many rows had something unlike training, by its kind, and what was done.
package struct GuardCounts: Sendable, Equatable {
    package var warned: [InputFinding.Kind: Int] = [:]
    package var refused: [InputFinding.Kind: Int] = [:]
}

extension Endpoint {
    /// What was found unlike training since the endpoint began.
    package var guardCounts: GuardCounts { guarding.withLock { $0 } }

    /// Holds the columns of a request against what its model learnt from. Nothing is counted, so that it may be asked twice.
    /// - Returns: nil where nothing is looked at: without columns, or data that the model learnt from.
    func inspected(_ table: Table?, by model: any ServedModel) -> InputFindings? {
        guard plan.guards.isOn, let table, table.hasColumns, let (looked, found) = model.inspected(table) else { return nil }
        guard !found.findings.isEmpty || found.greatestScore >= leastOutlier else { return found }
        return judged(found, looked)
    }

    /// From which outlier score on something is done about a row.
    private var leastOutlier: Double { min(plan.guards.outlierWarning, plan.guards.outlierRefusal) }

    private func judged(_ found: InputFindings, _ table: Table) -> InputFindings {
        var found = found
        found.findings += found.scores.indices.filter { found.scores[$0] >= leastOutlier }.map { InputFinding(column: 0, row: $0, kind: .outlier) }
        found.findings = found.findings.filter { action($0, found) != .off }
        found.refused = found.findings.filter { action($0, found) == .refuse }
        if let first = found.refused.first {
            let what = found.sentence(first, table)
            found.refusal = MartletError(
                .invalidInput,
                "The request is refused: \(what). Correct the value; where it is right, the model has not learnt about it: have serving.guards.\(GuardPlan.setting(first.kind)) warn instead."
            )
        }
        found.warnings = found.findings.prefix(InputFindings.mostWarnings).map { found.sentence($0, table) }
        let more = found.findings.count - found.warnings.count
        if more > 0 { found.warnings.append("and \(more) more") }
        return found
    }

    /// - Throws: `invalidInput` where the settings say to refuse what was found, which is counted.
    func demand(_ findings: InputFindings?) throws(MartletError) {
        guard let findings, let refusal = findings.refusal else { return }
        guarding.withLock { counts in for finding in findings.refused { counts.refused[finding.kind, default: 0] += 1 } }
        throw refusal
    }

    /// Counts what an answer tells of.
    func countFindings(_ findings: InputFindings?) {
        guard let findings, !findings.findings.isEmpty else { return }
        guarding.withLock { counts in for finding in findings.findings { counts.warned[finding.kind, default: 0] += 1 } }
    }

    private func action(_ finding: InputFinding, _ found: InputFindings) -> GuardPlan.Action {
        switch finding.kind {
        case .range: plan.guards.range
        case .category: plan.guards.categories
        case .missing: plan.guards.missing
        case .outlier: found.scores[finding.row] >= plan.guards.outlierRefusal ? .refuse : .warn
        }
    }
}

extension GuardPlan {
    /// The key of the settings that a kind of finding has.
    fileprivate static func setting(_ kind: InputFinding.Kind) -> String {
        switch kind {
        case .range: "range"
        case .category: "categories"
        case .missing: "missing"
        case .outlier: "outlier"
        }
    }
}
