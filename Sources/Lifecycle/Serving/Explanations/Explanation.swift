package import Support

/// Why a row was answered as it was: what each column adds to the answer, beginning from what is answered on average.
package struct Explanation: Sendable, Equatable {
    /// How the contributions were found.
    package enum Method: String, Sendable {
        /// Exactly, from the trees and how the training rows spread over them (TreeSHAP).
        case treeSHAP = "tree_shap"
        /// By sampled orders of the columns, against rows of the training data.
        case sampling = "shapley_sampling"
    }

    /// What the contributions add up to.
    package enum Scale: String, Sendable {
        /// The sum of the trees before the link: log-odds of the positive class for two classes.
        case raw
        /// A probability.
        case probability
        /// The value itself.
        case value
    }

    /// What one column adds.
    package struct Contribution: Sendable, Equatable {
        /// A column of a request.
        package var column: String
        package var value: Double
        /// The standard error of a sampled contribution; nil for an exact one.
        package var error: Double?

        package init(column: String, value: Double, error: Double? = nil) {
            self.column = column
            self.value = value
            self.error = error
        }
    }

    /// One of the model's scores: the base and all contributions add up to it.
    package struct Output: Sendable, Equatable {
        /// The class that the score is of; nil for a number.
        package var name: String?
        package var base: Double
        package var score: Double
        /// One a column, in the order of the request.
        package var contributions: [Contribution]

        package init(name: String?, base: Double, score: Double, contributions: [Contribution]) {
            self.name = name
            self.base = base
            self.score = score
            self.contributions = contributions
        }

        /// The contributions by their size, greatest first; ties in the order of the request.
        package var ranked: [Contribution] {
            contributions.enumerated().sorted { (-$0.element.value.magnitude, $0.offset) < (-$1.element.value.magnitude, $1.offset) }.map(\.element)
        }
    }

    package var method: Method
    package var scale: Scale
    /// The rows of the training data that the row was held against; nil where there were none.
    package var backgroundRows: Int?
    /// One, or one for each of several classes.
    package var outputs: [Output]

    package init(method: Method, scale: Scale, backgroundRows: Int? = nil, outputs: [Output]) {
        self.method = method
        self.scale = scale
        self.backgroundRows = backgroundRows
        self.outputs = outputs
    }

    /// As the protocols and `--json` tell it. A single score stands by itself, those of several classes in a list.
    package var json: JSONValue {
        var members: [JSONValue.Member] = [.init("method", .string(method.rawValue)), .init("scale", .string(scale.rawValue))]
        if let backgroundRows { members.append(.init("background_rows", JSONValue(backgroundRows))) }
        if outputs.count == 1 {
            members += outputs[0].members
        } else {
            members.append(.init("classes", .array(outputs.map { .object($0.members) })))
        }
        return .object(members)
    }
}

extension Explanation.Output {
    fileprivate var members: [JSONValue.Member] {
        let name: [JSONValue.Member] = name.map { [.init("class", .string($0))] } ?? []
        let errors = contributions.compactMap { contribution in contribution.error.map { JSONValue.Member(contribution.column, JSONValue($0)) } }
        return name + [
            .init("base", JSONValue(base)), .init("score", JSONValue(score)),
            .init("contributions", .object(contributions.map { .init($0.column, JSONValue($0.value)) })),
        ] + (errors.isEmpty ? [] : [.init("standard_errors", .object(errors))])
    }
}
