import Planning
import Settings
import Statistics
import Support
import TestSupport
import Testing

@Suite("Reading a charter")
struct CharterTests {
    @Test("Everything that the file says is read")
    func whole() throws {
        let charter = try charter(
            """
            charter:
              problem: {type: binary, target: income, positive: ">50K"}
              outcome: "Reach 60 % of the earners"
              objectives:
                - {id: ranking, metric: auc, on: test, min: 0.92, judge: lower_bound}
                - {id: fair, metric: equal_opportunity_difference, group: sex, max: 0.10}
                - {id: live, metric: auc, on: production, window: 7d, labels_within: 14d, min: 0.90}
              people: {owner: owner@example.org, validator: validator@example.org}
              milestones: [{id: pilot, by: 2027-01-31, needs: [ranking, fair]}, {id: later, by: 2028-02-29}]
            """)
        #expect(charter.problem == .binary && charter.target == "income" && charter.positive == ">50K")
        #expect(charter.outcome == "Reach 60 % of the earners")
        #expect(charter.objectives.map(\.id) == ["ranking", "fair", "live"])
        #expect(charter.objectives.map(\.bound) == [.atLeast(0.92), .atMost(0.1), .atLeast(0.9)])
        #expect(charter.objectives.map(\.judge) == [.lowerBound, .point, .point])
        #expect(charter.objectives.map(\.place) == [.test, .test, .production])
        #expect(charter.objectives[1].group == "sex")
        #expect(charter.objectives[2].window == 604_800 && charter.objectives[2].labelsWithin == 1_209_600)
        #expect(charter.objectives[2].source == SourcePlace(file: "martlet.yaml", line: 7, column: 7))
        #expect(charter.people.map(\.role) == ["owner", "validator"])
        #expect(charter.milestones.map(\.needs) == [["ranking", "fair"], []])
        #expect(charter.milestones[1].by == Timestamp("2028-02-29"))
    }

    @Test("A problem is enough; what is left out has its usual meaning")
    func least() throws {
        let charter = try charter("charter:\n  problem: {type: regression, target: pm25}\n")
        #expect(charter.outcome == nil && charter.objectives.isEmpty && charter.people.isEmpty && charter.milestones.isEmpty)
        let objective = try objective("id: a, metric: auc, min: 0.5")
        #expect(objective.place == .test && objective.judge == .point && objective.window == 30 * 86_400 && objective.labelsWithin == nil)
    }

    @Test("Candidates are ranked by the first objective about a score, else by the problem's usual metric")
    func primaryMetric() throws {
        #expect(
            try charter(objectives: "id: fast, metric: p99_ms, on: production, max: 50", "id: a, metric: log_loss, max: 0.4").primaryMetric
                == .logLoss)
        #expect(try charter("charter: {problem: {type: binary, target: t}}").primaryMetric == Metric.primary(for: .binary))
        #expect(try charter("charter: {problem: {type: regression, target: t}}").primaryMetric == Metric.primary(for: .regression))
    }

    @Test("Two charters are equal where all they say is")
    func equality() throws {
        let text = "charter:\n  problem: {type: binary, target: t}\n  people: {owner: a}\n"
        #expect(try charter(text) == charter(text))
        #expect(try charter(text) != charter(text + "  outcome: x\n"))
        #expect(try charter(text) != charter(text.replacing("owner: a", with: "owner: b")))
        #expect(try charter(text) != charter(text.replacing("owner: a", with: "validator: a")))
    }

    @Test(
        "An objective in words says metric, place, bound and judge",
        arguments: [
            ("id: a, metric: auc, min: 0.92, judge: lower_bound", "auc on test at least 0.92, judged by its interval"),
            ("id: a, metric: log_loss, on: validation, max: 0.4", "log_loss on validation at most 0.4"),
            ("id: a, metric: auc, versus: baseline, min_gain: 0.01", "auc on test better than the baseline by 0.01"),
            ("id: a, metric: auc, versus: baseline", "auc on test better than the baseline by 0"),
            ("id: a, metric: auc, versus: champion, max_loss: 0.005", "auc on test not worse than the champion by more than 0.005"),
            ("id: a, metric: equal_opportunity_difference, group: sex, max: 0.1", "equal_opportunity_difference over sex on test at most 0.1"),
            ("id: a, metric: p99_ms, on: production, max: 50", "p99_ms on production at most 50"),
        ])
    func sentences(_ line: String, _ sentence: String) throws {
        #expect(try objective(line).sentence == sentence)
    }

    @Test("Only absolute bounds need a person's word")
    func confirmation() throws {
        #expect(try objective("id: a, metric: auc, min: 0.9").needsConfirmation)
        #expect(try objective("id: a, metric: auc, max: 0.9").needsConfirmation)
        #expect(try !objective("id: a, metric: auc, versus: baseline").needsConfirmation)
        #expect(try !objective("id: a, metric: auc, versus: champion").needsConfirmation)
    }

    @Test("Every metric that a charter may name is one of score, gap and service")
    func metrics() {
        #expect(Set(ObjectiveMetric.names).count == ObjectiveMetric.names.count)
        for name in ObjectiveMetric.names { #expect(ObjectiveMetric(name: name)?.name == name) }
        #expect(ObjectiveMetric(name: "AUC") == nil)
        #expect(ObjectiveMetric(name: "auc")?.higherIsBetter == true)
        #expect(ObjectiveMetric(name: "rmse")?.higherIsBetter == false)
        #expect(ObjectiveMetric(name: "rps")?.higherIsBetter == true)
        #expect(ObjectiveMetric(name: "p99_ms")?.higherIsBetter == false)
        #expect(ObjectiveMetric(name: "equal_opportunity_difference")?.higherIsBetter == false)
    }
}

