import Foundation
import Statistics
import Support
import Testing

@Suite("Bootstrap")
struct BootstrapTests {
    private func drawn(_ n: Int, seed: UInt64, signal: Double = 2) throws -> Predictions {
        var random = RandomSource(seed: seed)
        let truth = (0..<n).map { _ in UInt8(random.unit() < 0.3 ? 1 : 0) }
        let scores = truth.map { 1 / (1 + exp(-(random.normal() + signal * Double($0)))) }
        return try .binary(truth: truth, probabilities: scores)
    }

    @Test("The same seed gives the same intervals whatever the number of threads, another seed gives others")
    func isDeterministic() throws {
        let predictions = try drawn(500, seed: 1)
        let metrics = Metric.all(for: .binary)
        let one = estimates(of: metrics, predictions, bootstrap: Bootstrap(resamples: 101, seed: 3, threads: 1))
        let three = estimates(of: metrics, predictions, bootstrap: Bootstrap(resamples: 101, seed: 3, threads: 3))
        let other = estimates(of: metrics, predictions, bootstrap: Bootstrap(resamples: 101, seed: 4, threads: 1))
        #expect(one == three)
        #expect(one.map(\.interval) != other.map(\.interval))
        #expect(one.allSatisfy { $0.interval?.resamples == 101 && $0.interval?.dropped == 0 })
    }

