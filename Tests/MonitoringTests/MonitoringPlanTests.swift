import Database
import Monitoring
import Settings
import Support
import TestSupport
import Testing

@Suite("What is watched")
struct MonitoringPlanTests {
    private func plan(_ yaml: String) throws -> MonitoringPlan {
        try MonitoringPlan(SettingsNode(yaml: yaml, file: "martlet.yaml").required("monitoring"))
    }

    @Test("The section is read, and an absent one watches hourly and tells the log")
    func reading() throws {
        let plan = try plan(
            "monitoring: {reference: train, every: 15m, labels: {path: \"labels/*.csv\", key: person_id}, alert: [log, webhook: $ALERT_URL]}\n")
        #expect(plan.every == 900)
        #expect(plan.labels?.path == "labels/*.csv" && plan.labels?.key == "person_id")
        #expect(plan.alerts == [.log, .webhook("$ALERT_URL")])
        let usual = try MonitoringPlan(nil)
        #expect(usual.every == 3600 && usual.labels == nil && usual.alerts == [.log])
    }

    @Test("One alert may stand without a list, and labels without a key carry IDs")
    func short() throws {
        let plan = try plan("monitoring: {labels: {path: labels.csv}, alert: log}")
        #expect(plan.labels?.key == nil)
        #expect(plan.alerts == [.log])
        #expect(try self.plan("monitoring: {alert: []}").alerts == [])
    }

    private let mistakes = [
        ("an unknown key", "{evry: 1h}"), ("another reference", "{reference: test}"), ("an interval without a unit", "{every: 60}"),
        ("an interval too short", "{every: 0.5s}"), ("labels without a path", "{labels: {key: id}}"),
        ("an unknown key of labels", "{labels: {path: x, keys: id}}"),
        ("an unknown alert", "{alert: [mail]}"), ("an unknown alert with an address", "{alert: [mail: a@example.org]}"),
        ("a webhook without an address", "{alert: [webhook: ]}"),
        ("an alert that is a list", "{alert: [[log]]}"),
    ]

    @Test("Each mistake names its place and what to do")
    func golden() throws {
        let text = mistakes.map { title, yaml in "\(title)\n    \(errorText { try plan("monitoring: \(yaml)") })\n" }
        #expect(text.filter { $0.contains("(no error)") } == [])
        let difference = try differenceFromGolden(text.joined(), "monitoring-errors.txt")
        #expect(difference == nil)
    }
}

@Suite("What monitors found")
struct MonitorResultsTests {
    @Test("The newest findings come oldest first, by monitor and endpoint")
    func latest() throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(path: folder.path("martlet.db"))
        let results = MonitorResults(database: database)
        try database.write { session in
            for i in 1...5 { try results.add("drift", endpoint: "income", at: Timestamp(seconds: Double(i)), ["n": JSONValue(i)], in: session) }
            try results.add("drift", endpoint: "rent", at: Timestamp(seconds: 9), ["n": 9], in: session)
            try results.add("quality", endpoint: "income", at: Timestamp(seconds: 9), ["n": 9], in: session)
        }
        let latest = try results.latest("drift", endpoint: "income", count: 3)
        #expect(latest.map { $0.body["n"] } == [3, 4, 5])
        #expect(latest.map(\.at) == [3, 4, 5].map { Timestamp(seconds: $0) })
        #expect(try results.latest("drift", endpoint: "none", count: 3).isEmpty)
    }
}
