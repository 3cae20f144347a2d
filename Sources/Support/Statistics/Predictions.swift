package import Support

/// Predictions beside the truth, row by row: what every metric is computed from. Checked when made, so that metrics need not check.
package struct Predictions: Sendable {
    /// The two columns, by kind of problem.
    package enum Values: Sendable {
        /// Truth 0 or 1; the probability of 1; a row is predicted positive where its probability is at least `threshold`.
        case binary(truth: [UInt8], probabilities: [Double], threshold: Double)
        /// Truth as an index into `classes`; probabilities row after row, `classes.count` to a row. The greatest probability is the
        /// prediction, the first of equals.
        case multiclass(truth: [Int32], probabilities: [Double], classes: [String])
        /// True and predicted numbers.
        case regression(truth: [Double], predicted: [Double])
    }

    package let values: Values
    /// A weight per row, none of them negative; nil where every row counts the same.
    package let weights: [Double]?

    private init(values: Values, weights: [Double]?) {
        self.values = values
        self.weights = weights
    }

    /// Predictions of a two-class model.
    /// - Throws: `invalidInput` where lengths differ, a truth is not 0 or 1, or a score is not a probability.
    package static func binary(truth: [UInt8], probabilities: [Double], threshold: Double = 0.5, weights: [Double]? = nil) throws(MartletError)
        -> Predictions
    {
        try checkLengths(truth.count, probabilities.count, weights)
        if let row = truth.firstIndex(where: { $0 > 1 }) {
            throw MartletError(.invalidInput, "The truth of row \(row + 1) is \(truth[row]); a two-class problem has only 0 and 1.")
        }
        let clean = try checkedProbabilities(probabilities, perRow: 1)
        return Predictions(values: .binary(truth: truth, probabilities: clean, threshold: threshold), weights: weights)
    }

    /// Predictions of a model with several classes. `probabilities` holds `classes.count` numbers for each row, row after row.
    /// - Throws: `invalidInput` where lengths differ, a truth is not the index of a class, or a score is not a probability.
    package static func multiclass(truth: [Int32], probabilities: [Double], classes: [String], weights: [Double]? = nil) throws(MartletError)
        -> Predictions
    {
        guard classes.count >= 2 else { throw MartletError(.invalidInput, "A classification needs at least two classes; there is \(classes.count).") }
        guard probabilities.count == truth.count * classes.count else {
            throw MartletError(
                .invalidInput,
                "There are \(probabilities.count) probabilities for \(truth.count) rows and \(classes.count) classes: not one for each.")
        }
        try checkLengths(truth.count, truth.count, weights)
        if let row = truth.firstIndex(where: { $0 < 0 || Int($0) >= classes.count }) {
            throw MartletError(.invalidInput, "The truth of row \(row + 1) is \(truth[row]), which is none of the \(classes.count) classes.")
        }
        let clean = try checkedProbabilities(probabilities, perRow: classes.count)
        return Predictions(values: .multiclass(truth: truth, probabilities: clean, classes: classes), weights: weights)
    }

    /// Predictions of a number.
    /// - Throws: `invalidInput` where lengths differ or a value is not finite.
    package static func regression(truth: [Double], predicted: [Double], weights: [Double]? = nil) throws(MartletError) -> Predictions {
        try checkLengths(truth.count, predicted.count, weights)
        for (what, values) in [("truth", truth), ("prediction", predicted)] {
            if let row = values.firstIndex(where: { !$0.isFinite }) {
                throw MartletError(.invalidInput, "The \(what) of row \(row + 1) is \(values[row]). Leave out rows without a value before scoring.")
            }
        }
        return Predictions(values: .regression(truth: truth, predicted: predicted), weights: weights)
    }

    /// The number of rows.
    package var count: Int {
        switch values {
        case .binary(let truth, _, _): truth.count
        case .multiclass(let truth, _, _): truth.count
        case .regression(let truth, _): truth.count
        }
    }

    package var problem: ProblemType {
        switch values {
        case .binary: .binary
        case .multiclass: .multiclass
        case .regression: .regression
        }
    }

    /// The number of rows whose truth is the positive class; nil unless the problem is binary.
    package var positives: Int? {
        guard case .binary(let truth, _, _) = values else { return nil }
        return truth.reduce(0) { $0 + Int($1) }
    }

    /// The given rows, in that order. Rows that do not exist are left out.
    package func rows(_ wanted: [Int]) -> Predictions {
        let rows = wanted.filter { $0 >= 0 && $0 < count }
        let weights = self.weights.map { all in rows.map { all[$0] } }
        switch values {
        case .binary(let truth, let probabilities, let threshold):
            return Predictions(
                values: .binary(truth: rows.map { truth[$0] }, probabilities: rows.map { probabilities[$0] }, threshold: threshold), weights: weights)
        case .multiclass(let truth, let probabilities, let classes):
            let k = classes.count
            let chosen = rows.flatMap { probabilities[$0 * k..<($0 + 1) * k] }
            return Predictions(values: .multiclass(truth: rows.map { truth[$0] }, probabilities: chosen, classes: classes), weights: weights)
        case .regression(let truth, let predicted):
            return Predictions(values: .regression(truth: rows.map { truth[$0] }, predicted: rows.map { predicted[$0] }), weights: weights)
        }
    }
}

extension Predictions {
    private static func checkLengths(_ truth: Int, _ scores: Int, _ weights: [Double]?) throws(MartletError) {
        guard truth == scores else {
            throw MartletError(.invalidInput, "There are \(truth) true values and \(scores) predictions; they must be the same rows.")
        }
        guard truth <= Int(Int32.max) else {
            throw MartletError(.invalidInput, "\(truth) rows are too many to score at once; the limit is \(Int32.max).")
        }
        guard let weights else { return }
        guard weights.count == truth else { throw MartletError(.invalidInput, "There are \(weights.count) weights for \(truth) rows.") }
        if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
            throw MartletError(.invalidInput, "The weight of row \(row + 1) is \(weights[row]); weights must be 0 or more.")
        }
    }

    /// Rounding errors of up to 1e-6 outside 0...1 are pulled back; anything further out, or NaN, is refused.
    private static func checkedProbabilities(_ values: [Double], perRow: Int) throws(MartletError) -> [Double] {
        if let i = values.firstIndex(where: { !($0 >= -1e-6 && $0 <= 1 + 1e-6) }) {
            throw MartletError(
                .invalidInput,
                "The score of row \(i / perRow + 1) is \(values[i]), which is not a probability. Let the model answer numbers between 0 and 1.")
        }
        guard values.contains(where: { $0 < 0 || $0 > 1 }) else { return values }
        return values.map { min(max($0, 0), 1) }
    }
}
