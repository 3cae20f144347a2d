/// The rows of one column in bins, in two halves: one to learn what a bin stands for, one to see how well that predicts.
struct PredictorBins {
    /// Rows of one bin and half, for classification of one class.
    struct Cell {
        var count: Double
        /// The sum of the target and of its squares, for regression.
        var sum: Double
        var squares: Double
        /// The class, for classification.
        var value: String
    }

    private var learnt: [Int: [Cell]] = [:]
    private var seen: [Int: [Cell]] = [:]

    /// Fewer rows of a class in the second half say nothing.
    private static let fewestRows = 10.0

    mutating func add(_ cell: Cell, bin: Int, isTest: Bool) {
        if isTest { seen[bin, default: []].append(cell) } else { learnt[bin, default: []].append(cell) }
    }

    // MARK: Two classes

    /// The area under the receiver operating characteristic when rows are ordered by the share of positive rows in their bin; 0 where it cannot be told.
    func areaUnderCurve(positive: String) -> Double {
        let overall = share(of: positive, in: learnt.values.flatMap(\.self))
        var steps: [Double: (positive: Double, negative: Double)] = [:]
        for (bin, cells) in seen {
            let score = learnt[bin].map { share(of: positive, in: $0) } ?? overall
            for cell in cells {
                if cell.value == positive { steps[score, default: (0, 0)].positive += cell.count } else { steps[score, default: (0, 0)].negative += cell.count }
            }
        }
        let positives = steps.values.reduce(0) { $0 + $1.positive }
        let negatives = steps.values.reduce(0) { $0 + $1.negative }
        guard positives >= Self.fewestRows, negatives >= Self.fewestRows else { return 0 }
        var area = 0.0
        var below = 0.0
        for (_, step) in steps.sorted(by: { $0.key < $1.key }) {
            area += step.positive * (below + step.negative / 2)
            below += step.negative
        }
        return area / (positives * negatives)
    }

    private func share(of value: String, in cells: [Cell]) -> Double {
        let all = cells.reduce(0) { $0 + $1.count }
        return all > 0 ? cells.reduce(0) { $0 + ($1.value == value ? $1.count : 0) } / all : 0
    }

    // MARK: Several classes

    /// By how much the most frequent class of the bin is right more often than the most frequent class of all, as a share of what is left.
    var skill: Double {
        guard let usual = mostFrequent(learnt.values.flatMap(\.self)) else { return 0 }
        var (right, guessed, all) = (0.0, 0.0, 0.0)
        for (bin, cells) in seen {
            let expected = learnt[bin].flatMap(mostFrequent) ?? usual
            for cell in cells {
                all += cell.count
                if cell.value == expected { right += cell.count }
                if cell.value == usual { guessed += cell.count }
            }
        }
        return all - guessed >= Self.fewestRows ? (right - guessed) / (all - guessed) : 0
    }

    private func mostFrequent(_ cells: [Cell]) -> String? {
        var counts: [String: Double] = [:]
        for cell in cells { counts[cell.value, default: 0] += cell.count }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    // MARK: Numbers

    /// R²: the share of the target's variance that the means of the bins explain; 0 where it cannot be told.
    var explained: Double {
        let cells = seen.values.flatMap(\.self)
        let count = cells.reduce(0) { $0 + $1.count }
        guard count >= Self.fewestRows else { return 0 }
        let mean = cells.reduce(0) { $0 + $1.sum } / count
        let total = cells.reduce(0) { $0 + $1.squares } - count * mean * mean
        let overall = average(learnt.values.flatMap(\.self)) ?? mean
        var rest = 0.0
        for (bin, cells) in seen {
            let expected = learnt[bin].flatMap(average) ?? overall
            for cell in cells { rest += cell.squares - 2 * expected * cell.sum + cell.count * expected * expected }
        }
        return total > 0 ? 1 - rest / total : 0
    }

    private func average(_ cells: [Cell]) -> Double? {
        let count = cells.reduce(0) { $0 + $1.count }
        return count > 0 ? cells.reduce(0) { $0 + $1.sum } / count : nil
    }
}
