import ONNXGraph
import Support
import Tables

/// What logistic and linear regression share: the encoding of the columns and the export.
struct LinearModel {
    let matrix: DesignMatrix
    private let encoding: LinearEncoding
    private let signature: Signature
    private let training: TrainingSet
    private let notes: [String]

    init(_ training: TrainingSet, categoryLimit: Int) throws(MartletError) {
        let usable = FeatureColumns(training.features)
        guard !usable.columns.isEmpty else {
            throw MartletError(.invalidInput, "No column can tell rows apart. \(usable.notes.joined(separator: " ")) Mark other columns as used.")
        }
        self.training = training
        encoding = LinearEncoding(usable.columns, limit: categoryLimit)
        matrix = try encoding.encode(training.features)
        notes = usable.notes + encoding.notes
        signature = Signature(inputs: usable.columns.map(\.signatureField), answer: training.target.answer)
    }

    /// The model as a graph.
    /// - Parameter solution: for each output the weights and the intercept.
    func export(_ solution: [Double], outputs: Int, link: BoosterLink, parameters: JSONValue) throws(MartletError) -> FittedModel {
        guard solution.allSatisfy(\.isFinite) else {
            throw MartletError(.invalidInput, "The fit did not end in finite weights. Clip extreme values in the columns or regularise more.")
        }
        var graph = try ModelGraph(signature: signature)
        let inputs = Dictionary(zip(signature.inputs.map(\.name), graph.inputs), uniquingKeysWith: { first, _ in first })
        let scores = try encoding.add(to: &graph.builder, inputs: inputs, parameters: solution, outputs: outputs)
        let answer = link.add(to: &graph.builder, scores: scores)
        return FittedModel(
            graph: try graph.finish(scores: answer), signature: signature, parameters: parameters,
            importance: [FittedModel.Importance](amounts: spreads(solution, outputs)), notes: notes)
    }

    /// How far each column moves the scores: the standard deviation of what it adds over the training rows, summed over outputs.
    private func spreads(_ solution: [Double], _ outputs: Int) -> [(column: String, amount: Double)] {
        var owner = [Int](repeating: 0, count: matrix.width)
        let names = encoding.numbers.map(\.column) + encoding.texts.map(\.column)
        for (j, part) in encoding.numbers.enumerated() {
            owner[j] = j
            if let indicator = part.indicator { owner[indicator] = j }
        }
        for (j, part) in encoding.texts.enumerated() {
            for k in part.categories.indices { owner[part.first + k] = encoding.numbers.count + j }
            if let indicator = part.indicator { owner[indicator] = encoding.numbers.count + j }
        }
        var amounts = [Double](repeating: 0, count: names.count)
        for k in 0..<outputs {
            let weights = Array(solution[k * (matrix.width + 1)..<(k + 1) * (matrix.width + 1)])
            for (j, spread) in spread(weights, owner, names.count).enumerated() { amounts[j] += spread }
        }
        return zip(names, amounts).map { (column: $0, amount: $1) }
    }

    private func spread(_ weights: [Double], _ owner: [Int], _ count: Int) -> [Double] {
        var places = [Int](repeating: 0, count: matrix.entriesPerRow + 1)
        var values = [Double](repeating: 0, count: matrix.entriesPerRow + 1)
        var sums = [Double](repeating: 0, count: count)
        var squares = sums
        var parts = sums
        for row in 0..<matrix.rowCount {
            let entries = matrix.entries(row, &places, &values) - 1
            for j in 0..<count { parts[j] = 0 }
            for e in 0..<entries { parts[owner[places[e]]] += weights[places[e]] * values[e] }
            for j in 0..<count {
                sums[j] += parts[j]
                squares[j] += parts[j] * parts[j]
            }
        }
        let n = Double(max(1, matrix.rowCount))
        return zip(sums, squares).map { max(0, $1 / n - ($0 / n) * ($0 / n)).squareRoot() }
    }
}
