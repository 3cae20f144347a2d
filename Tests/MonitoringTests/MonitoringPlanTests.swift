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
        #expect(plan.alerts == [AlertTarget(.log), AlertTarget(.webhook("$ALERT_URL", secret: nil))])
        let usual = try MonitoringPlan(nil)
        #expect(usual.every == 3600 && usual.labels == nil && usual.alerts == [AlertTarget(.log)])
    }

    @Test("One alert may stand without a list, and labels without a key carry IDs")
    func short() throws {
        let plan = try plan("monitoring: {labels: {path: labels.csv}, alert: log}")
        #expect(plan.labels?.key == nil)
        #expect(plan.alerts == [AlertTarget(.log)])
        #expect(try self.plan("monitoring: {alert: []}").alerts == [])
    }

    @Test("Every kind of target is read; its name holds no secret, and no two names are alike; “private” is said once or for each")
    func targets() throws {
        let plan = try plan(
            """
            monitoring:
              allow_private: true
              url: https://martlet.example.org/
              alert:
                - {webhook: "https://hooks.example.org:8443/T0/SECRET?key=SECRET", secret_env: HOOK_SECRET, private: false}
                - webhook: https://hooks.example.org:8443/other
                - alertmanager: http://127.0.0.1:9093
                - {nagios: /var/lib/nagios4/rw/nagios.cmd, host: "ml;1"}
                - email: {to: [a@example.org, b@example.org], from: martlet@example.org, smtp: "[::1]:2525"}
                - {email: {to: a@example.org, from: m@example.org, smtp: mail.example.org}, private: false}

            """)
        #expect(
            plan.alerts.map(\.name) == [
                "webhook hooks.example.org:8443", "webhook hooks.example.org:8443 #2", "alertmanager 127.0.0.1:9093",
                "nagios /var/lib/nagios4/rw/nagios.cmd", "email a@example.org, b@example.org", "email a@example.org",
            ])
        #expect(plan.alerts.map(\.allowsPrivate) == [false, true, true, true, true, false])
        #expect(plan.alerts[0].means == .webhook("https://hooks.example.org:8443/T0/SECRET?key=SECRET", secret: "HOOK_SECRET"))
        #expect(plan.alerts[3].means == .nagios(pipe: "/var/lib/nagios4/rw/nagios.cmd", host: "ml_1"))
        #expect(plan.alerts[4].means == .email(.init(to: ["a@example.org", "b@example.org"], from: "martlet@example.org", host: "::1", port: 2525)))
        #expect(plan.url == "https://martlet.example.org")
    }

    private let mistakes = [
        ("an unknown key", "{evry: 1h}"), ("another reference", "{reference: test}"), ("an interval without a unit", "{every: 60}"),
        ("an interval too short", "{every: 0.5s}"), ("labels without a path", "{labels: {key: id}}"),
        ("an unknown key of labels", "{labels: {path: x, keys: id}}"),
        ("an unknown alert", "{alert: [mail]}"), ("an unknown alert with an address", "{alert: [mail: a@example.org]}"),
        ("a webhook without an address", "{alert: [webhook: ]}"),
        ("an alert that is a list", "{alert: [[log]]}"), ("a webhook that is no address", "{alert: [webhook: hooks.example.org]}"),
        ("a webhook with a password", "{alert: [webhook: \"https://ann:SECRET@example.org\"]}"),
        ("two targets in one entry", "{alert: [{webhook: $A, alertmanager: $B}]}"), ("a pipe that is no path", "{alert: [nagios: nagios.cmd]}"),
        ("a mail without a server", "{alert: [email: {to: a@example.org, from: b@example.org}]}"),
        ("a mail with a second header", "{alert: [email: {to: \"a@example.org\\r\\nBcc: c@example.org\", from: b@example.org, smtp: mail}]}"),
        ("a mail server with a path", "{alert: [email: {to: a@example.org, from: b@example.org, smtp: mail/x}]}"),
        ("an address of the pages that is none", "{url: martlet}"),
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
