import Foundation
import Statistics
import Support
import Testing

@Suite("Drift")
struct DriftTests {
    @Test(
        "Every method agrees with scipy and with Evidently's definitions to 1e-9, and so does the default choice",
        .enabled(if: PythonReference.isThere, PythonReference.absence))
    func agreesWithEvidently() throws {
        let cases = DriftCase.all()
        var question = DriftTests.question
        question["columns"] = .array(cases.map(\.json))
        let reference = try PythonReference.run("drift.py", question)["columns"]
        for test in cases {
            let (old, new, expected) = (DriftCase.sample(test.reference), DriftCase.sample(test.current), reference[test.name])
            #expect(DriftMethod.chosen(reference: old, current: new).rawValue == expected["chosen"].text, "\(test.name)")
            for method in DriftMethod.allCases where old.isNumeric || !method.needsNumbers {
                let score = try #require(try drift(reference: old, current: new, method: method).score, "\(test.name): \(method)")
                let theirs = try #require(expected[method.rawValue].double, "\(test.name): \(method)")
                #expect(agree(score, theirs), "\(test.name): \(method.rawValue) is \(score), not \(theirs)")
                if method == .kolmogorovSmirnov, theirs > 1e-30, theirs < 1e-6 {
                    #expect(abs(score / theirs - 1) < 1e-6, "\(test.name): p is \(score), not \(theirs), relatively")
                }
            }
            if old.isNumeric {
                let statistic = try drift(reference: old, current: new, method: .kolmogorovSmirnov).statistic
                #expect(agree(statistic ?? .nan, expected["ks_statistic"].double ?? .nan), "\(test.name)")
            }
        }
    }

    /// Samples and p-values for the other references of the script.
    private static let samples: [[Double]] = [
        [1], [1, 1, 1], [3, 1, 2], [0.1, 0.2, 0.3, 0.7, 1.9], (0..<1000).map { sin(Double($0)) * 7 }, (0..<999).map { Double($0 % 13) },
    ]
    private static let probabilities: [Double] = [0, 0.025, 0.1, 1.0 / 3, 0.5, 0.975, 1]
    private static let pValues: [Double] = [0.01, 0.02, 0.02, 0.8, 0.0001, 0.04, 1, 0.3, 0.049]
    private static let question: JSONValue = [
        "columns": [], "p_values": JSONValue(numbers: pValues), "probabilities": JSONValue(numbers: probabilities),
        "samples": .array(samples.map { JSONValue(numbers: $0) }),
    ]

    @Test("Quantiles and histograms are numpy's, adjusted p-values scipy's", .enabled(if: PythonReference.isThere, PythonReference.absence))
    func agreesWithNumpy() throws {
        let reference = try PythonReference.run("drift.py", DriftTests.question)
        let adjusted = adjustedPValues(DriftTests.pValues, by: .benjaminiHochberg)
        #expect(zip(adjusted, reference["benjamini_hochberg"].elements).allSatisfy { agree($0, $1.double ?? .nan) })
        for (i, sample) in DriftTests.samples.enumerated() {
            let ours = try #require(quantiles(of: sample.shuffled(), DriftTests.probabilities))
            #expect(zip(ours, reference["quantiles"].elements[i].elements).allSatisfy { agree($0, $1.double ?? .nan) })
            let chart = try #require(histogram(of: sample))
            let theirs = reference["histograms"].elements[i].elements
            #expect(chart.edges == theirs[0].elements.compactMap(\.double))
            #expect(chart.counts == theirs[1].elements.compactMap(\.double))
        }
    }

    @Test("A sample without values gives no figure and no drift, and says so")
    func emptySamples() throws {
        let empty = DriftSample(numbers: [.nan, .infinity])
        let some = DriftSample(numbers: [1, 2, 3])
        for method in DriftMethod.allCases {
            let result = try drift(reference: some, current: empty, method: method)
            #expect(result.score == nil && !result.drifted && result.note == "no values in the current sample")
            #expect(try drift(reference: empty, current: some, method: method).note == "no values in the reference")
        }
        #expect(empty.missing == 2)
    }

