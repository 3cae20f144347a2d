import Support

/// What is minimised, by LightGBM's names: a closed list, since LightGBM itself accepts any word.
enum Objective: String, CaseIterable {
    case binary, multiclass, multiclassova, regression, huber, fair, poisson, quantile, mape, gamma, tweedie
    case regressionL1 = "regression_l1"
    case crossEntropy = "cross_entropy"

    /// Which labels an objective is defined for.
    struct Labels {
        let description: String
        let accepts: (Float) -> Bool
    }

    func labels(classes: Int) -> Labels {
        switch self {
        case .binary: Labels(description: "0 or 1") { $0 == 0 || $0 == 1 }
        case .multiclass, .multiclassova:
            Labels(description: "a whole number from 0 to \(classes - 1)") { $0 >= 0 && $0 < Float(classes) && $0 == $0.rounded() }
        case .regression, .regressionL1, .huber, .fair, .quantile, .mape: Labels(description: "a finite number") { _ in true }
        case .poisson, .tweedie: Labels(description: "a number of at least 0") { $0 >= 0 }
        case .gamma: Labels(description: "a number above 0") { $0 > 0 }
        case .crossEntropy: Labels(description: "a number from 0 to 1") { $0 >= 0 && $0 <= 1 }
        }
    }

    var isMulticlass: Bool { self == .multiclass || self == .multiclassova }

    /// The metrics that can be computed beside it.
    var metrics: [String] {
        isMulticlass
            ? ["multi_logloss", "multi_error", "auc_mu"]
            : [
                "l1", "l2", "rmse", "mape", "huber", "fair", "poisson", "quantile", "gamma", "gamma_deviance", "tweedie", "binary_logloss",
                "binary_error",
                "auc", "average_precision", "cross_entropy", "kullback_leibler",
            ]
    }
}
