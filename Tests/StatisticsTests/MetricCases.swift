import Foundation
import Statistics
import Support

/// Predictions with a name: ordinary ones and the awkward ones.
struct MetricCase {
    var name: String
    var predictions: Predictions

    /// What the reference script reads.
    var json: JSONValue {
        var object: JSONValue = ["name": .string(name), "problem": .string(predictions.problem.rawValue)]
        object["weights"] = predictions.weights.map { JSONValue(numbers: $0) } ?? .null
        switch predictions.values {
        case .binary(let truth, let probabilities, let threshold):
            object["truth"] = JSONValue(whole: truth)
            object["scores"] = JSONValue(numbers: probabilities)
            object["threshold"] = .number(threshold)
        case .multiclass(let truth, let probabilities, let classes):
            object["truth"] = JSONValue(whole: truth)
            object["scores"] = JSONValue(numbers: probabilities)
            object["classes"] = JSONValue(classes.count)
        case .regression(let truth, let predicted):
            object["truth"] = JSONValue(numbers: truth)
            object["scores"] = JSONValue(numbers: predicted)
        }
        return object
    }

    static func all() throws -> [MetricCase] { try binary() + multiclass() + regression() }

    private static func binary() throws -> [MetricCase] {
        var random = RandomSource(seed: 1)
        func drawn(_ n: Int, positives: Double, decimals: Double?, threshold: Double = 0.5, weighted: Bool = false) throws -> Predictions {
            var (truth, scores, weights): ([UInt8], [Double], [Double]) = ([], [], [])
            for _ in 0..<n {
                let y: UInt8 = random.unit() < positives ? 1 : 0
                let p = 1 / (1 + exp(-(random.normal() + 2 * Double(y) - 1)))
                truth.append(y)
                scores.append(decimals.map { (p * $0).rounded() / $0 } ?? p)
                weights.append(random.unit() < 0.1 ? 0 : random.unit() * 3)
            }
            return try .binary(truth: truth, probabilities: scores, threshold: threshold, weights: weighted ? weights : nil)
        }
        return [
            MetricCase(name: "binary, ordinary", predictions: try drawn(3000, positives: 0.3, decimals: nil)),
            MetricCase(name: "binary, many ties on bin edges", predictions: try drawn(2000, positives: 0.5, decimals: 10)),
            MetricCase(name: "binary, ties and weights", predictions: try drawn(700, positives: 0.4, decimals: 20, weighted: true)),
            MetricCase(name: "binary, skewed, low threshold", predictions: try drawn(5000, positives: 0.01, decimals: 1000, threshold: 0.2)),
            MetricCase(name: "binary, no predicted positive", predictions: try drawn(60, positives: 0.4, decimals: 20, threshold: 1.5)),
            MetricCase(name: "binary, constant score", predictions: try .binary(truth: [0, 1, 1, 0, 1], probabilities: [0.3, 0.3, 0.3, 0.3, 0.3])),
            MetricCase(name: "binary, certain and wrong", predictions: try .binary(truth: [0, 1, 1, 0], probabilities: [1, 0, 1, 0])),
            MetricCase(name: "binary, two rows", predictions: try .binary(truth: [0, 1], probabilities: [0.5, 0.1])),
            MetricCase(name: "binary, only positives", predictions: try .binary(truth: [1, 1, 1], probabilities: [0.2, 0.7, 0.9])),
            MetricCase(name: "binary, only negatives", predictions: try .binary(truth: [0, 0], probabilities: [0.2, 0.7])),
        ]
    }

    private static func multiclass() throws -> [MetricCase] {
        var random = RandomSource(seed: 2)
        func drawn(_ n: Int, shares: [Double], sharp: Double, weighted: Bool = false) throws -> Predictions {
            var (truth, scores, weights): ([Int32], [Double], [Double]) = ([], [], [])
            for _ in 0..<n {
                var u = random.unit() * shares.reduce(0, +)
                let k =
                    shares.firstIndex { share in
                        u -= share; return u < 0
                    } ?? 0
                let logits = shares.indices.map { exp(random.normal() + ($0 == k ? sharp : 0)) }
                truth.append(Int32(k))
                scores += logits.map { $0 / logits.reduce(0, +) }
                weights.append(random.unit() * 2)
            }
            return try .multiclass(truth: truth, probabilities: scores, classes: shares.indices.map { "c\($0)" }, weights: weighted ? weights : nil)
        }
        return [
            MetricCase(name: "multiclass, four classes", predictions: try drawn(2000, shares: [4, 3, 2, 1], sharp: 1.5)),
            MetricCase(name: "multiclass, weights", predictions: try drawn(900, shares: [1, 1, 1], sharp: 1, weighted: true)),
            MetricCase(name: "multiclass, a class without rows", predictions: try drawn(300, shares: [1, 0, 1, 2], sharp: 2)),
            MetricCase(name: "multiclass, rare classes", predictions: try drawn(1500, shares: [5, 200, 700, 650, 200, 20, 2], sharp: 1)),
            MetricCase(
                name: "multiclass, constant prediction",
                predictions: try .multiclass(truth: [0, 1, 2, 1], probabilities: [Double](repeating: 1.0 / 3, count: 12), classes: ["a", "b", "c"])),
            MetricCase(
                name: "multiclass, certain",
                predictions: try .multiclass(truth: [0, 1, 2], probabilities: [1, 0, 0, 0, 0, 1, 0, 0, 1], classes: ["a", "b", "c"])),
        ]
    }

    private static func regression() throws -> [MetricCase] {
        var random = RandomSource(seed: 3)
        func drawn(_ n: Int, offset: Double, weighted: Bool = false) throws -> Predictions {
            let truth = (0..<n).map { _ in offset + 10 * random.normal() }
            let weights = (0..<n).map { _ in random.unit() < 0.1 ? 0 : random.unit() * 2 }
            return try .regression(truth: truth, predicted: truth.map { $0 + random.normal() * 3 }, weights: weighted ? weights : nil)
        }
        return [
            MetricCase(name: "regression, even count", predictions: try drawn(1000, offset: 0)),
            MetricCase(name: "regression, odd count, far from zero", predictions: try drawn(1001, offset: 1e6)),
            MetricCase(name: "regression, weights", predictions: try drawn(500, offset: 5, weighted: true)),
            MetricCase(
                name: "regression, median between two weighted rows",
                predictions: try .regression(truth: [1, 2, 3, 4], predicted: [1.5, 3, 5, 8], weights: [1, 1, 0, 2])),
            MetricCase(name: "regression, perfect", predictions: try .regression(truth: [1, 2, 4], predicted: [1, 2, 4])),
            MetricCase(name: "regression, constant target", predictions: try .regression(truth: [0.1, 0.1, 0.1], predicted: [0.2, 0.1, 0])),
            MetricCase(name: "regression, a target of zero", predictions: try .regression(truth: [0, 1], predicted: [1, 1])),
            MetricCase(name: "regression, one row", predictions: try .regression(truth: [3], predicted: [2])),
        ]
    }
}
