import Foundation
import Statistics
import Support
import Testing

@Suite("Fairness")
struct FairnessTests {
    private func drawn(_ n: Int, groups: Int, seed: UInt64, weighted: Bool = false) throws -> (Predictions, Segmentation) {
        var random = RandomSource(seed: seed)
        let codes = (0..<n).map { _ in Int32(random.unit() * Double(groups)) }
        let truth = codes.map { UInt8(random.unit() < 0.3 + 0.1 * Double($0) ? 1 : 0) }
        let scores = zip(truth, codes).map { (y: UInt8, group: Int32) -> Double in
            let logit = random.normal() + 2 * Double(y) - 1 + 0.3 * Double(group)
            return 1 / (1 + exp(-logit))
        }
        let weights = weighted ? (0..<n).map { _ in random.unit() } : nil
        let labels = (0..<groups).map { "g\($0)" }
        return (try .binary(truth: truth, probabilities: scores, weights: weights), Segmentation(name: "group", codes: codes, labels: labels))
    }

    @Test("Rates and gaps agree with Fairlearn's definitions to 1e-9", .enabled(if: PythonReference.isThere, PythonReference.absence))
    func agreesWithFairlearn() throws {
        let cases = try [drawn(2000, groups: 2, seed: 1), drawn(3000, groups: 5, seed: 2), drawn(1500, groups: 3, seed: 3, weighted: true)]
        let question = cases.map { predictions, groups -> JSONValue in
            var object = MetricCase(name: "", predictions: predictions).json
            object["codes"] = JSONValue(whole: groups.codes)
            object["groups"] = JSONValue(groups.labels.count)
            return object
        }
        let reference = try PythonReference.run("fairness.py", .array(question)).elements
        for (test, expected) in zip(cases, reference) {
            let report = try fairness(test.0, groups: test.1, bootstrap: Bootstrap(resamples: 20))
            for metric in FairnessMetric.allCases {
                #expect(agree(report[metric]?.value ?? .nan, expected[metric.rawValue].double ?? .nan), "\(metric)")
            }
            for (i, group) in report.groups.enumerated() {
                let rates = ["selection_rate", "true_positive_rate", "false_positive_rate", "precision"]
                for rate in rates {
                    #expect(agree(group.json[rate]["value"].double ?? .nan, expected[rate].elements[i].double ?? .nan), "\(group.label): \(rate)")
                }
            }
        }
    }

    @Test("A group without positives is left out of the gap and named, not counted as a rate of zero")
    func undefinedRatesAreLeftOut() throws {
        let truth: [UInt8] = [1, 0, 1, 0, 1, 0, 0, 0]
        let predictions = try Predictions.binary(truth: truth, probabilities: [0.9, 0.1, 0.2, 0.8, 0.9, 0.2, 0.3, 0.9])
        let groups = Segmentation(name: "sex", codes: [0, 0, 0, 0, 1, 1, 2, 2], labels: ["a", "b", "c", "unused"])
        let report = try fairness(predictions, groups: groups, minimumGroupSize: 1, bootstrap: Bootstrap(resamples: 200))
        let gap = try #require(report[.equalOpportunityDifference])
        #expect(gap.value == 0.5 && gap.highest == "b" && gap.lowest == "a" && gap.leftOut == ["c"])
        #expect(report.groups.map(\.label) == ["a", "b", "c"])
        #expect(report.groups[2].truePositiveRate == RateEstimate(value: nil, interval: nil))
        #expect(report[.demographicParityDifference]?.value == 0.0)
    }

    @Test("A group below the minimum size is shown but is no part of a gap; rows without a group are counted")
    func smallGroups() throws {
        let (predictions, groups) = try drawn(400, groups: 2, seed: 4)
        var codes = groups.codes
        for row in 0..<5 { codes[row] = 2 }
        for row in 5..<9 { codes[row] = -1 }
        let three = Segmentation(name: "group", codes: codes, labels: groups.labels + ["tiny"])
        let report = try fairness(predictions, groups: three, bootstrap: Bootstrap(resamples: 50))
        #expect(report.groups.map(\.isTooSmall) == [false, false, true])
        #expect(report.gaps.allSatisfy { $0.leftOut == ["tiny"] && $0.value != nil })
        #expect(report.missing == 4)
        let rates = report.groups.prefix(2).compactMap(\.selectionRate.value)
        #expect(report[.demographicParityDifference]?.value == abs(rates[0] - rates[1]))
    }

    @Test("With one group there is no gap, and the reason is given")
    func oneGroup() throws {
        let (predictions, _) = try drawn(100, groups: 2, seed: 5)
        let report = try fairness(predictions, groups: Segmentation(name: "one", codes: [Int32](repeating: 0, count: 100), labels: ["all"]))
        #expect(report.gaps.allSatisfy { $0.value == nil && $0.interval == nil && $0.reason != nil })
        #expect(throws: MartletError.self) { try fairness(predictions, groups: Segmentation(name: "short", codes: [0], labels: ["a"])) }
        let numbers = try Predictions.regression(truth: [1], predicted: [1])
        #expect(throws: MartletError.self) { try fairness(numbers, groups: Segmentation(name: "x", codes: [0], labels: ["a"])) }
        #expect(throws: MartletError.self) { try FairnessMetric.named("demographic_parity_diference") }
    }

    @Test("The interval of a gap holds the gap, and does not depend on the number of threads")
    func gapIntervals() throws {
        let (predictions, groups) = try drawn(3000, groups: 2, seed: 6)
        let one = try fairness(predictions, groups: groups, bootstrap: Bootstrap(resamples: 300, threads: 1))
        let two = try fairness(predictions, groups: groups, bootstrap: Bootstrap(resamples: 300, threads: 2))
        #expect(one == two)
        for gap in one.gaps {
            let interval = try #require(gap.interval)
            let value = try #require(gap.value)
            #expect(interval.lower <= value && value <= interval.upper)
            #expect(interval.upper - interval.lower < 0.2)
        }
    }
}
