import Planning
import Registry
import Settings
import Support
import TestSupport
import Testing

@Suite("Gates")
struct GateTests {
    private let clock = ManualClock(Timestamp(microseconds: 5))

    /// A gate over two objectives of the test set and one of production.
    private func gate(confirmed: Bool = true) throws -> Gate {
        let yaml = """
            problem: {type: binary, target: t}
            objectives:
              - {id: ranking, metric: auc, min: 0.9}
              - {id: no-worse, metric: auc, versus: champion, max_loss: 0.01}
              - {id: live, metric: auc, on: production, min: 0.9}
            """
        return Gate(charter: try Charter(SettingsNode(yaml: yaml, file: "martlet.yaml")), confirmed: confirmed, clock: clock)
    }

    private func decide(_ findings: [String: Gate.Finding], tests: [JUnitReport] = [], confirmed: Bool = true) throws -> GateDecision {
        try gate(confirmed: confirmed).decide("model:m@v1", tests: tests) { findings[$0.id] ?? .missing("the test forgot it.") }
    }

    private func report(_ tests: Int, failed: [String] = []) -> JUnitReport {
        JUnitReport(step: "tests", path: "tests.xml", tests: tests, failures: failed.map { JUnitReport.Failure(name: $0, message: "") })
    }

    @Test("A gate whose objectives all hold lets pass, and production is not its business")
    func passes() throws {
        let decision = try decide(["ranking": .measured(Measurement(value: 0.95)), "no-worse": .measured(Measurement(value: 0.0))])
        #expect(decision.passes)
        #expect(decision.results.map(\.objective) == ["ranking", "no-worse"])
        #expect(decision.results.allSatisfy { $0.verdict == .green && $0.subject == "model:m@v1" && $0.at == Timestamp(microseconds: 5) })
        #expect(decision.sentence == "All 2 checks of the gate hold.")
    }

    @Test("An objective that does not hold closes the gate and says why")
    func refuses() throws {
        let decision = try decide(["ranking": .measured(Measurement(value: 0.85)), "no-worse": .measured(Measurement(value: -0.5))])
        #expect(!decision.passes)
        #expect(
            decision.reasons == [
                "ranking: auc: 0.85 misses at least 0.9.", "no-worse: auc: -0.5 misses a loss of at most 0.01 against the champion.",
            ])
        #expect(decision.sentence.hasPrefix("The gate refuses model:m@v1: ranking: auc: 0.85 misses at least 0.9."))
    }

    @Test("An objective that nothing measures closes the gate")
    func missing() throws {
        let decision = try decide(["ranking": .missing("there is no test data."), "no-worse": .measured(Measurement(value: 0))])
        #expect(!decision.passes)
        #expect(decision.reasons == ["ranking: Nothing measures it: there is no test data."])
    }

    @Test("An objective with nothing to compare with holds")
    func notApplicable() throws {
        let decision = try decide(["ranking": .measured(Measurement(value: 0.95)), "no-worse": .notApplicable("There is no champion yet.")])
        #expect(decision.passes)
        #expect(decision.results[1].verdict == .green && decision.results[1].reason == "There is no champion yet.")
    }

    @Test("What could be measured and decides nothing is yellow, lets pass, and is not counted as holding")
    func undecided() throws {
        let decision = try decide(["ranking": .measured(Measurement(value: 0.95)), "no-worse": .undecided("No fair comparison is possible.")])
        #expect(decision.passes)
        #expect(decision.results[1].verdict == .yellow && decision.results[1].measurement == nil)
        #expect(decision.results[1].reason == "No fair comparison is possible.")
        #expect(decision.sentence == "1 of 2 checks of the gate hold; 1 could not be decided.")
    }

    @Test("A note on how something was measured stands behind the verdict")
    func note() throws {
        let decision = try decide(["ranking": .measured(Measurement(value: 0.85), note: "Left out: 3 rows."), "no-worse": .notApplicable("-")])
        #expect(decision.reasons == ["ranking: auc: 0.85 misses at least 0.9. Left out: 3 rows."])
    }

    @Test("A bound that nobody confirmed is yellow and lets pass; one that is missed is red all the same")
    func unconfirmed() throws {
        let holds = try decide(["ranking": .measured(Measurement(value: 0.95)), "no-worse": .measured(Measurement(value: 0))], confirmed: false)
        #expect(holds.passes)
        #expect(holds.results.map(\.verdict) == [.yellow, .green])
        #expect(try !decide(["ranking": .measured(Measurement(value: 0.5)), "no-worse": .measured(Measurement(value: 0))], confirmed: false).passes)
    }

    @Test("An error while measuring reaches the caller")
    func measuringFails() throws {
        let gate = try gate()
        #expect(errorCode { try gate.decide("m", tests: []) { _ throws(MartletError) in throw MartletError(.corrupted, "x") } } == .corrupted)
    }

    @Test("A test report is a check of its own: failures close the gate, and so does a report without a test")
    func tests() throws {
        let findings: [String: Gate.Finding] = ["ranking": .measured(Measurement(value: 0.95)), "no-worse": .measured(Measurement(value: 0))]
        let good = try decide(findings, tests: [report(12)])
        #expect(good.passes)
        #expect(good.results[2].objective == "tests:tests" && good.results[2].reason == "12 tests of tests.xml passed.")
        let bad = try decide(findings, tests: [report(12, failed: ["a", "b", "c", "d"])])
        #expect(!bad.passes)
        #expect(bad.reasons == ["tests:tests: 4 of 12 tests of tests.xml failed: a, b, c."])
        let empty = try decide(findings, tests: [report(0)])
        #expect(!empty.passes)
        #expect(empty.reasons == ["tests:tests: tests.xml holds no test."])
    }
}
