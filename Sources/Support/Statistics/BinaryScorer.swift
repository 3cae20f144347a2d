/// All metrics of a two-class problem in one pass over rows sorted by descending probability.
struct BinaryScorer: Scorer {
    let metrics: [Metric]
    let rowCount: Int
    /// The sorted rows, each with what the pass needs.
    private let rows: [Row]
    /// Stretches of sorted rows with the same calibration bin and the same predicted class. Tied rows are never in two.
    private let stretches: [Stretch]

    private struct Row {
        var probability: Double
        var weight: Double
        var logLoss: Double
        var index: Int32
        var isPositive: Int16
        /// 1 at the last row of a group of equal probabilities.
        var endsTie: Int16
    }

    private struct Stretch {
        var end: Int
        var bin: Int
        var isPredictedPositive: Bool
    }

    init(truth: [UInt8], probabilities: [Double], threshold: Double, weights: [Double], metrics: [Metric]) {
        self.metrics = metrics
        rowCount = truth.count
        let order = descendingOrder(probabilities)
        var rows: [Row] = []
        rows.reserveCapacity(order.count)
        for (k, index) in order.enumerated() {
            let i = Int(index)
            let p = probabilities[i]
            let isLast = k + 1 == order.count || probabilities[Int(order[k + 1])] != p
            rows.append(
                Row(
                    probability: p, weight: weights[i], logLoss: clippedLogLoss(truth[i] == 1 ? p : 1 - p), index: index,
                    isPositive: Int16(truth[i]), endsTie: isLast ? 1 : 0))
        }
        self.rows = rows
        stretches = BinaryScorer.stretches(of: rows, threshold: threshold)
    }

    private static func stretches(of rows: [Row], threshold: Double) -> [Stretch] {
        var stretches: [Stretch] = []
        for (k, row) in rows.enumerated() {
            let bin = calibrationBin(row.probability)
            let isPositive = row.probability >= threshold
            if let last = stretches.last, last.bin == bin, last.isPredictedPositive == isPositive {
                stretches[stretches.count - 1].end = k + 1
            } else {
                stretches.append(Stretch(end: k + 1, bin: bin, isPredictedPositive: isPositive))
            }
        }
        return stretches
    }

    func score(counts: UnsafePointer<UInt16>, into results: UnsafeMutablePointer<Double>) {
        let totals = totals(counts: counts)
        for (i, metric) in metrics.enumerated() { results[i] = totals.value(of: metric) }
    }

    private func totals(counts: UnsafePointer<UInt16>) -> BinaryTotals {
        var totals = BinaryTotals()
        rows.withUnsafeBufferPointer { rows in
            var start = 0
            for stretch in stretches {
                let before = (totals.positives, totals.negatives)
                let binScore = totals.add(rows, start..<stretch.end, counts)
                let found = (positives: totals.positives - before.0, negatives: totals.negatives - before.1)
                totals.bins[stretch.bin].add(score: binScore, positives: found.positives, rows: found.positives + found.negatives)
                if stretch.isPredictedPositive {
                    totals.truePositives += found.positives
                    totals.falsePositives += found.negatives
                }
                start = stretch.end
            }
        }
        return totals
    }

    /// Weighted sums over the rows, from which every metric follows.
    private struct BinaryTotals {
        var positives = 0.0
        var negatives = 0.0
        var truePositives = 0.0
        var falsePositives = 0.0
        /// Pairs of a positive ranked above a negative; ties count half.
        var area = 0.0
        var precisionGains = 0.0
        var logLoss = 0.0
        var brier = 0.0
        var bins = CalibrationBins()

        /// Adds sorted rows; returns the weighted sum of their probabilities.
        @inline(__always)
        mutating func add(_ rows: UnsafeBufferPointer<Row>, _ range: Range<Int>, _ counts: UnsafePointer<UInt16>) -> Double {
            var (tiePositives, tieNegatives, scores) = (0.0, 0.0, 0.0)
            var (positives, negatives, area, gains, loss, brier) = (self.positives, self.negatives, self.area, precisionGains, logLoss, self.brier)
            for k in range {
                let row = rows[k]
                let weight = Double(counts[Int(row.index)]) * row.weight
                let truth = Double(row.isPositive)
                let error = truth - row.probability
                tiePositives += weight * truth
                tieNegatives += weight - weight * truth
                loss += weight * row.logLoss
                brier += weight * error * error
                scores += weight * row.probability
                guard row.endsTie != 0 else { continue }
                area += tieNegatives * (positives + 0.5 * tiePositives)
                positives += tiePositives
                negatives += tieNegatives
                gains += tiePositives * positives / max(positives + negatives, .leastNormalMagnitude)
                (tiePositives, tieNegatives) = (0, 0)
            }
            (self.positives, self.negatives, self.area, precisionGains, logLoss, self.brier) = (positives, negatives, area, gains, loss, brier)
            return scores
        }

        /// The metric, NaN where its denominator is zero.
        func value(of metric: Metric) -> Double {
            let total = positives + negatives
            let recall = truePositives / positives
            switch metric {
            case .auc: return area / (positives * negatives)
            case .prAUC: return precisionGains / positives
            case .logLoss: return logLoss / total
            case .accuracy: return (truePositives + negatives - falsePositives) / total
            case .balancedAccuracy: return (recall + (negatives - falsePositives) / negatives) / 2
            case .precision: return truePositives / (truePositives + falsePositives)
            case .recall: return recall
            case .f1: return 2 * truePositives / (truePositives + falsePositives + positives)
            case .brier: return brier / total
            case .calibrationError: return bins.expectedError
            default: return .nan
            }
        }
    }
}
