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

    /// What was answered for some rows, in the given order.
    package func rows(_ rows: [Int]) -> Answers {
        Answers(
            scores: rows.flatMap { scores[$0 * width..<($0 + 1) * width] }, width: width,
            labels: labels.map { labels in TextValues(codes: rows.map { labels.codes[$0] }, dictionary: labels.dictionary) })
    }
}

extension Signature.Answer {
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
