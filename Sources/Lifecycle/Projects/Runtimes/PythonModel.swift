internal import Digests
internal import PythonWorker
internal import Registry
internal import Serving
internal import Support
internal import Tables

/// A model version that workers answer in Python.
struct PythonModel: ServedModel, ServedGraph {
    let name: String
    let version: Int
    let digest: String
    let signature: Signature
    let interface: TensorInterface
    let runtime = ModelRuntime.python
    let answersRows = true
    private let description: ModelDescription
    private let workers: WorkerGroup
    private let identifiers: IdentifierSource
    /// The files, which must stay as long as workers may be started.
    private let files: LaidModel

    init(
        _ version: ModelVersion, _ signature: Signature, _ description: ModelDescription, _ workers: WorkerGroup, _ files: LaidModel,
        _ identifiers: IdentifierSource
    ) throws(MartletError) {
        name = version.model
        self.version = version.version
        digest = version.digest.rawValue
        self.signature = signature
        interface = try PythonContract.interface(description)
        self.description = description
        self.workers = workers
        self.files = files
        self.identifiers = identifiers
    }

    var graph: (any ServedGraph)? { self }

    // MARK: - Answering

    func answer(_ table: Table) throws(MartletError) -> Answers { try own(table).answers }

    func answer(rows table: Table) throws(MartletError) -> GraphAnswers? { try own(table) }

    private func own(_ table: Table) throws(MartletError) -> GraphAnswers {
        let ordered = try table.selecting(signature.inputs.map(\.name))
        guard !ordered.columns.isEmpty else {
            throw MartletError(.invalidInput, "The model takes tensors that are no columns of a table. Send them to /v2/models/NAME/infer.")
        }
        let inputs = description.takesColumns ? try columns(ordered) : [matrix(ordered)]
        return try ask(inputs, ordered)
    }

    func answer(_ tensors: [Tensor], rows: Int) throws(MartletError) -> GraphAnswers {
        let table = table(tensors, rows: rows)
        return try ask(tensors.map { tensor throws(MartletError) in try PythonContract.sent(tensor) }, table)
    }

    private func ask(_ inputs: [WorkerTensor], _ table: Table) throws(MartletError) -> GraphAnswers {
        let outputs = try told { () throws(MartletError) in try workers.ask(inputs) }.map(PythonContract.received)
        return GraphAnswers(outputs: outputs, answers: PythonAnswers(signature.answer, rows: table.rowCount).read(outputs), inputs: table)
    }

    /// Gives what is no mistake of the caller's an identifier, under which the worker's log tells it too.
    private func told<Value>(_ work: () throws(MartletError) -> Value) throws(MartletError) -> Value {
        do { return try work() } catch {
            guard error.code.httpStatus >= 500 else { throw error }
            let id = identifiers.next().description
            workers.note("\(id): \(error.message)")
            throw MartletError(error.code, "\(error.message) (error \(id))", place: error.place, cause: error.cause)
        }
    }

    // MARK: - Rows to tensors and back

    private func columns(_ table: Table) throws(MartletError) -> [WorkerTensor] {
        var tensors: [WorkerTensor] = []
        for (column, field) in zip(table.columns, interface.inputs) { tensors.append(try PythonContract.sent(column, as: field)) }
        return tensors
    }

    private func matrix(_ table: Table) -> WorkerTensor {
        let field = interface.inputs[0]
        let columns = table.columns.map { $0.numbers ?? [] }
        let numbers = (0..<table.rowCount).flatMap { row in columns.map { $0[row] } }
        let bytes = BinaryTensor.bytes(.numbers(numbers), as: field.datatype)
        return WorkerTensor(
            name: field.name, element: PythonContract.element(field.datatype) ?? .fp64, shape: [table.rowCount, columns.count], content: .bytes(bytes)
        )
    }

    /// The columns that the tensors hold; none where they hold no columns.
    private func table(_ tensors: [Tensor], rows: Int) -> Table {
        guard !signature.inputs.isEmpty else { return Table(rows: rows) }
        let columns: [Column]
        if description.takesColumns {
            columns = zip(signature.inputs, tensors).map { field, tensor in PythonContract.column(field, tensor) }
        } else {
            guard case .numbers(let numbers) = PythonContract.numbers(tensors[0]) else { return Table(rows: rows) }
            let width = signature.inputs.count
            columns = signature.inputs.enumerated().map { place, field in
                Column(field.name, numbers: (0..<rows).map { $0 * width + place < numbers.count ? numbers[$0 * width + place] : .nan })
            }
        }
        return (try? Table(columns)) ?? Table(rows: rows)
    }
}