    @Test("A category that the reference never had makes chi-square certain, and the note says why")
    func newCategory() throws {
        let old = DriftSample(codes: [0, 1, 0, 1], labels: ["a", "b"])
        let new = DriftSample(codes: [0, 1, 2, -1], labels: ["a", "b", "c"])
        let result = try drift(reference: old, current: new)
        #expect(result.method == .chiSquare && result.pValue == 0 && result.statistic == nil && result.drifted)
        #expect(result.note == "the current sample has a value that the reference never had")
        #expect(result.currentMissing == 1)
    }

    @Test("Numbers are not compared with text, and text is not given to a method for numbers")
    func refusesMixedKinds() throws {
        let text = DriftSample(codes: [0], labels: ["a"])
        #expect(throws: MartletError.self) { try drift(reference: text, current: DriftSample(numbers: [1])) }
        #expect(throws: MartletError.self) { try drift(reference: text, current: text, method: .wasserstein) }
        #expect(throws: MartletError.self) { try DriftMethod.named("wassertein") }
        #expect(try DriftMethod.named("kl_div") == .klDivergence)
    }

    @Test("Numbers at the ends of what a double holds do not stop the comparison")
    func extremeNumbers() throws {
        let numbers: [Double] = (0..<50).map { (i: Int) -> Double in Double(i % 2 == 0 ? i : -i) * 3e306 }
        let huge = DriftSample(numbers: numbers)
        for method in DriftMethod.allCases { _ = try drift(reference: huge, current: huge, method: method) }
        #expect(try drift(reference: huge, current: huge, method: .psi).note == "the range of the values is too wide to compare")
        #expect(histogram(of: [-1.7e308, 1.7e308]) == nil)
        let codes = DriftSample(codes: [5, -7, 0], labels: ["a"])
        #expect(codes.count == 1 && codes.missing == 2)
    }

    @Test("Of hundred columns without drift, the correction leaves at most a few alarms; the raw p-values raise several")
    func correctionSuppressesFalseAlarms() throws {
        var random = RandomSource(seed: 21)
        let results = try (0..<100).map { _ in
            try drift(
                reference: DriftSample(numbers: (0..<200).map { _ in random.normal() }),
                current: DriftSample(numbers: (0..<200).map { _ in random.normal() }))
        }
        #expect((1...12).contains(results.count { $0.drifted }))
        #expect(corrected(results).allSatisfy { !$0.drifted })
        #expect(corrected(results, by: .bonferroni).allSatisfy { !$0.drifted })
        #expect(corrected(results, by: .none) == results)
    }

    @Test("A column that truly drifted survives the correction, and distances are left alone")
    func correctionKeepsTrueDrift() throws {
        let a = (0..<300).map { Double($0) }
        let tested = try drift(reference: DriftSample(numbers: a), current: DriftSample(numbers: a.map { $0 + 80 }))
        let distance = try drift(reference: DriftSample(numbers: a), current: DriftSample(numbers: a.map { $0 + 80 }), method: .psi)
        let sound = try drift(reference: DriftSample(numbers: a), current: DriftSample(numbers: a.map { $0 + 0.5 }))
        let results = corrected([tested, distance, sound])
        #expect(results.map(\.drifted) == [true, true, false])
        #expect(results[1] == distance)
        #expect(results[0].adjustedPValue == tested.pValue.map { $0 * 2 })
        #expect(driftedShare(results) == 2.0 / 3)
    }

    @Test("A threshold of the caller's own is used and shown")
    func ownThreshold() throws {
        let a = DriftSample(numbers: (0..<2000).map { Double($0) })
        let b = DriftSample(numbers: (0..<2000).map { Double($0) + 100 })
        #expect(try drift(reference: a, current: b).drifted)
        let lenient = try drift(reference: a, current: b, threshold: 0.5)
        #expect(!lenient.drifted && lenient.threshold == 0.5)
    }
}
