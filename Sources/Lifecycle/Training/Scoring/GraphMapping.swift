package import ONNXRuntime

/// How a table becomes a graph's inputs, and a graph's output the scores.
package struct GraphMapping: Sendable, Equatable, Codable {
    /// One input of the graph that holds one column.
    package struct ColumnInput: Sendable, Equatable, Codable {
        package var column: String
        package var input: String
        package var type: TensorElementType
        /// 1 for [N], 2 for [N, 1].
        package var rank: Int
    }

    package enum Inputs: Sendable, Equatable, Codable {
        /// Each input holds one column.
        case columns([ColumnInput])
        /// One input [N, F] holds these numeric columns side by side.
        case matrix(input: String, type: TensorElementType, columns: [String])
    }

    package enum Output: Sendable, Equatable, Codable {
        /// Probabilities [N], [N, 1] or [N, K]; `positions` says in which column the positive class, or each class, stands.
        case probabilities(output: String, positions: [Int])
        /// Predicted classes only; `names` says how the graph calls each class.
        case labels(output: String, names: [String])
        /// A number per row.
        case value(output: String)
    }

    package var inputs: Inputs
    package var output: Output
}
