/// How often each class was predicted as each.
package struct ConfusionMatrix: Sendable, Equatable, Codable {
    package var labels: [String]
    /// `counts[truth][predicted]`: rows, or their weights.
    package var counts: [[Double]]

    package init(labels: [String], counts: [[Double]]) {
        self.labels = labels
        self.counts = counts
    }
}

/// One point of a receiver operating characteristic.
package struct ROCPoint: Sendable, Equatable, Codable {
    package var falsePositiveRate: Double
    package var truePositiveRate: Double
    /// Rows with at least this probability are predicted positive; nil for the first point, where none is.
    package var threshold: Double?

    package init(falsePositiveRate: Double, truePositiveRate: Double, threshold: Double?) {
        self.falsePositiveRate = falsePositiveRate
        self.truePositiveRate = truePositiveRate
        self.threshold = threshold
    }
}

/// One bin of a calibration chart.
package struct CalibrationRow: Sendable, Equatable, Codable {
    /// The bin holds probabilities above `lower` (from 0 on in the first) and at most `upper`.
    package var lower: Double
    package var upper: Double
    /// Rows in the bin, or their weight.
    package var rows: Double
    /// Mean predicted probability; nil in an empty bin.
    package var meanProbability: Double?
    /// Observed share of positives; nil in an empty bin.
    package var observedRate: Double?
}

extension Predictions {
    /// The confusion matrix, weighted where the rows are; nil for a regression. Binary labels are `0` and `1`.
    package var confusionMatrix: ConfusionMatrix? {
        switch values {
        case .regression: return nil
        case .binary(let truth, let probabilities, let threshold):
            let predicted = probabilities.map { $0 >= threshold ? 1 : 0 }
            return confusion(truth.map(Int.init), predicted, labels: ["0", "1"])
        case .multiclass(let truth, let probabilities, let classes):
            let k = classes.count
            let predicted = truth.indices.map { predictedClass(probabilities[$0 * k..<($0 + 1) * k]) }
            return confusion(truth.map(Int.init), predicted, labels: classes)
        }
    }

    private func confusion(_ truth: [Int], _ predicted: [Int], labels: [String]) -> ConfusionMatrix {
        var counts = [[Double]](repeating: [Double](repeating: 0, count: labels.count), count: labels.count)
        for row in truth.indices { counts[truth[row]][predicted[row]] += weights?[row] ?? 1 }
        return ConfusionMatrix(labels: labels, counts: counts)
    }

    /// The receiver operating characteristic from (0, 0) to (1, 1), at most `limit` points of it, evenly spread along the curve. Nil unless the
    /// problem is binary and both classes occur.
    package func rocCurve(limit: Int = 200) -> [ROCPoint]? {
        guard case .binary(let truth, let probabilities, _) = values else { return nil }
        var points = [(false: 0.0, true: 0.0, threshold: Double?.none)]
        var (positives, negatives) = (0.0, 0.0)
        let order = descendingOrder(probabilities)
        for (k, index) in order.enumerated() {
            let row = Int(index)
            let weight = weights?[row] ?? 1
            if truth[row] == 1 { positives += weight } else { negatives += weight }
            if k + 1 < order.count, probabilities[Int(order[k + 1])] == probabilities[row] { continue }
            points.append((negatives, positives, probabilities[row]))
        }
        guard positives > 0, negatives > 0 else { return nil }
        let curve = points.map { ROCPoint(falsePositiveRate: $0.false / negatives, truePositiveRate: $0.true / positives, threshold: $0.threshold) }
        return thinned(curve, limit: max(2, limit))
    }

    /// First and last point, and between them one for each equal step along the curve (in the taxicab sense, 2 from end to end).
    private func thinned(_ curve: [ROCPoint], limit: Int) -> [ROCPoint] {
        guard curve.count > limit else { return curve }
        let step = 2 / Double(limit - 1)
        var kept = [curve[0]]
        for point in curve.dropFirst().dropLast() {
            let walked = point.falsePositiveRate + point.truePositiveRate
            if kept.count < limit - 1, walked >= Double(kept.count) * step { kept.append(point) }
        }
        return kept + curve.suffix(1)
    }

    /// Predicted against observed rates in 10 bins of equal width; nil unless the problem is binary.
    package var calibrationTable: [CalibrationRow]? {
        guard case .binary(let truth, let probabilities, _) = values else { return nil }
        var bins = CalibrationBins()
        for row in truth.indices {
            let weight = weights?[row] ?? 1
            bins[calibrationBin(probabilities[row])].add(score: weight * probabilities[row], positives: weight * Double(truth[row]), rows: weight)
        }
        return (0..<calibrationBinCount).map { bin in
            let sums = bins[bin]
            let isEmpty = sums.rows == 0
            return CalibrationRow(
                lower: Double(bin) / Double(calibrationBinCount), upper: Double(bin + 1) / Double(calibrationBinCount), rows: sums.rows,
                meanProbability: isEmpty ? nil : sums.score / sums.rows, observedRate: isEmpty ? nil : sums.positives / sums.rows)
        }
    }
}
