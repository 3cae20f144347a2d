/// All metrics of a regression. Rows are kept in ascending order of absolute error, for the median.
struct RegressionScorer: Scorer {
    let metrics: [Metric]
    let rowCount: Int
    private let rows: [Row]

    private struct Row {
        /// The truth relative to its mean over all rows, which keeps sums of squares exact enough.
        var centred: Double
        var error: Double
        /// Absolute error over absolute truth; infinite where the truth is zero.
        var relative: Double
        var weight: Double
        var index: Int32
    }

    init(truth: [Double], predicted: [Double], weights: [Double], metrics: [Metric]) {
        self.metrics = metrics
        rowCount = truth.count
        let mean = truth.isEmpty ? 0 : truth.reduce(0) { $0 + $1 / Double(truth.count) }
        let errors = zip(truth, predicted).map { abs($0 - $1) }
        rows = descendingOrder(errors).reversed().map { index in
            let i = Int(index)
            let relative = truth[i] == 0 ? .infinity : errors[i] / abs(truth[i])
            return Row(centred: truth[i] - mean, error: errors[i], relative: relative, weight: weights[i], index: index)
        }
    }

    func score(counts: UnsafePointer<UInt16>, into results: UnsafeMutablePointer<Double>) {
        rows.withUnsafeBufferPointer { rows in
            let sums = sums(rows, counts)
            for (i, metric) in metrics.enumerated() { results[i] = value(of: metric, sums, rows, counts) }
        }
    }

    private struct Sums {
        var weight = 0.0
        var truth = 0.0
        var error = 0.0
        var squaredError = 0.0
        var relative = 0.0
        var least = Double.infinity
        var greatest = -Double.infinity
    }

    private func sums(_ rows: UnsafeBufferPointer<Row>, _ counts: UnsafePointer<UInt16>) -> Sums {
        var sums = Sums()
        for row in rows {
            let weight = Double(counts[Int(row.index)]) * row.weight
            guard weight > 0 else { continue }
            sums.weight += weight
            sums.truth += weight * row.centred
            sums.error += weight * row.error
            sums.squaredError += weight * row.error * row.error
            sums.relative += weight * row.relative
            sums.least = min(sums.least, row.centred)
            sums.greatest = max(sums.greatest, row.centred)
        }
        return sums
    }

    private func value(of metric: Metric, _ sums: Sums, _ rows: UnsafeBufferPointer<Row>, _ counts: UnsafePointer<UInt16>) -> Double {
        guard sums.weight > 0 else { return .nan }
        switch metric {
        case .rmse: return (sums.squaredError / sums.weight).squareRoot()
        case .mae: return sums.error / sums.weight
        case .mape: return sums.relative.isFinite ? sums.relative / sums.weight : .nan
        case .r2:
            guard sums.least < sums.greatest else { return .nan }
            let mean = sums.truth / sums.weight
            var spread = 0.0
            for row in rows { spread += Double(counts[Int(row.index)]) * row.weight * (row.centred - mean) * (row.centred - mean) }
            return 1 - sums.squaredError / spread
        case .medianAbsoluteError: return median(rows, counts, half: sums.weight / 2)
        default: return .nan
        }
    }

    /// The averaged weighted median (Hyndman & Fan 1996), as scikit-learn has it: the mean of both neighbours where half the weight falls
    /// exactly between two rows.
    private func median(_ rows: UnsafeBufferPointer<Row>, _ counts: UnsafePointer<UInt16>, half: Double) -> Double {
        var cumulative = 0.0
        var lower: Double?
        for row in rows {
            let weight = Double(counts[Int(row.index)]) * row.weight
            guard weight > 0 else { continue }
            if let lower { return (lower + row.error) / 2 }
            cumulative += weight
            guard cumulative >= half else { continue }
            if cumulative - half > Double.ulpOfOne { return row.error }
            lower = row.error
        }
        return lower ?? .nan
    }
}
