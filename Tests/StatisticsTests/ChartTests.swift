import Statistics
import Support
import Testing

@Suite("Chart data")
struct ChartTests {
    @Test("The confusion matrix counts truth by row and prediction by column, with weights")
    func confusionMatrix() throws {
        let binary = try Predictions.binary(truth: [0, 0, 1, 1, 1], probabilities: [0.1, 0.5, 0.9, 0.4, 0.6])
        #expect(binary.confusionMatrix?.counts == [[1, 1], [1, 2]])
        let classes = try Predictions.multiclass(
            truth: [0, 1, 2], probabilities: [0.4, 0.4, 0.2, 0.1, 0.8, 0.1, 0.5, 0.2, 0.3], classes: ["a", "b", "c"], weights: [1, 2, 3])
        #expect(classes.confusionMatrix == ConfusionMatrix(labels: ["a", "b", "c"], counts: [[1, 0, 0], [0, 2, 0], [3, 0, 0]]))
        #expect(try Predictions.regression(truth: [1], predicted: [1]).confusionMatrix == nil)
    }

    @Test("The curve runs from corner to corner, and its area is the AUC")
    func rocCurve() throws {
        var random = RandomSource(seed: 1)
        let truth = (0..<5000).map { _ in UInt8(random.unit() < 0.3 ? 1 : 0) }
        let predictions = try Predictions.binary(truth: truth, probabilities: truth.map { (random.unit() + 0.5 * Double($0)) / 1.5 })
        let full = try #require(predictions.rocCurve(limit: 100_000))
        let thin = try #require(predictions.rocCurve(limit: 100))
        let area = { (curve: [ROCPoint]) in
            zip(curve, curve.dropFirst()).reduce(0.0) {
                $0 + ($1.1.falsePositiveRate - $1.0.falsePositiveRate) * ($1.1.truePositiveRate + $1.0.truePositiveRate) / 2
            }
        }
        let auc = try #require(value(of: .auc, predictions))
        #expect(abs(area(full) - auc) < 1e-12)
        #expect(abs(area(thin) - auc) < 1e-3)
        #expect(thin.count <= 100 && thin.count > 50)
        for curve in [full, thin] {
            #expect(curve.first == ROCPoint(falsePositiveRate: 0, truePositiveRate: 0, threshold: nil))
            #expect(curve.last?.falsePositiveRate == 1 && curve.last?.truePositiveRate == 1)
        }
        #expect(try Predictions.binary(truth: [1, 1], probabilities: [0.1, 0.2]).rocCurve() == nil)
    }

    @Test("The calibration table adds up to the calibration error")
    func calibrationTable() throws {
        let truth: [UInt8] = [0, 0, 1, 1, 1, 0]
        let predictions = try Predictions.binary(truth: truth, probabilities: [0, 0.1, 0.1000001, 0.95, 1, 0.55])
        let table = try #require(predictions.calibrationTable)
        #expect(table.map(\.rows) == [2, 1, 0, 0, 0, 1, 0, 0, 0, 2])
        #expect(table[2].meanProbability == nil && table[2].observedRate == nil)
        let error = table.reduce(0.0) { $0 + $1.rows / 6 * abs(($1.meanProbability ?? 0) - ($1.observedRate ?? 0)) }
        #expect(agree(error, value(of: .calibrationError, predictions) ?? .nan))
    }

    @Test("A histogram of given bins counts every value once, the last edge included")
    func histograms() throws {
        let chart = try #require(histogram(of: [0, 1, 1.5, 2, 4, .nan], bins: 4))
        #expect(chart == Histogram(edges: [0, 1, 2, 3, 4], counts: [1, 2, 1, 1]))
        #expect(histogram(of: [0, 1, 5, -1], edges: [0, 1, 2]).counts == [1, 1])
        #expect(histogram(of: [.nan]) == nil)
        #expect(histogram(of: [1], edges: []).counts.isEmpty)
        #expect(quantiles(of: [.nan], [0.5]) == nil)
    }
}
