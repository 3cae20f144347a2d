internal import Digests
internal import EngineLibraries
internal import LightGBM
internal import Objects
internal import Registry
internal import Serving
internal import Support
internal import Tables

/// A LightGBM model, answered from its own text.
struct TreesModel: ServedModel, ServedGraph {
    let name: String
    let version: Int
    let digest: String
    let signature: Signature
    let interface: TensorInterface
    let runtime = ModelRuntime.lightGBM
    private let booster: Booster
    private let columns: TreesColumns

    init(_ version: ModelVersion, _ booster: Booster) throws(MartletError) {
        name = version.model
        self.version = version.version
        digest = version.digest.rawValue
        signature = version.details.signature
        self.booster = booster
        columns = try TreesColumns(booster)
        let width = booster.outputCount
        interface = TensorInterface(
            inputs: [TensorField(name: "input", datatype: .fp64, shape: [-1, booster.featureNames.count])],
            outputs: [TensorField(name: "output", datatype: .fp64, shape: width > 1 ? [-1, width] : [-1])])
    }

    /// - Throws: `engineMissing`; `invalidInput` for bytes that are no model.
    static func booster(_ bytes: [UInt8], _ engines: EngineLocator) throws(MartletError) -> Booster {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw MartletError(.invalidInput, "This is no text of a LightGBM model.") }
        return try Booster(modelText: text, engine: LightGBM(locator: engines, threads: 1))
    }

    var graph: (any ServedGraph)? { self }

    func answer(_ table: Table) throws(MartletError) -> Answers {
        let rows = table.rowCount
        guard rows > 0 else { return answers([], rows: 0) }
        return answers(try booster.answers(columns.values(table.selecting(signature.inputs.map(\.name))), rows: rows), rows: rows)
    }

    func answer(_ tensors: [Tensor], rows: Int) throws(MartletError) -> GraphAnswers {
        guard case .numbers(let values) = tensors[0].decoded else { throw MartletError(.defect, "The input holds no numbers.") }
        let scores = try booster.answers(values, rows: rows)
        let width = booster.outputCount
        let output = Tensor(name: "output", datatype: .fp64, shape: width > 1 ? [rows, width] : [rows], values: .numbers(scores))
        return GraphAnswers(outputs: [output], answers: answers(scores, rows: rows), inputs: columns.table(values, signature, rows: rows))
    }

    func outputs(of table: Table) throws(MartletError) -> GraphAnswers {
        let (rows, width) = (table.rowCount, booster.featureNames.count)
        let values = try columns.values(table.selecting(columnNames))
        return try answer([Tensor(name: "input", datatype: .fp64, shape: [rows, width], values: .numbers(values))], rows: rows)
    }

    /// The columns that are split on, in their order.
    var columnNames: [String] { signature.inputs.map(\.name) }
    /// Raw scores of a row.
    var width: Int { booster.outputCount }

    /// For each row and each raw score the columns' contributions, then the base value.
    func contributions(_ table: Table) throws(MartletError) -> [Double] {
        let (values, count) = (columns.values(try table.selecting(columnNames)), booster.featureNames.count)
        return try booster.contributions((0..<count).map { column in stride(from: column, to: values.count, by: count).map { values[$0] } })
    }

    private func answers(_ scores: [Double], rows: Int) -> Answers {
        guard booster.outputCount == signature.answer.width else {
            return Answers(scores: Array(repeating: .nan, count: rows), width: 1, labels: nil)
        }
        return Answers(scores: scores, width: signature.answer.width, labels: signature.answer.labels(of: scores))
    }
}

extension Project {
    func treesModel(_ version: ModelVersion) throws(MartletError) -> any ServedModel {
        try TreesModel(version, TreesModel.booster(objects.bytes(version.digest), engines))
    }

    /// What a LightGBM model is asked with and answers.
    /// - Parameter data: the rows that it was trained on, where they are known.
    func treesSignature(_ bytes: [UInt8], data: Table?) throws(MartletError) -> Signature {
        let booster = try TreesModel.booster(bytes, engines)
        return try TreesColumns(booster).signature(data: data, outputs: booster.outputCount)
    }
}
