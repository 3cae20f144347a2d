package import EngineLibraries
import ONNXRuntime
package import Support
package import Tables

/// Answers the rows of tables with a graph. Calls block; keep large tables off Swift's cooperative pool.
package struct GraphScorer: Sendable {
    let session: InferenceSession
    let contract: GraphSignature
    /// The columns of the graph's only input, where that is a matrix of them.
    let matrixFields: [Table.Field]

    /// Rows per call of the engine: few enough that the working memory stays in the processor's cache.
    private static let batch = 4096

    package var signature: Signature { contract.signature }

    /// - Parameters:
    ///   - bytes: the ONNX file.
    ///   - signature: what it was registered with: the columns that it uses, in order, and what it answers.
    ///   - takesTensors: whether a graph is loaded too whose inputs are no columns, or whose answers are no scores.
    /// - Throws: `engineMissing`; `invalidInput` where the graph does not fit the signature.
    package init(locator: EngineLocator, bytes: [UInt8], signature: Signature, takesTensors: Bool = false) throws(MartletError) {
        session = try InferenceSession(locator: locator, bytes: bytes)
        contract =
            takesTensors
            ? GraphSignature.described(session, signature)
            : try GraphSignature.infer(session, fields: signature.inputs, answer: signature.answer)
        matrixFields = contract.mapping.inputs.matrixFields(contract.signature)
    }

    /// The answers for all rows. The table may have more columns than the graph uses, in any order.
    /// - Throws: `notFound` for a column that is not there; `invalidInput` for values that the graph cannot take.
    package func score(_ table: Table) throws(MartletError) -> Answers {
        let columns = try table.selecting(columnNames)
        var scores: [Double] = []
        scores.reserveCapacity(table.rowCount * width)
        for start in stride(from: 0, to: table.rowCount, by: Self.batch) {
            scores += try self.scores(columns, start..<min(start + Self.batch, table.rowCount))
        }
        return Answers(scores: scores, width: width, labels: signature.answer.labels(of: scores))
    }

    private func scores(_ columns: Table, _ rows: Range<Int>) throws(MartletError) -> [Double] {
        let answer = try session.run(try GraphTensors(contract.mapping, columns).inputs(rows), outputs: [outputName])
        guard let tensor = answer.first else { throw MartletError(.defect, "The engine gave no answer.") }
        return try GraphAnswer(contract, rows: rows.count).scores(tensor)
    }

    // MARK: Speed

    /// The median time of one answer, row by row, in microseconds; from at most 200 rows after a warm-up. Nil for an empty table.
    package func medianLatency(of table: Table) throws(MartletError) -> Double? {
        guard table.rowCount > 0 else { return nil }
        let columns = try table.selecting(columnNames).rows(Array(0..<min(200, table.rowCount)))
        var times: [Double] = []
        for pass in 0..<220 {
            let row = pass % columns.rowCount
            let start = monotonicSeconds()
            _ = try scores(columns, row..<row + 1)
            if pass >= 20 { times.append((monotonicSeconds() - start) * 1e6) }
        }
        return times.sorted()[times.count / 2]
    }

    /// How many rows are answered in a second, in batches; from one pass over the table. Nil for an empty table.
    package func rowsPerSecond(of table: Table) throws(MartletError) -> Double? {
        guard table.rowCount > 0 else { return nil }
        let start = monotonicSeconds()
        _ = try score(table)
        return Double(table.rowCount) / max(1e-9, monotonicSeconds() - start)
    }

    private var columnNames: [String] {
        switch contract.mapping.inputs {
        case .columns(let inputs): inputs.map(\.column)
        case .matrix(_, _, let columns): columns
        case .tensors: []
        }
    }

    private var outputName: String { contract.mapping.output.name ?? "" }

    var width: Int { signature.answer.width }
}
