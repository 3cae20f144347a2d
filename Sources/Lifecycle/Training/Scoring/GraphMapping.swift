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
    }

    enum Output: Sendable, Equatable, Codable {
        /// Probabilities [N], [N, 1] or [N, K]; `positions` says in which column the positive class, or each class, stands.
        case probabilities(output: String, positions: [Int])
        /// Predicted classes only; `names` says how the graph calls each class.
        case labels(output: String, names: [String])
        /// A number per row.
        case value(output: String)
    }

    var inputs: Inputs
    var output: Output
}
