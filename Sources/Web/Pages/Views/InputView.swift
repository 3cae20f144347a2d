import Support
package import Tables

/// One input column of an endpoint: what a form offers and a request must carry.
package struct InputView: View {
    package var name: String
    package var kind: ColumnKind
    /// The datatype of the Open Inference Protocol: `FP64`, `INT64`, `BOOL` or `BYTES`.
    package var datatype: String
    package var mayBeMissing: Bool
    /// The most frequent values in training, most frequent first.
    package var categories: [String]
    package var minimum: Double?
    package var maximum: Double?

    /// - Parameter datatype: nil takes the one of the column's kind: whole and true-or-false columns that may be missing are `FP64`, times are text (RFC 3339).
    package init(_ field: Signature.Field, datatype: String? = nil) {
        name = field.name
        kind = field.kind
        self.datatype = datatype ?? InputView.datatype(of: field)
        mayBeMissing = field.mayBeMissing
        categories = field.categories ?? []
        minimum = field.minimum
        maximum = field.maximum
    }

    private static func datatype(of field: Signature.Field) -> String {
        switch field.kind {
        case .text, .timestamp: "BYTES"
        case .boolean: field.mayBeMissing ? "FP64" : "BOOL"
        case .integer: field.mayBeMissing ? "FP64" : "INT64"
        case .number: "FP64"
        }
    }

    package static let about = "One input column of an endpoint."
    package static var members: [ViewMember<InputView>] {
        [
            .init("name", \.name), .init("kind", \.kind), .init("datatype", \.datatype, "Of the Open Inference Protocol."),
            .init("may_be_missing", \.mayBeMissing, "Whether a request may send null."),
            .init("categories", \.categories, "The most frequent values in training, most frequent first."),
            .init("minimum", \.minimum, "In training."), .init("maximum", \.maximum, "In training."),
        ]
    }
}

extension ColumnKind: ViewWord {}

/// What an endpoint answers for a row.
package struct AnswerView: View {
    package enum Kind: String, ViewWord {
        case binary, multiclass, regression
    }

    package var kind: Kind
    /// The classes; for `binary` the negative one, then the positive one; empty for `regression`.
    package var classes: [String]
    /// For `binary`: the positive class is answered from this probability upwards.
    package var threshold: Double?

    package init(_ answer: Signature.Answer) {
        switch answer {
        case .binary(let negative, let positive, let threshold): (kind, classes, self.threshold) = (.binary, [negative, positive], threshold)
        case .multiclass(let classes): (kind, self.classes, threshold) = (.multiclass, classes, nil)
        case .regression: (kind, classes, threshold) = (.regression, [], nil)
        }
    }

    package static let about = "What an endpoint answers for a row."
    package static var members: [ViewMember<AnswerView>] {
        [
            .init("kind", \.kind), .init("classes", \.classes, "For binary: the negative class, then the positive one."),
            .init("threshold", \.threshold, "For binary: the probability from which the positive class is answered."),
        ]
    }
}
