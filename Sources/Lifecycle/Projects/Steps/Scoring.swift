internal import Digests
internal import ONNXRuntime
internal import Objects
internal import Statistics
internal import Support
internal import Tables
internal import Training

extension Project {
    /// A stored graph, ready to score rows. Its bytes are checked against their digest first.
    func scorer(_ graph: Digest, _ contract: GraphSignature) throws(MartletError) -> GraphScorer {
        GraphScorer(session: try InferenceSession(locator: engines, bytes: objects.bytes(graph)), contract: contract)
    }
}

extension Predictions {
    /// Scores held against the truth.
    static func of(_ scores: [Double], answer: Signature.Answer, truth: Target, weights: [Double]?) throws(MartletError) -> Predictions {
        switch (answer, truth) {
        case (.binary(_, _, let threshold), .binary(let values, _, _)):
            try .binary(truth: values, probabilities: scores, threshold: threshold, weights: weights)
        case (.multiclass(let classes), .multiclass(let values, _)):
            try .multiclass(truth: values, probabilities: scores, classes: classes, weights: weights)
        case (.regression, .regression(let values)): try .regression(truth: values, predicted: scores, weights: weights)
        default: throw MartletError(.defect, "A model answers another problem than its target poses.")
        }
    }
}

extension GraphScorer {
    /// The median time to answer one row alone, in microseconds, over at most 200 rows; nil without rows.
    func medianLatency(of features: Table) throws(MartletError) -> Double? {
        let rows = (0..<min(200, features.rowCount)).map { features.rows([$0]) }
        var times: [Double] = []
        for row in rows {
            let began = monotonicSeconds()
            _ = try answers(for: row)
            times.append((monotonicSeconds() - began) * 1_000_000)
        }
        return times.isEmpty ? nil : times.sorted()[times.count / 2]
    }
}
