import ONNXGraph
import Support
import Tables

/// How a column becomes a feature of a booster: numbers as they are, texts as the rank of their frequency.
struct TreeEncoding: Sendable, Equatable, Codable {
    let column: String
    /// The texts whose code is their place; nil for numbers. Any other text, and an empty or missing one, is NaN.
    let categories: [String]?

    init(column: String, categories: [String]?) {
        self.column = column
        self.categories = categories
    }

    /// - Parameters:
    ///   - minimumCount: rarer texts are treated as unseen, so that the model learns what to do with those.
    ///   - limit: at most this many categories, the most frequent.
    init(_ column: Column, minimumCount: Int, limit: Int) {
        self.column = column.name
        guard column.kind == .text else {
            categories = nil
            return
        }
        categories = column.frequencies().prefix(limit).filter { $0.rows >= minimumCount }.map(\.text)
    }

    var isCategorical: Bool { categories != nil }

    /// The feature's values for the rows of a table.
    func encode(_ table: Table) throws(MartletError) -> [Double] {
        let column = try table.column(column)
        switch (column.values, categories) {
        case (.numbers(let numbers), nil): return numbers
        case (.text(let text), .some(let categories)):
            let codes = Dictionary(zip(categories, 0...), uniquingKeysWith: { first, _ in first })
            let byCode = text.dictionary.map { codes[$0].map(Double.init) ?? .nan }
            return text.codes.map { $0 < 0 ? .nan : byCode[Int($0)] }
        case (.numbers, _), (.text, _):
            throw MartletError(.invalidInput, "The column “\(column.name)” is of another kind than in the training data. Clean it in the same way.")
        }
    }

    /// The same on a graph's input.
    func add(to builder: inout GraphBuilder, input: GraphValue) -> GraphValue {
        guard let categories else { return input }
        // The operator needs at least one key; an empty text is missing in any case.
        let keys = categories.isEmpty ? [""] : categories
        let values = categories.isEmpty ? [.nan] : (0..<categories.count).map(Double.init)
        let encoder = GraphOperator(
            "LabelEncoder", domain: GraphOperator.classical,
            [
                ("keys_strings", .strings(keys)), ("values_tensor", .tensor(ConstantTensor(values))),
                ("default_tensor", .tensor(ConstantTensor([Double.nan]))),
            ])
        return builder.node(encoder, input)
    }
}
