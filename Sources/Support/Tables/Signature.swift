/// What a model is asked with and what it answers: the contract between training, registry, serving and the pages.
package struct Signature: Sendable, Equatable, Codable {
    /// One input column.
    package struct Field: Sendable, Equatable, Codable {
        package var name: String
        package var kind: ColumnKind
        /// Whether a request may leave the value out (JSON null, binary NaN, empty text).
        package var mayBeMissing: Bool
        /// The most frequent values of a text column in training, at most 100, most frequent first; for forms and messages.
        package var categories: [String]?
        /// The range of a numeric column in training.
        package var minimum: Double?
        package var maximum: Double?

        package init(
            _ name: String, kind: ColumnKind, mayBeMissing: Bool, categories: [String]? = nil, minimum: Double? = nil, maximum: Double? = nil
        ) {
            self.name = name
            self.kind = kind
            self.mayBeMissing = mayBeMissing
            self.categories = categories
            self.minimum = minimum
            self.maximum = maximum
        }
    }

    /// What is answered for one row.
    package enum Answer: Sendable, Equatable, Codable {
        /// The probability of `positive`; the label is `positive` from `threshold` upwards.
        case binary(negative: String, positive: String, threshold: Double)
        /// One probability per class, in this order; the label is the most probable.
        case multiclass(classes: [String])
        /// A number.
        case regression
    }

    package var inputs: [Field]
    package var answer: Answer

    package init(inputs: [Field], answer: Answer) {
        self.inputs = inputs
        self.answer = answer
    }
}

/// What a model answered for the rows of a table.
package struct Answers: Sendable, Equatable {
    /// Rows × `width`, row-major: the positive class's probability (width 1), the classes' probabilities, or the value (width 1).
    package var scores: [Double]
    package var width: Int
    /// The predicted class of every row; nil for regression.
    package var labels: TextValues?

    package init(scores: [Double], width: Int, labels: TextValues?) {
        self.scores = scores
        self.width = width
        self.labels = labels
    }

    package var rowCount: Int { scores.count / max(1, width) }

    /// What was answered for rows that follow each other.
    package func rows(_ rows: Range<Int>) -> Answers {
        guard rows.count < rowCount else { return self }
        let labels = labels.map { TextValues(codes: Array($0.codes[rows]), dictionary: $0.dictionary) }
        return Answers(scores: Array(scores[rows.lowerBound * width..<rows.upperBound * width]), width: width, labels: labels)
    }

    /// What was answered for some rows, in the given order.
    package func rows(_ rows: [Int]) -> Answers {
        Answers(
            scores: rows.flatMap { scores[$0 * width..<($0 + 1) * width] }, width: width,
            labels: labels.map { labels in TextValues(codes: rows.map { labels.codes[$0] }, dictionary: labels.dictionary) })
    }
}

extension Signature.Answer {
    /// How many scores a row has.
    package var width: Int { if case .multiclass(let classes) = self { classes.count } else { 1 } }

    /// The classes that scores, `width` a row, decide for, of equal ones the first; missing where a score is. Nil for regression.
    package func labels(of scores: [Double]) -> TextValues? {
        switch self {
        case .regression: return nil
        case .binary(let negative, let positive, let threshold):
            return TextValues(codes: scores.map { $0.isNaN ? -1 : $0 >= threshold ? 1 : 0 }, dictionary: [negative, positive])
        case .multiclass(let classes) where classes.isEmpty: return nil
        case .multiclass(let classes):
            let codes = stride(from: 0, to: scores.count, by: classes.count).map { start in
                guard !scores[start].isNaN else { return Int32(-1) }
                var best = 0
                for place in classes.indices where scores[start + place] > scores[start + best] { best = place }
                return Int32(best)
            }
            return TextValues(codes: codes, dictionary: classes)
        }
    }

    /// Why a text is no truth that such an answer can be judged by, as the end of a sentence that begins with it; nil where it is one: a class, or
    /// for regression a finite number.
    package func objection(to truth: String) -> String? {
        guard case .regression = self else {
            return classes.contains(truth) ? nil : "is none of the classes \(classes.prefix(10).joined(separator: ", "))"
        }
        return Double(truth)?.isFinite == true ? nil : "is no number"
    }

    /// The classes in the order of the scores' meaning: negative and positive, or all; empty for regression.
    package var classes: [String] {
        switch self {
        case .binary(let negative, let positive, _): [negative, positive]
        case .multiclass(let classes): classes
        case .regression: []
        }
    }
}
