import ONNXRuntime

/// How a table becomes a graph's inputs, and a graph's output the scores.
struct GraphMapping: Sendable, Equatable, Codable {
    /// One input of the graph that holds one column.
    struct ColumnInput: Sendable, Equatable, Codable {
        var column: String
        var input: String
        var type: TensorElementType
        /// 1 for [N], 2 for [N, 1].
        var rank: Int
    }

    enum Inputs: Sendable, Equatable, Codable {
        /// Each input holds one column.
        case columns([ColumnInput])
        /// One input [N, F] holds these numeric columns side by side.
        case matrix(input: String, type: TensorElementType, columns: [String])
        /// The inputs are no columns of a table: images, sequences, matrices of any width.
        case tensors
    }

    enum Output: Sendable, Equatable, Codable {
        /// Probabilities [N], [N, 1] or [N, K]; `positions` says in which column the positive class, or each class, stands.
        case probabilities(output: String, positions: [Int])
        /// Predicted classes only; `names` says how the graph calls each class.
        case labels(output: String, names: [String])
        /// A number per row.
        case value(output: String)
        /// Nothing that is one score or one set of scores for each row.
        case none
    }

    var inputs: Inputs
    var output: Output
}

extension GraphMapping.Output {
    /// The output of the graph that is read; nil where none is.
    var name: String? {
        switch self {
        case .probabilities(let output, _), .labels(let output, _), .value(let output): output
        case .none: nil
        }
    }
}
