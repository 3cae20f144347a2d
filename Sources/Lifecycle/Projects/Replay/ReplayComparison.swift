internal import Serving
package import Support
internal import Tables

/// How a version's answers differ from those that were given.
package struct ReplayComparison: Sendable, Equatable {
    /// A row that differs much.
    package struct Row: Sendable, Equatable {
        package var id: TimeOrderedID
        package var then: [Double]
        package var now: [Double]
        package var difference: Double
    }

    /// Rows that both gave a label.
    package private(set) var labelled = 0
    /// How often the label that was given (first) has become another or the same (second).
    package private(set) var labels: [String: [String: Int]] = [:]
    /// Rows that both gave scores that mean the same.
    package private(set) var scored = 0
    /// Rows whose scores are the same to the last bit.
    package private(set) var identical = 0
    /// Rows whose scores differ by more than the threshold.
    package private(set) var beyond = 0
    /// The greatest difference of a row's scores.
    package private(set) var greatest = 0.0
    /// The rows that differ most, the farthest first.
    package private(set) var farthest: [Row] = []
    private var sum = 0.0
    /// Of probabilities, or the share of a value that was given.
    package let threshold: Double

    static let shown = 5

    init(threshold: Double) { self.threshold = threshold }

    /// Rows whose label is another.
    package var disagreements: Int { labels.reduce(0) { sum, then in sum + then.value.reduce(0) { $0 + ($1.key == then.key ? 0 : $1.value) } } }

    /// The mean over the rows of the greatest difference of their scores; nil without rows.
    package var mean: Double? { scored > 0 ? sum / Double(scored) : nil }

    /// - Parameter answer: what the version's scores mean.
    mutating func add(_ then: PredictionBlock, _ now: Answers, _ answer: Signature.Answer) {
        if let old = then.answers.labels, let new = now.labels { count(old, new) }
        guard then.answer.classes == answer.classes, then.answers.width == now.width else { return }
        let isValue = answer.classes.isEmpty
        for row in 0..<then.rowCount { compare(then, now, row, isValue: isValue) }
    }

    private mutating func count(_ old: TextValues, _ new: TextValues) {
        let width = new.dictionary.count
        var counts = [Int](repeating: 0, count: old.dictionary.count * width)
        for (before, after) in zip(old.codes, new.codes) where before >= 0 && after >= 0 { counts[Int(before) * width + Int(after)] += 1 }
        for (place, count) in counts.enumerated() where count > 0 {
            labelled += count
            labels[old.dictionary[place / width], default: [:]][new.dictionary[place % width], default: 0] += count
        }
    }

    private mutating func compare(_ then: PredictionBlock, _ now: Answers, _ row: Int, isValue: Bool) {
        var difference = 0.0
        var isSame = true
        for place in row * now.width..<(row + 1) * now.width {
            let (old, new) = (then.answers.scores[place], now.scores[place])
            difference = max(difference, abs(new - old))
            isSame = isSame && old.bitPattern == new.bitPattern
            // A graph whose outputs say nothing of a row has no score for it.
            guard old.isFinite, new.isFinite else { return }
        }
        scored += 1
        sum += difference
        if isSame { identical += 1 }
        greatest = max(greatest, difference)
        if difference > threshold * (isValue ? abs(then.answers.scores[row]) : 1) { beyond += 1 }
        keep(difference) {
            let scores = row * now.width..<(row + 1) * now.width
            return Row(id: then.ids[row], then: Array(then.answers.scores[scores]), now: Array(now.scores[scores]), difference: difference)
        }
    }

    private mutating func keep(_ difference: Double, _ row: () -> Row) {
        guard difference > 0, farthest.count < ReplayComparison.shown || difference > farthest[farthest.count - 1].difference else { return }
        let place = farthest.firstIndex { $0.difference < difference } ?? farthest.count
        farthest.insert(row(), at: place)
        if farthest.count > ReplayComparison.shown { farthest.removeLast() }
    }

    /// The figures for `--json`.
    package var json: JSONValue {
        let pairs = labels.keys.sorted().flatMap { then in
            (labels[then] ?? [:]).sorted { $0.key < $1.key }.map { now -> JSONValue in
                ["then": .string(then), "now": .string(now.key), "rows": JSONValue(now.value)]
            }
        }
        let far = farthest.map { row -> JSONValue in
            [
                "id": .string(row.id.description), "then": .array(row.then.map { JSONValue($0) }), "now": .array(row.now.map { JSONValue($0) }),
                "difference": JSONValue(row.difference),
            ]
        }
        return [
            "labelled": JSONValue(labelled), "disagreements": JSONValue(disagreements), "labels": .array(pairs), "scored": JSONValue(scored),
            "identical": JSONValue(identical), "mean_difference": JSONValue(mean), "greatest_difference": JSONValue(scored > 0 ? greatest : nil),
            "threshold": JSONValue(threshold), "beyond": JSONValue(beyond), "farthest": .array(far),
        ]
    }
}
