extension Metric {
    /// One line that says what the metric measures, for help texts and tooltips.
    package var meaning: String {
        switch self {
        case .auc: "probability that a random positive scores above a random negative; ties count half"
        case .prAUC: "average precision: precision at each threshold weighted by the recall it adds"
        case .logLoss: "mean negative log of the probability given to what happened"
        case .accuracy: "share of rows predicted correctly"
        case .balancedAccuracy: "mean over the classes of the share of their rows found"
        case .precision: "share of the predicted positives that are positive"
        case .recall: "share of the positives that are predicted positive"
        case .f1: "harmonic mean of precision and recall"
        case .brier: "mean squared distance between probability and outcome"
        case .calibrationError: "mean distance between predicted and observed rate over 10 equal-width bins of probability"
        case .aucMacroOVR: "mean over the classes of the AUC of that class against all others"
        case .precisionMacro: "mean precision over the classes, each class counting the same"
        case .recallMacro: "mean recall over the classes, each class counting the same"
        case .f1Macro: "mean F1 over the classes, each class counting the same"
        case .precisionMicro: "precision over all decisions pooled; equals accuracy here"
        case .recallMicro: "recall over all decisions pooled; equals accuracy here"
        case .f1Micro: "F1 over all decisions pooled; equals accuracy here"
        case .precisionWeighted: "mean precision over the classes, weighted by their size"
        case .recallWeighted: "mean recall over the classes, weighted by their size; equals accuracy"
        case .f1Weighted: "mean F1 over the classes, weighted by their size"
        case .rmse: "root of the mean squared error, in the unit of the target"
        case .mae: "mean absolute error, in the unit of the target"
        case .medianAbsoluteError: "median absolute error, in the unit of the target"
        case .mape: "mean absolute error relative to the true value"
        case .r2: "share of the target's variance that is explained"
        }
    }
}
