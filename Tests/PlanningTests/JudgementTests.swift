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

    @Test("Where nothing new was measured the last verdict stays, under the bound as it stands now")
    func nothingNew() throws {
        let live = try objective("id: live, metric: auc, on: production, min: 0.75")
        let measured = live.judge(Measurement(value: 0.7), confirmed: true, missing: "")
        let last = CheckResult(
            objective: "live", subject: "endpoint:m", at: Timestamp(seconds: 86_400), verdict: measured.verdict, measurement: Measurement(value: 0.7),
            reason: measured.reason)
        let kept = live.judge(last: last, confirmed: true, missing: "nothing was answered in the period.")
        #expect(kept.verdict == .red)
        #expect(kept.reason == "Nothing new was measured since 1970-01-02: nothing was answered in the period. auc: 0.7 misses at least 0.75.")
        let lowered = try objective("id: live, metric: auc, on: production, min: 0.6")
        #expect(lowered.judge(last: last, confirmed: true, missing: "").verdict == .green)
        #expect(lowered.judge(last: last, confirmed: false, missing: "").verdict == .yellow)
    }

    @Test("An objective that was never measured, or measured something else under the same id, stays yellow")
    func neverMeasured() throws {
        let live = try objective("id: live, metric: auc, on: production, min: 0.75")
        let other = CheckResult(
            objective: "live", subject: "endpoint:m", at: Timestamp(seconds: 0), verdict: .red, measurement: Measurement(value: 80),
            reason: "p99_ms: 80 misses at most 50.")
        var nothing = other
        (nothing.measurement, nothing.reason) = (nil, "auc: ")
        for last in [nil, other, nothing] {
            let (verdict, reason) = live.judge(last: last, confirmed: true, missing: "nothing was answered in the period.")
            #expect(verdict == .yellow && reason == "Not measured: nothing was answered in the period.")
        }
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
