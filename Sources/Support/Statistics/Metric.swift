package import Support

/// A figure of merit of predictions against the truth. Definitions agree with scikit-learn; weights, where given, weight the rows.
package enum Metric: String, CaseIterable, Codable, Sendable, Hashable {
    case auc
    case prAUC = "pr_auc"
    case logLoss = "log_loss"
    case accuracy
    case balancedAccuracy = "balanced_accuracy"
    case precision
    case recall
    case f1
    case brier
    case calibrationError = "calibration_error"
    case aucMacroOVR = "auc_macro_ovr"
    case precisionMacro = "precision_macro"
    case recallMacro = "recall_macro"
    case f1Macro = "f1_macro"
    case precisionMicro = "precision_micro"
    case recallMicro = "recall_micro"
    case f1Micro = "f1_micro"
    case precisionWeighted = "precision_weighted"
    case recallWeighted = "recall_weighted"
    case f1Weighted = "f1_weighted"
    case rmse
    case mae
    case medianAbsoluteError = "median_absolute_error"
    case mape
    case r2

    /// The kinds of problem for which the metric is defined.
    package var problems: Set<ProblemType> {
        switch self {
        case .auc, .prAUC, .precision, .recall, .f1, .calibrationError: [.binary]
        case .logLoss, .accuracy, .balancedAccuracy, .brier: [.binary, .multiclass]
        case .rmse, .mae, .medianAbsoluteError, .mape, .r2: [.regression]
        default: [.multiclass]
        }
    }

    /// Whether a greater value is better.
    package var higherIsBetter: Bool {
        switch self {
        case .logLoss, .brier, .calibrationError, .rmse, .mae, .medianAbsoluteError, .mape: false
        default: true
        }
    }

    /// The metrics of a kind of problem, in the order in which reports show them.
    package static func all(for problem: ProblemType) -> [Metric] { allCases.filter { $0.problems.contains(problem) } }

    /// The metric by which models of a kind of problem are ranked unless the charter says otherwise.
    package static func primary(for problem: ProblemType) -> Metric {
        switch problem {
        case .binary: .auc
        case .multiclass: .f1Macro
        case .regression: .rmse
        }
    }

    /// Reads a metric's name, for instance from a charter.
    /// - Throws: `invalidInput` with the nearest name, or with the metrics of the problem where the metric is not one of them.
    package static func named(_ name: String, for problem: ProblemType? = nil) throws(MartletError) -> Metric {
        let known = problem.map(all) ?? allCases
        guard let metric = Metric(rawValue: name) else {
            let names = known.map(\.rawValue)
            throw MartletError(
                .invalidInput, "There is no metric “\(name)”.\(didYouMean(name, among: names)) There are: \(names.joined(separator: ", ")).")
        }
        guard known.contains(metric) else {
            let names = known.map(\.rawValue).joined(separator: ", ")
            throw MartletError(.invalidInput, "“\(name)” is not a metric of a \(problem?.rawValue ?? "") problem. Choose one of: \(names).")
        }
        return metric
    }
}
