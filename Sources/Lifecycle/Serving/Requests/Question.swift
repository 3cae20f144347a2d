import Support
import Tables

/// What a model is asked: the rows of a table, or tensors of its own.
enum Question: Sendable {
    case rows(Table)
    case tensors([Tensor], rows: Int)

    /// The columns that a model was asked with, what it said of each row, and the outputs of a model with tensors of its own.
    typealias Answer = (inputs: Table, answers: Answers, outputs: [Tensor]?)

    var rowCount: Int {
        switch self {
        case .rows(let table): table.rowCount
        case .tensors(_, let rows): rows
        }
    }

    /// Reads a request for a model, and the callers' keys.
    /// - Parameter key: the input in which callers send their own key.
    /// - Throws: `invalidInput` naming the input at fault.
    static func read(_ request: InferenceRequest, for model: any ServedModel, key: String?) throws(MartletError) -> (Question, TextValues?) {
        guard model.graph != nil, !request.isTable, !isTable(request.inputs, for: model, key: key) else {
            let (table, keys) = try RequestCheck(signature: model.signature, key: key).table(request)
            return (.rows(table), keys)
        }
        let (tensors, rows, keys) = try TensorCheck(interface: model.interface, key: key).read(request)
        return (.tensors(tensors, rows: rows), keys)
    }

    /// Whether a request to a model with tensors of its own sends columns instead: all are columns of the signature, and not all are tensors of the
    /// model, by name, datatype and rank.
    private static func isTable(_ inputs: [Tensor], for model: any ServedModel, key: String?) -> Bool {
        let own = inputs.filter { $0.name != key && $0.name != "id" }
        let areTensors = own.allSatisfy { input in
            model.interface.inputs.contains { $0.name == input.name && $0.datatype == input.datatype && $0.shape.count == input.shape.count }
        }
        guard !areTensors else { return false }
        let columns = Set(model.signature.inputs.map(\.name))
        return own.allSatisfy { columns.contains($0.name) }
    }

    /// Asks the model. Blocks.
    /// - Throws: `defect` where it does not answer every row.
    func ask(_ model: any ServedModel) throws(MartletError) -> Answer {
        let (inputs, answers, outputs, rows): (Table, Answers, [Tensor]?, Int)
        switch self {
        case .rows(let table):
            if let own = try model.graph?.answer(rows: table) {
                (inputs, answers, outputs, rows) = (table, own.answers, own.outputs, table.rowCount)
            } else {
                (inputs, answers, outputs, rows) = (table, try model.answer(table), nil, table.rowCount)
            }
        case .tensors(let tensors, let count):
            guard let graph = model.graph else { throw MartletError(.defect, "Model \(model.name) takes no tensors.") }
            let answer = try graph.answer(tensors, rows: count)
            (inputs, answers, outputs, rows) = (answer.inputs, answer.answers, answer.outputs, count)
        }
        guard answers.rowCount == rows, answers.labels.map({ $0.codes.count == rows }) ?? true else {
            throw MartletError(.defect, "Model \(model.name) answered \(answers.rowCount) rows where \(rows) were asked.")
        }
        return (inputs, answers, outputs)
    }
}
