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
    /// Labels that say something the model cannot answer, one a subject, in the order of the log; they are left out.
    package private(set) var odd: [Label] = []
    private let labels: [Label.Subject: Label]
    private let within: Double?
    private var newest: [String: Int] = [:]
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
        var collected = LabelledPredictions(labels: labels, within: within)
        try log.scan(period, columns: []) { block throws(MartletError) in
            if version == nil || version == block.model.version { collected.add(block) }
        }
        self = collected
    }

    /// Without predictions yet.
    /// - Parameters: as above.
    package init(labels: [Label.Subject: Label], within: Double?) {
        self.labels = labels
        self.within = within
    }

    /// Adds predictions, in the order of the log.
    package mutating func add(_ block: PredictionBlock) {
        guard !labels.isEmpty else { return rows += block.rowCount }
        for row in 0..<block.rowCount { add(block, row) }
    }

    private mutating func add(_ block: PredictionBlock, _ row: Int) {
        rows += 1
        let own = labels[.prediction(block.ids[row])]
        // The key under which a later prediction replaces this one; one with a label of its own stands for itself.
        let key = own == nil ? block.keys?[row] : nil
        guard let label = own ?? key.flatMap({ labels[.key($0)] }) else { return }
        if let within, label.known.seconds - block.times[row].seconds > within { return }
        if answer == nil { answer = block.answer }
        guard block.answer == answer else { return unusable += 1 }
        guard block.answer.objection(to: label.value) == nil else { return leaveOut(label) }
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

    private mutating func leaveOut(_ label: Label) {
        unusable += 1
        if !odd.contains(where: { $0.subject == label.subject }) { odd.append(label) }
    }

    /// A sentence about the labels that were left out; nil where none was.
    package var remark: String? {
        guard let first = odd.first, let objection = answer?.objection(to: first.value) else { return nil }
        let more = odd.count > 2 ? " So are \(odd.count - 1) more." : odd.count == 2 ? " So is one more." : ""
        return "The label “\(first.value)” of \(first.subject.name) \(objection): it is left out.\(more) Import the right label, which replaces it."
    }

    /// The joined rows as predictions; nil where no label is known.
    package func predictions() throws(MartletError) -> Predictions? {
        guard let answer, !truth.isEmpty else { return nil }
        switch answer {
        case .binary(_, let positive, let threshold):
            return try .binary(truth: truth.map { $0 == positive ? 1 : 0 }, probabilities: scores, threshold: threshold)
        case .multiclass(let classes):
            let codes = Dictionary(classes.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
            return try .multiclass(truth: truth.compactMap { codes[$0] }, probabilities: scores, classes: classes)
        case .regression:
            return try .regression(truth: truth.compactMap { Double($0) }, predicted: scores)
        }
    }
}