    @Test("A metric computed among others is the metric computed alone")
    func metricsShareResamples() throws {
        let predictions = try drawn(300, seed: 2)
        let plan = Bootstrap(resamples: 50)
        let all = estimates(of: Metric.all(for: .binary), predictions, bootstrap: plan)
        for estimate in all { #expect(estimates(of: [estimate.metric], predictions, bootstrap: plan) == [estimate]) }
    }

    @Test("The 95 % interval of a mean covers the truth in about 95 of 100 samples, and is as wide as theory says")
    func coversTheTruth() throws {
        var (covered, width) = (0, 0.0)
        for sample in 0..<200 {
            var random = RandomSource(seed: UInt64(sample))
            let hits = (0..<200).map { _ in random.unit() < 0.7 ? 1.0 : 0 }
            let predictions = try Predictions.binary(truth: [UInt8](repeating: 1, count: 200), probabilities: hits)
            let interval = try #require(estimates(of: [.accuracy], predictions, bootstrap: Bootstrap(resamples: 300))[0].interval)
            if interval.lower <= 0.7, interval.upper >= 0.7 { covered += 1 }
            width += (interval.upper - interval.lower) / 200
        }
        #expect((178...199).contains(covered), "covered \(covered) of 200")
        #expect(abs(width - 2 * 1.96 * (0.7 * 0.3 / 200).squareRoot()) < 0.01, "mean width \(width)")
    }

    @Test("Resamples in which a metric is undefined are dropped and counted; with too few left there is no interval")
    func dropsUndefined() throws {
        let rare = try Predictions.binary(truth: [1] + [UInt8](repeating: 0, count: 9), probabilities: (0..<10).map { Double($0) / 10 })
        let interval = try #require(estimates(of: [.auc], rare)[0].interval)
        #expect(interval.resamples + interval.dropped == 1000)
        #expect((280...420).contains(interval.dropped), "a row is left out of a resample with probability 0.9^10 = 0.35; dropped \(interval.dropped)")
        let classes = try Predictions.multiclass(
            truth: [0, 1, 2, 3, 4], probabilities: (0..<25).map { $0 % 6 == 0 ? 0.6 : 0.1 }, classes: ["a", "b", "c", "d", "e"])
        let none = estimates(of: [.aucMacroOVR], classes)[0]
        #expect(none.value == 1)
        #expect(none.interval == nil)
    }

    @Test("A single row gives an interval of width zero, and no rows give none")
    func tinyInputs() throws {
        let single = estimates(of: [.mae], try .regression(truth: [1], predicted: [3]))[0]
        #expect(single.interval?.lower == 2 && single.interval?.upper == 2)
        #expect(estimates(of: [.mae], try .regression(truth: [], predicted: []))[0].interval == nil)
    }

    @Test("Many rows get fewer resamples, never below 200")
    func largeInputsGetFewer() {
        #expect(Bootstrap().resampleCount(rows: 200_000) == 1000)
        #expect(Bootstrap().resampleCount(rows: 400_000) == 500)
        #expect(Bootstrap().resampleCount(rows: 50_000_000) == 200)
        #expect(Bootstrap(resamples: 100).resampleCount(rows: 50_000_000) == 100)
    }

    @Test("Two identical models differ by exactly nothing, and neither is better")
    func identicalModels() throws {
        let predictions = try drawn(400, seed: 5)
        for difference in try pairedDifferences(Metric.all(for: .binary), predictions, predictions) {
            #expect(difference.difference == 0 && difference.interval?.lower == 0 && difference.interval?.upper == 0)
            #expect(difference.probabilityBetter == 0.5)
        }
    }

    @Test("Of two models the better one is found, also where a smaller value is better")
    func findsTheBetter() throws {
        let strong = try drawn(800, seed: 6, signal: 3)
        guard case .binary(let truth, let scores, _) = strong.values else { return }
        var random = RandomSource(seed: 9)
        let weak = try Predictions.binary(truth: truth, probabilities: scores.map { 0.5 * $0 + 0.5 * random.unit() })
        let auc = try pairedDifference(.auc, strong, weak)
        let loss = try pairedDifference(.logLoss, weak, strong)
        #expect(auc.probabilityBetter == 1 && (auc.interval?.lower ?? 0) > 0)
        #expect((loss.probabilityBetter ?? 1) < 0.01 && (loss.difference ?? 0) > 0)
        #expect(loss.gain == loss.difference.map { -$0 } && (loss.gainInterval?.upper ?? 1) < 0)
    }

    @Test("The paired difference of point values is the difference of the metrics, and pairing narrows the interval")
    func pairingNarrows() throws {
        let a = try drawn(600, seed: 7)
        guard case .binary(let truth, let scores, _) = a.values else { return }
        let b = try Predictions.binary(truth: truth, probabilities: scores.enumerated().map { $0.offset % 100 == 0 ? 0.5 : $0.element })
        let paired = try pairedDifference(.auc, a, b)
        let (first, second) = (estimates(of: [.auc], a)[0], estimates(of: [.auc], b)[0])
        #expect(paired.difference == (first.value ?? 0) - (second.value ?? 0))
        let width = try #require(paired.interval.map { $0.upper - $0.lower })
        let alone = try #require(first.interval.map { $0.upper - $0.lower })
        #expect(width < alone / 2)
    }

    @Test("Models scored on different rows are not compared")
    func differentRows() throws {
        #expect(throws: MartletError.self) { try pairedDifference(.auc, drawn(10, seed: 1), drawn(11, seed: 1)) }
        #expect(throws: MartletError.self) { try pairedDifference(.auc, drawn(50, seed: 1), drawn(50, seed: 2)) }
    }

    @Test("A segment's figures are those of its rows alone, and small segments are flagged")
    func segments() throws {
        let predictions = try drawn(300, seed: 8)
        let codes = (0..<300).map { Int32($0 < 20 ? 0 : $0 < 290 ? 1 : -1) }
        let segmentation = Segmentation(name: "site", codes: codes, labels: ["a", "b", "unused"])
        let evaluation = evaluate(predictions, segments: [segmentation], bootstrap: Bootstrap(resamples: 40))
        #expect(evaluation.segments.map(\.label) == ["a", "b"])
        #expect(evaluation.segments.map(\.rows) == [20, 270])
        #expect(evaluation.segments.map(\.isTooSmall) == [true, false])
        #expect(evaluation.segments[1][.auc]?.value == value(of: .auc, predictions.rows(Array(20..<290))))
        #expect(evaluation[.auc]?.value == value(of: .auc, predictions))
        #expect(evaluation.json["auc"]["interval"]["lower"].double == evaluation[.auc]?.interval?.lower)
    }
}