@Suite("Mistakes in a charter")
struct CharterErrorTests {
    private let mistakes = [
        ("no problem", "charter:\n  outcome: x\n"),
        ("no target", "charter:\n  problem: {type: binary}\n"),
        ("an unknown type", "charter:\n  problem: {type: binry, target: t}\n"),
        ("an unknown key of the problem", "charter:\n  problem: {type: binary, target: t, positiv: x}\n"),
        ("a positive class where there is none", "charter:\n  problem: {type: regression, target: t, positive: x}\n"),
        ("an unknown key", "charter:\n  problem: {type: binary, target: t}\n  objektives: []\n"),
        ("objectives that are no list", "charter:\n  problem: {type: binary, target: t}\n  objectives: {id: a}\n"),
        ("people that are a list", "charter:\n  problem: {type: binary, target: t}\n  people: [a]\n"),
        ("a milestone on no real day", "charter:\n  problem: {type: binary, target: t}\n  milestones: [{id: a, by: 2027-02-29}]\n"),
        ("a milestone without a day", "charter:\n  problem: {type: binary, target: t}\n  milestones: [{id: a}]\n"),
    ]

    private let lines = [
        ("no id", "metric: auc, min: 0.9"),
        ("no metric", "id: a, min: 0.9"),
        ("an unknown metric", "id: a, metric: acu, min: 0.9"),
        ("a metric of another problem", "id: a, metric: rmse, max: 3"),
        ("an unknown place", "id: a, metric: auc, on: tset, min: 0.9"),
        ("an unknown judge", "id: a, metric: auc, min: 0.9, judge: lower"),
        ("an unknown key", "id: a, metric: auc, minimum: 0.9"),
        ("no bound", "id: a, metric: auc"),
        ("a bound that is no number", "id: a, metric: auc, min: high"),
        ("two bounds", "id: a, metric: auc, min: 0.9, max: 0.99"),
        ("a bound beside a relation", "id: a, metric: auc, versus: champion, min: 0.9"),
        ("an unknown relation", "id: a, metric: auc, versus: challenger"),
        ("a gain over the champion", "id: a, metric: auc, versus: champion, min_gain: 0.01"),
        ("a loss against the baseline", "id: a, metric: auc, versus: baseline, max_loss: 0.01"),
        ("a gain over nothing", "id: a, metric: auc, min: 0.9, min_gain: 0.01"),
        ("a negative loss", "id: a, metric: auc, versus: champion, max_loss: -0.01"),
        ("a gap without its groups", "id: a, metric: equal_opportunity_difference, max: 0.1"),
        ("a group of a metric that knows none", "id: a, metric: auc, group: sex, min: 0.9"),
        ("a gap held against the baseline", "id: a, metric: equal_opportunity_difference, group: sex, versus: baseline"),
        ("a latency measured on test data", "id: a, metric: p99_ms, max: 50"),
        ("a latency held against the champion", "id: a, metric: p99_ms, on: production, versus: champion"),
        ("a relation in production", "id: a, metric: auc, on: production, versus: baseline"),
        ("a window of test data", "id: a, metric: auc, min: 0.9, window: 30d"),
        ("late labels of test data", "id: a, metric: auc, min: 0.9, labels_within: 30d"),
        ("a window without a unit", "id: a, metric: auc, on: production, min: 0.9, window: 30"),
    ]

    @Test("Each names its line and what to do")
    func golden() throws {
        let files = mistakes.map { title, yaml in "\(title)\n    \(errorText { try charter(yaml) })\n" }
        let objectives = lines.map { title, line in "\(title)\n    \(errorText { try charter(objectives: line) })\n" }
        let twice = "an id twice\n    \(errorText { try charter(objectives: "id: a, metric: auc, min: 0.9", "id: a, metric: f1, min: 0.5") })\n"
        let yaml =
            "charter:\n  problem: {type: binary, target: t}\n  objectives: [{id: rank, metric: auc, min: 0.9}]\n  milestones: [{id: m, by: 2027-01-31, needs: [rnak]}]\n"
        let milestone = "a milestone that needs an unknown objective\n    \(errorText { try charter(yaml) })\n"
        let text = files + objectives + [twice, milestone]
        #expect(text.filter { $0.contains("(no error)") } == [])
        let difference = try differenceFromGolden(text.joined(), "charter-errors.txt")
        #expect(difference == nil)
    }
}
