package import EngineLibraries
package import ONNXRuntime
package import Support
package import Tables

/// Answers the rows of tables with a graph. Calls block; keep large tables off Swift's cooperative pool.
package struct GraphScorer: Sendable {
    package let session: InferenceSession
    package let contract: GraphSignature

    /// Rows per call of the engine: few enough that the working memory stays in the processor's cache.
    private static let batch = 4096

    package var signature: Signature { contract.signature }

    package init(session: InferenceSession, contract: GraphSignature) {
        self.session = session
        self.contract = contract
    }

    /// A graph that Martlet exported.
    /// - Throws: `invalidInput` for a foreign graph, which needs a contract of its own.
    package init(locator: EngineLocator, graph: [UInt8]) throws(MartletError) {
        let session = try InferenceSession(locator: locator, bytes: graph)
        guard let contract = try GraphSignature.own(session) else {
            throw MartletError(.invalidInput, "The model carries no signature of Martlet. Add it through a step of the pipeline, which finds out what it needs.")
        }
        self.init(session: session, contract: contract)
    }

    /// The answers for all rows. The table may have more columns than the graph uses, in any order.
    /// - Throws: `notFound` for a column that is not there; `invalidInput` for values that the graph cannot take.
    package func answers(for table: Table) throws(MartletError) -> Answers {
        let columns = try table.selecting(columnNames)
        let width = self.width
        var scores: [Double] = []
        scores.reserveCapacity(table.rowCount * width)
        for start in stride(from: 0, to: table.rowCount, by: Self.batch) {
            let rows = start..<min(start + Self.batch, table.rowCount)
            let tensors = try GraphTensors(contract.mapping, columns).inputs(rows)
            let answer = try session.run(tensors, outputs: [outputName])
            guard let tensor = answer.first else { throw MartletError(.defect, "The engine gave no answer.") }
            scores += try GraphAnswer(contract, rows: rows.count).scores(tensor)
        }
        return Answers(scores: scores, width: width, labels: labels(scores))
    }

    private var columnNames: [String] {
        switch contract.mapping.inputs {
        case .columns(let inputs): inputs.map(\.column)
        case .matrix(_, _, let columns): columns
        }
    }

    private var outputName: String {
        switch contract.mapping.output {
        case .probabilities(let output, _), .labels(let output, _), .value(let output): output
        }
    }

    private var width: Int { if case .multiclass(let classes) = signature.answer { classes.count } else { 1 } }

    private func labels(_ scores: [Double]) -> TextValues? {
        switch signature.answer {
        case .regression: return nil
        case .binary(let negative, let positive, let threshold):
            return TextValues(codes: scores.map { $0 >= threshold ? 1 : 0 }, dictionary: [negative, positive])
        case .multiclass(let classes):
            let codes = stride(from: 0, to: scores.count, by: classes.count).map { start in
                var best = 0
                for k in classes.indices where scores[start + k] > scores[start + best] { best = k }
                return Int32(best)
            }
            return TextValues(codes: codes, dictionary: classes)
        }
    }
}
