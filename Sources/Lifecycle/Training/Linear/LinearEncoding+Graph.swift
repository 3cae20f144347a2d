import ONNXGraph
import Support

extension LinearEncoding {
    /// Adds encoding and weighted sum to a graph, from plain operators on doubles.
    /// - Parameters:
    ///   - inputs: [N, 1] by column.
    ///   - parameters: for each output `width` weights and an intercept.
    /// - Returns: the scores, [N, outputs].
    func add(to builder: inout GraphBuilder, inputs: [String: GraphValue], parameters: [Double], outputs: Int) throws(MartletError) -> GraphValue {
        let weights = Weights(parameters: parameters, stride: width + 1, outputs: outputs)
        var sum = builder.constant(ConstantTensor(weights.row(width), shape: [1, outputs]))
        if !numbers.isEmpty {
            var columns: [GraphValue] = []
            for part in numbers { columns.append(try Self.input(part.column, inputs)) }
            sum = builder.node(GraphOperator("Add"), add(numbers: builder.columns(columns), weights, &builder), sum)
        }
        for part in texts {
            sum = builder.node(GraphOperator("Add"), sum, add(text: part, try Self.input(part.column, inputs), weights, &builder))
        }
        return sum
    }

    /// Weights by feature, across outputs.
    private struct Weights {
        let parameters: [Double]
        let stride: Int
        let outputs: Int

        func row(_ feature: Int) -> [Double] { (0..<outputs).map { parameters[$0 * stride + feature] } }
    }

    private static func input(_ name: String, _ inputs: [String: GraphValue]) throws(MartletError) -> GraphValue {
        guard let value = inputs[name] else { throw MartletError(.defect, "The graph has no input for the column “\(name)”.") }
        return value
    }

    private func add(numbers matrix: GraphValue, _ weights: Weights, _ builder: inout GraphBuilder) -> GraphValue {
        func row(_ values: [Double]) -> ConstantTensor { ConstantTensor(values, shape: [1, values.count]) }
        // NaN compares as false, so that NaN and infinities are both not present.
        let size = builder.node(GraphOperator("Abs"), matrix)
        let present = builder.node(GraphOperator("LessOrEqual"), size, builder.constant(Double.greatestFiniteMagnitude))
        let filled = builder.node(GraphOperator("Where"), present, matrix, builder.constant(row(numbers.map(\.median))))
        let centred = builder.node(GraphOperator("Sub"), filled, builder.constant(row(numbers.map(\.mean))))
        let scaled = builder.node(GraphOperator("Div"), centred, builder.constant(row(numbers.map(\.deviation))))
        let table = ConstantTensor(numbers.indices.flatMap { weights.row($0) }, shape: [numbers.count, weights.outputs])
        let product = builder.node(GraphOperator("MatMul"), scaled, builder.constant(table))
        guard numbers.contains(where: { $0.indicator != nil }) else { return product }
        let zeros = [Double](repeating: 0, count: weights.outputs)
        let indicators = numbers.flatMap { $0.indicator.map { weights.row($0) } ?? zeros }
        let absent = builder.node(GraphOperator("Not"), present)
        let flags = builder.node(GraphOperator("Cast", [("to", .integer(Int(ElementType.double.rawValue)))]), absent)
        let flagTable = builder.constant(ConstantTensor(indicators, shape: [numbers.count, weights.outputs]))
        return builder.node(GraphOperator("Add"), product, builder.node(GraphOperator("MatMul"), flags, flagTable))
    }

    /// A text chooses a row of a table: its category's weights, then the row of unseen texts, then that of missing ones.
    private func add(text part: Text, _ input: GraphValue, _ weights: Weights, _ builder: inout GraphBuilder) -> GraphValue {
        let zeros = [Double](repeating: 0, count: weights.outputs)
        var rows = part.categories.indices.map { weights.row(part.first + $0) }
        let missing = zip(rows.first ?? zeros, part.indicator.map(weights.row) ?? zeros).map { $0 + $1 }
        let unseen = rows.count
        rows += [zeros, missing]
        let encoder = GraphOperator(
            "LabelEncoder", domain: GraphOperator.classical,
            [
                ("keys_strings", .strings(part.categories + [""])),
                ("values_int64s", .integers(Array(part.categories.indices) + [unseen + 1])),
                ("default_int64", .integer(unseen)),
            ])
        let table = builder.constant(ConstantTensor(rows.flatMap { $0 }, shape: [rows.count, weights.outputs]))
        let chosen = builder.node(GraphOperator("Gather", [("axis", .integer(0))]), table, builder.node(encoder, input))
        return builder.node(GraphOperator("Reshape"), chosen, builder.constant(ConstantTensor([-1, Int64(weights.outputs)])))
    }
}
