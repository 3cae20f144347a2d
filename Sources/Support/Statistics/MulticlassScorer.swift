/// All metrics of a problem with several classes: one pass for the confusion matrix and the losses, and one a class for its AUC.
struct MulticlassScorer: Scorer {
    let metrics: [Metric]
    let rowCount: Int
    private let classCount: Int
    private let rows: [Row]
    /// For each class the rows in descending order of its probability; empty unless the AUC is asked for.
    private let rankings: [[Ranked]]

    private struct Row {
        var logLoss: Double
        var brier: Double
        var weight: Double
        /// truth * classCount + predicted
        var cell: Int32
    }

    private struct Ranked {
        var weight: Double
        var index: Int32
        var isPositive: Int16
        var endsTie: Int16
    }

    init(truth: [Int32], probabilities: [Double], classCount: Int, weights: [Double], metrics: [Metric]) {
        self.metrics = metrics
        rowCount = truth.count
        self.classCount = classCount
        rows = truth.indices.map { i in
            let row = probabilities[i * classCount..<(i + 1) * classCount]
            let actual = Int(truth[i])
            let brier = row.enumerated().reduce(0.0) { sum, next in
                let error = next.element - (next.offset == actual ? 1 : 0)
                return sum + error * error
            }
            let cell = actual * classCount + predictedClass(row)
            return Row(logLoss: clippedLogLoss(row[row.startIndex + actual]), brier: brier, weight: weights[i], cell: Int32(cell))
        }
        let wantsAUC = metrics.contains(.aucMacroOVR)
        rankings = (0..<(wantsAUC ? classCount : 0)).map { k in
            MulticlassScorer.ranking(of: k, truth, stride(from: k, to: probabilities.count, by: classCount).map { probabilities[$0] }, weights)
        }
    }

    private static func ranking(of k: Int, _ truth: [Int32], _ scores: [Double], _ weights: [Double]) -> [Ranked] {
        let order = descendingOrder(scores)
        return order.enumerated().map { at, index in
            let isLast = at + 1 == order.count || scores[Int(order[at + 1])] != scores[Int(index)]
            return Ranked(weight: weights[Int(index)], index: index, isPositive: truth[Int(index)] == Int32(k) ? 1 : 0, endsTie: isLast ? 1 : 0)
        }
    }

    func score(counts: UnsafePointer<UInt16>, into results: UnsafeMutablePointer<Double>) {
        var confusion = [Double](repeating: 0, count: classCount * classCount)
        var (loss, brier, total) = (0.0, 0.0, 0.0)
        rows.withUnsafeBufferPointer { rows in
            confusion.withUnsafeMutableBufferPointer { confusion in
                for i in 0..<rowCount {
                    let row = rows[i]
                    let weight = Double(counts[i]) * row.weight
                    confusion[Int(row.cell)] += weight
                    loss += weight * row.logLoss
                    brier += weight * row.brier
                    total += weight
                }
            }
        }
        let averages = ClassAverages(confusion: confusion, classCount: classCount)
        for (i, metric) in metrics.enumerated() {
            switch metric {
            case .logLoss: results[i] = loss / total
            case .brier: results[i] = brier / total
            case .aucMacroOVR: results[i] = macroAUC(counts)
            default: results[i] = averages.value(of: metric)
            }
        }
    }

    /// The unweighted mean of the classes' AUCs against all others; NaN where a class has no rows (scikit-learn's `ovr`, `macro`).
    private func macroAUC(_ counts: UnsafePointer<UInt16>) -> Double {
        var sum = 0.0
        for ranking in rankings {
            let auc = ranking.withUnsafeBufferPointer { area(under: $0, counts) }
            if auc.isNaN { return .nan }
            sum += auc
        }
        return sum / Double(rankings.count)
    }

    private func area(under rows: UnsafeBufferPointer<Ranked>, _ counts: UnsafePointer<UInt16>) -> Double {
        var (positives, negatives, area, tiePositives, tieNegatives) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for row in rows {
            let weight = Double(counts[Int(row.index)]) * row.weight
            let positive = weight * Double(row.isPositive)
            tiePositives += positive
            tieNegatives += weight - positive
            guard row.endsTie != 0 else { continue }
            area += tieNegatives * (positives + 0.5 * tiePositives)
            positives += tiePositives
            negatives += tieNegatives
            (tiePositives, tieNegatives) = (0, 0)
        }
        return area / (positives * negatives)
    }
}

/// The index of the greatest probability of a row, the first of equals.
func predictedClass(_ row: ArraySlice<Double>) -> Int {
    var best = row.startIndex
    for i in row.indices where row[i] > row[best] { best = i }
    return best - row.startIndex
}

/// What follows from a confusion matrix (truth by row) of several classes. As in scikit-learn, a class without predictions has precision 0 in
/// the averages, and a class that occurs neither in truth nor in predictions is left out of them.
struct ClassAverages {
    private var total = 0.0
    private var hits = 0.0
    private var present = 0.0
    private var withTruth = 0.0
    private var macro = (precision: 0.0, recall: 0.0, f1: 0.0)
    private var weighted = (precision: 0.0, recall: 0.0, f1: 0.0)

    init(confusion: [Double], classCount k: Int) {
        for c in 0..<k {
            var (actual, predicted) = (0.0, 0.0)
            for other in 0..<k {
                actual += confusion[c * k + other]
                predicted += confusion[other * k + c]
            }
            guard actual > 0 || predicted > 0 else { continue }
            let hit = confusion[c * k + c]
            let precision = predicted > 0 ? hit / predicted : 0
            let recall = actual > 0 ? hit / actual : 0
            let f1 = 2 * hit / (actual + predicted)
            total += actual
            hits += hit
            present += 1
            withTruth += actual > 0 ? 1 : 0
            macro = (macro.precision + precision, macro.recall + recall, macro.f1 + f1)
            weighted = (weighted.precision + actual * precision, weighted.recall + actual * recall, weighted.f1 + actual * f1)
        }
    }

    func value(of metric: Metric) -> Double {
        switch metric {
        case .accuracy, .precisionMicro, .recallMicro, .f1Micro: hits / total
        case .balancedAccuracy: macro.recall / withTruth
        case .precisionMacro: macro.precision / present
        case .recallMacro: macro.recall / present
        case .f1Macro: macro.f1 / present
        case .precisionWeighted: weighted.precision / total
        case .recallWeighted: weighted.recall / total
        case .f1Weighted: weighted.f1 / total
        default: .nan
        }
    }
}
