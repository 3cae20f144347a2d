package import Serving
package import Statistics
package import Support
internal import Tables

/// The predictions of a period that the truth is known of: what production quality is computed from.
package struct LabelledPredictions: Sendable {
    /// The rows in the period.
    package private(set) var rows = 0
    /// Rows whose label is known.
    package private(set) var labelled = 0
    /// Rows whose label is known to differ in form from what the model answers, for example a class it never learnt.
    package private(set) var unusable = 0
    private var truth: [String] = []
    private var scores: [Double] = []
    private var answer: Signature.Answer?

    /// Collects the predictions of a period and joins the labels, by prediction ID first, then by the caller's key. Of several predictions
    /// with one key the newest counts.
    /// - Parameters:
    ///   - labels: by subject.
    ///   - version: only answers of this model version; all where it is nil.
    ///   - within: labels that came later than this after the prediction, in seconds, do not count.
    package init(
        _ log: PredictionLogReader, _ period: Range<Timestamp>, labels: [Label.Subject: Label], within: Double?, version: Int? = nil
    ) throws(MartletError) {
        var newest: [String: Int] = [:]
        var collected = self
        try log.scan(period, columns: []) { block throws(MartletError) in
            if let version, block.model.version != version { return }
            for row in 0..<block.rowCount { collected.add(block, row, labels: labels, within: within, newest: &newest) }
        }
        self = collected
    }

    private init() {}

    private mutating func add(
        _ block: PredictionBlock, _ row: Int, labels: [Label.Subject: Label], within: Double?, newest: inout [String: Int]
    ) {
        rows += 1
        let own = labels[.prediction(block.ids[row])]
        // The key under which a later prediction replaces this one; one with a label of its own stands for itself.
        let key = own == nil ? block.keys?[row] : nil
        guard let label = own ?? key.flatMap({ labels[.key($0)] }) else { return }
        if let within, label.known.seconds - block.times[row].seconds > within { return }
        if answer == nil { answer = block.answer }
        guard block.answer == answer else { return unusable += 1 }
        let width = block.answers.width
        let score = block.answers.scores[row * width..<(row + 1) * width]
        if let key, let earlier = newest[key] {
            scores.replaceSubrange(earlier * width..<(earlier + 1) * width, with: score)
            return
        }
        if let key { newest[key] = truth.count }
        labelled += 1
        truth.append(label.value)
        scores.append(contentsOf: score)
    }

    /// The joined rows as predictions; nil where no label is known.
    /// - Throws: `invalidInput` where labels are not what the model answers.
    package func predictions() throws(MartletError) -> Predictions? {
        guard let answer, !truth.isEmpty else { return nil }
        switch answer {
        case .binary(let negative, let positive, let threshold):
            if let odd = truth.first(where: { $0 != negative && $0 != positive }) { throw LabelledPredictions.unknown(odd, [negative, positive]) }
            return try .binary(truth: truth.map { $0 == positive ? 1 : 0 }, probabilities: scores, threshold: threshold)
        case .multiclass(let classes):
            let codes = Dictionary(classes.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
            if let odd = truth.first(where: { codes[$0] == nil }) { throw LabelledPredictions.unknown(odd, classes) }
            return try .multiclass(truth: truth.compactMap { codes[$0] }, probabilities: scores, classes: classes)
        case .regression:
            if let odd = truth.first(where: { Double($0)?.isFinite != true }) {
                throw MartletError(.invalidInput, "The label “\(odd)” is not a number. Correct the labels and import them again.")
            }
            return try .regression(truth: truth.compactMap { Double($0) }, predicted: scores)
        }
    }

    private static func unknown(_ label: String, _ classes: [String]) -> MartletError {
        MartletError(
            .invalidInput,
            "The label “\(label)” is none of the model's classes (\(classes.prefix(10).joined(separator: ", "))).\(didYouMean(label, among: classes)) Correct the labels and import them again."
        )
    }
}
