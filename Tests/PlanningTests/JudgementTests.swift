import Planning
import Support
import TestSupport
import Testing

@Suite("Judging a measurement")
struct JudgementTests {
    private func judge(_ line: String, _ value: Double, _ lower: Double? = nil, _ upper: Double? = nil, confirmed: Bool = true) throws -> (
        Verdict, String
    ) {
        try objective("id: a, metric: auc, \(line)").judge(Measurement(value: value, lower: lower, upper: upper), confirmed: confirmed, missing: "")
    }

    @Test(
        "The point decides where nothing else is said, and a value on the bound holds",
        arguments: [
            ("min: 0.9", 0.9, .green), ("min: 0.9", 0.8999, .red), ("max: 0.4", 0.4, .green), ("max: 0.4", 0.41, .red),
            ("versus: baseline, min_gain: 0.01", 0.01, .green), ("versus: baseline, min_gain: 0.01", 0.009, .red), ("versus: baseline", 0, .green),
            ("versus: baseline", -0.001, .red), ("versus: champion, max_loss: 0.005", -0.005, .green),
            ("versus: champion, max_loss: 0.005", -0.006, .red),
            ("versus: champion", 0.2, .green), ("min: 0.9", .nan, .red), ("max: 0.9", .nan, .red), ("max: 0.9", .infinity, .red),
        ] as [(String, Double, Verdict)])
    func point(_ line: String, _ value: Double, _ verdict: Verdict) throws {
        #expect(try judge(line, value, value - 1, value + 1).0 == verdict)
    }

    @Test(
        "With judge: lower_bound the unfavourable end of the interval decides",
        arguments: [
            ("min: 0.9", 0.95, 0.91, 0.99, .green), ("min: 0.9", 0.95, 0.89, 0.99, .red), ("max: 0.4", 0.3, 0.1, 0.39, .green),
            ("max: 0.4", 0.3, 0.1, 0.41, .red),
            ("versus: baseline, min_gain: 0.01", 0.05, 0.011, 0.1, .green), ("versus: baseline, min_gain: 0.01", 0.05, 0.009, 0.1, .red),
            ("versus: champion, max_loss: 0.005", 0.0, -0.004, 0.1, .green), ("versus: champion, max_loss: 0.005", 0.0, -0.006, 0.1, .red),
        ] as [(String, Double, Double, Double, Verdict)])
    func interval(_ line: String, _ value: Double, _ lower: Double, _ upper: Double, _ verdict: Verdict) throws {
        #expect(try judge(line + ", judge: lower_bound", value, lower, upper).0 == verdict)
    }

    @Test("Where no interval could be had the point decides")
    func withoutInterval() throws {
        #expect(try judge("min: 0.9, judge: lower_bound", 0.91).0 == .green)
        #expect(try judge("max: 0.9, judge: lower_bound", 0.91).0 == .red)
    }

    @Test("A bound that no person confirmed is yellow at best, a relation needs no person")
    func confirmation() throws {
        #expect(try judge("min: 0.9", 0.95, confirmed: false).0 == .yellow)
        #expect(try judge("max: 0.9", 0.85, confirmed: false).0 == .yellow)
        #expect(try judge("min: 0.9", 0.85, confirmed: false).0 == .red)
        #expect(try judge("versus: baseline", 0.1, confirmed: false).0 == .green)
        #expect(try judge("versus: champion", 0.1, confirmed: false).0 == .green)
    }

    @Test("What is not measured is yellow and says why")
    func missing() throws {
        let (verdict, reason) = try objective("id: a, metric: auc, min: 0.9").judge(nil, confirmed: true, missing: "no labels yet.")
        #expect(verdict == .yellow)
        #expect(reason == "Not measured: no labels yet.")
    }

    @Test("The reason names value and bound, and never says that a number misses itself")
    func reasons() throws {
        let cases: [(String, Double, Double?, Double?, Bool)] = [
            ("min: 0.9", 0.95, nil, nil, true), ("min: 0.9", 0.95, nil, nil, false), ("min: 0.9", 0.85, nil, nil, true),
            ("max: 0.4", 0.412345678, nil, nil, true),
            ("min: 0.92", 0.919_999_6, nil, nil, true), ("max: 0.1", 0.100_000_04, nil, nil, true),
            ("min: 0.9, judge: lower_bound", 0.95, 0.93, 0.97, true),
            ("max: 0.4, judge: lower_bound", 0.3, 0.2, 0.45, true), ("versus: baseline, min_gain: 0.01", 0.002, nil, nil, true),
            ("versus: champion, max_loss: 0.005", -0.02, nil, nil, true), ("min: 0.9", .nan, nil, nil, true),
        ]
        let text = try cases.map { line, value, lower, upper, confirmed in
            let (verdict, reason) = try judge(line, value, lower, upper, confirmed: confirmed)
            return "\(verdict.rawValue) \(reason)\n"
        }
        let difference = try differenceFromGolden(text.joined(), "reasons.txt")
        #expect(difference == nil)
    }

    @Test(
        "Sentences give four significant digits",
        arguments: [
            (0, "0"), (0.92, "0.92"), (0.123456, "0.1235"), (-0.123456, "-0.1235"), (12345.678, "12346"), (1234.5, "1235"),
            (0.00012345678, "0.0001235"), (1, "1"),
            (99.999, "100"), (1e20, "1e+20"), (1e-9, "0.000000001"), (.nan, "null"), (.infinity, "null"),
        ] as [(Double, String)])
    func digits(_ value: Double, _ text: String) {
        let written = Objective.text(value)
        #expect(written == text || Double(written) == Double(text))
    }
}
