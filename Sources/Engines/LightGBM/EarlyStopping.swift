/// Stops when the first metric has not improved for a number of rounds: Python's `lightgbm.early_stopping(rounds, first_metric_only=True,
/// min_delta=0)`, including its treatment of NaN (never an improvement) and of ties (the earlier round stays the best).
struct EarlyStopping {
    private let patience: Int
    private let higherIsBetter: Bool
    private var bestValue = 0.0
    private var bestRound: Int?

    init(patience: Int, metric: String) {
        self.patience = patience
        higherIsBetter = Self.isHigherBetter(metric)
    }

    /// The number of rounds of the best model so far; 0 before the first.
    var bestIteration: Int { bestRound.map { $0 + 1 } ?? 0 }

    /// Takes the metric's value after a round (counted from 0) and says whether to stop.
    mutating func shouldStop(after round: Int, value: Double) -> Bool {
        guard let best = bestRound else {
            (bestRound, bestValue) = (round, value)
            return patience <= 0
        }
        if higherIsBetter ? value > bestValue : value < bestValue { (bestRound, bestValue) = (round, value) }
        return round - (bestRound ?? best) >= patience
    }

    static func isHigherBetter(_ metric: String) -> Bool { metric.hasPrefix("auc") || metric.hasPrefix("average_precision") }
}
