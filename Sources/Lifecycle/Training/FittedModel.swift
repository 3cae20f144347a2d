package import Support
package import Tables

/// A fitted model as one file, and what is known about how it was fitted.
package struct FittedModel: Sendable {
    /// The share of a column in what the model does; the shares of all columns sum to 1.
    package struct Importance: Sendable, Equatable, Codable {
        package var column: String
        package var share: Double
    }

    /// The values of one metric on one table, round by round.
    package struct History: Sendable, Equatable, Codable {
        /// `training` or `validation`.
        package var table: String
        package var metric: String
        package var values: [Double]
    }

    /// The ONNX file: from cleaned columns to the answer.
    package var graph: [UInt8]
    package var signature: Signature
    /// The parameters as resolved, defaults included.
    package var parameters: JSONValue
    /// Most important first.
    package var importance: [Importance]
    package var history: [History]
    /// What a person should know: columns that were left out, rows without a target.
    package var notes: [String]
    /// The boosting rounds or iterations that the model rests on.
    package var rounds: Int?
    /// The trees behind the graph, by which each answer is explained exactly; nil for other models.
    package var trees: ExplainedTrees?

    init(
        graph: [UInt8], signature: Signature, parameters: JSONValue, importance: [Importance] = [], history: [History] = [], notes: [String] = [],
        rounds: Int? = nil, trees: ExplainedTrees? = nil
    ) {
        self.graph = graph
        self.signature = signature
        self.parameters = parameters
        self.importance = importance
        self.history = history
        self.notes = notes
        self.rounds = rounds
        self.trees = trees
    }
}

extension [FittedModel.Importance] {
    /// Shares from any non-negative amounts, greatest first, ties by name; none where all are zero.
    init(amounts: [(column: String, amount: Double)]) {
        let total = amounts.reduce(0) { $0 + $1.amount }
        guard total > 0, total.isFinite else {
            self = []
            return
        }
        self = amounts.map { FittedModel.Importance(column: $0.column, share: $0.amount / total) }
            .sorted { ($1.share, $0.column) < ($0.share, $1.column) }
    }
}
