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

    /// Holds the columns of a request against what its model learnt from.
    /// - Returns: nil where nothing is looked at: without columns, or data that the model learnt from.
    /// - Throws: `invalidInput` where the settings say to refuse what was found.
    func inspected(_ table: Table?, by model: any ServedModel) throws(MartletError) -> InputFindings? {
        guard plan.guards.isOn, let table, !table.columns.isEmpty, let (looked, found) = model.inspected(table) else { return nil }
        guard !found.findings.isEmpty || found.greatestScore >= min(plan.guards.outlierWarning, plan.guards.outlierRefusal) else { return found }
        return try judged(found, looked)
    }

    private func judged(_ found: InputFindings, _ table: Table) throws(MartletError) -> InputFindings {
        var found = found
        let isUnusual = { (score: Double) in score >= min(self.plan.guards.outlierWarning, self.plan.guards.outlierRefusal) }
        found.findings += found.scores.indices.filter { isUnusual(found.scores[$0]) }.map { InputFinding(column: 0, row: $0, kind: .outlier) }
        found.findings = found.findings.filter { action($0, found) != .off }
        let refused = found.findings.filter { action($0, found) == .refuse }
        guarding.withLock { counts in
            for finding in refused { counts.refused[finding.kind, default: 0] += 1 }
            if refused.isEmpty { for finding in found.findings { counts.warned[finding.kind, default: 0] += 1 } }
        }
        if let first = refused.first {
            let what = found.sentence(first, table)
            throw MartletError(
                .invalidInput,
                "The request is refused: \(what). Correct the value; where it is right, the model has not learnt about it: have serving.guards.\(GuardPlan.setting(first.kind)) warn instead."
            )
        }
        found.warnings = found.findings.prefix(InputFindings.mostWarnings).map { found.sentence($0, table) }
        let more = found.findings.count - found.warnings.count
        if more > 0 { found.warnings.append("and \(more) more") }
        return found
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
