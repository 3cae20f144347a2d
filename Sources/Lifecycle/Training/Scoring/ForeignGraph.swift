package import EngineLibraries
import ONNXRuntime
package import Support
package import Tables

/// Graphs that other programs wrote.
///
/// Inputs: one matrix of the numeric columns in order, or one input per column, named as it. Outputs: probabilities as a tensor or as a list
/// of maps (ZipMap), or labels; for a regression a number per row. Graphs that Martlet wrote are understood too.
package enum ForeignGraph {
    /// What a graph is asked with and answers.
    /// - Parameters:
    ///   - name: how the user knows the file, for messages.
    ///   - features: the columns that it may use, with some rows, in the order of the training data. The first rows are tried.
    ///   - target: what it is to answer.
    /// - Throws: `invalidInput` where the graph does not fit, with what was expected and what was found.
    package static func signature(
        locator: EngineLocator, bytes: [UInt8], name: String, features: Table, target: Target
    ) throws(MartletError) -> Signature {
        do {
            let session = try InferenceSession(locator: locator, bytes: bytes)
            let contract = try GraphSignature.infer(session, fields: features.columns.map(\.signatureField), answer: target.answer)
            let some = features.rows(Array(0..<min(10, features.rowCount)))
            _ = try GraphScorer(locator: locator, bytes: bytes, signature: contract.signature).score(some)
            return contract.signature
        } catch {
            guard error.code == .invalidInput else { throw error }
            throw MartletError(error.code, "\(name): \(error.message)", place: error.place, cause: error.cause)
        }
    }
}
