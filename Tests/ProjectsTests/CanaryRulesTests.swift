import Planning
import Projects
import Serving
import Settings
import Support
import Testing

@Suite("When a canary has to go, from what is counted") struct CanaryRulesTests {
    private func figures(answered: Int, failed: Int = 0, refused: Int = 0, milliseconds: Double = 1, slow: Int = 0) -> ServingFigures {
        var figures = ServingFigures()
        figures.requests = answered + failed + refused
        figures.failed = failed
        figures.refused = refused
        for request in 0..<answered { figures.latency.add(microseconds: Int((request < slow ? 500 : milliseconds) * 1000)) }
        return figures
    }

    /// The rules of a charter with one objective of production.
    private func rules(_ metric: String, atMost limit: Double) throws(MartletError) -> CanaryRules {
        let yaml = """
            problem: {type: binary, target: y, positive: "yes"}
            objectives: [{id: own, metric: \(metric), on: production, window: 1h, max: \(limit)}]
            """
        return CanaryRules(objectives: try Charter(SettingsNode(yaml: yaml, file: "martlet.yaml")).objectives)
    }

    @Test("Three failures beyond one in a hundred are too many; two are not, nor what callers did wrong") func failures() {
        let rules = CanaryRules(objectives: [])
        let champion = figures(answered: 1000)
        #expect(rules.fault(of: figures(answered: 2, failed: 2), beside: champion) == nil)
        #expect(
            rules.fault(of: figures(answered: 97, failed: 3, refused: 10), beside: champion)
                == "3 of 100 requests failed: an error rate of 0.03 against a budget of 0.01.")
        #expect(rules.fault(of: figures(answered: 997, failed: 3), beside: champion) == nil)
        #expect(rules.fault(of: figures(answered: 10, refused: 90), beside: champion) == nil)
    }

    @Test("Where the champion fails as well, a canary that fails alike stays") func failingChampion() {
        let rules = CanaryRules(objectives: [])
        let champion = figures(answered: 900, failed: 100)
        #expect(rules.fault(of: figures(answered: 85, failed: 15), beside: champion) == nil)
        #expect(rules.fault(of: figures(answered: 75, failed: 25), beside: champion) != nil)
    }

    @Test("The charter's error rate is the budget where there is one") func stated() throws {
        let rules = try rules("error_rate", atMost: 0.2)
        #expect(rules.fault(of: figures(answered: 85, failed: 15), beside: figures(answered: 1000)) == nil)
        let fault = rules.fault(of: figures(answered: 70, failed: 30), beside: figures(answered: 1000))
        #expect(fault == "30 of 100 requests failed: an error rate of 0.3 against objective own, at most 0.2.")
    }

    @Test("A p99 far above the champion's is a fault once both have answered enough, unless the charter says what is too slow") func times() throws {
        let rules = CanaryRules(objectives: [])
        let champion = figures(answered: 1000)
        #expect(rules.fault(of: figures(answered: 300, slow: 10), beside: champion)?.hasPrefix("p99_ms is 5") == true)
        #expect(rules.fault(of: figures(answered: 100, slow: 10), beside: champion) == nil, "Too few.")
        #expect(rules.fault(of: figures(answered: 300, slow: 2), beside: champion) == nil, "Two of three hundred are no 99th percentile.")
        #expect(rules.fault(of: figures(answered: 300, milliseconds: 15), beside: champion) == nil, "Fifteen milliseconds are no harm.")
        let told = try self.rules("p99_ms", atMost: 1000)
        #expect(told.fault(of: figures(answered: 300, slow: 10), beside: champion) == nil)
    }
}
