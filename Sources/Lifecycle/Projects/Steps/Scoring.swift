internal import Digests
internal import Objects
internal import Support
internal import Tables
internal import Training

extension Project {
    /// A stored graph, ready to score rows. Its bytes are checked against their digest first.
    /// - Parameter takesTensors: whether a graph is loaded too whose inputs are no columns, or whose answers are no scores.
    func scorer(_ graph: Digest, _ signature: Signature, takesTensors: Bool = false) throws(MartletError) -> GraphScorer {
        try GraphScorer(locator: engines, bytes: objects.bytes(graph), signature: signature, takesTensors: takesTensors)
    }
}
