import Foundation
import Support
import TestSupport
import Testing

@Suite("A server", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct ServeTests {
    @Test("answers, ends with exit code 0 on Ctrl-C, and has every prediction in its log") func wholeLog() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        #expect(try await server.request("GET", "/v2/health/ready").status == 200)
        #expect(try await server.request("GET", "/").body.contains("loans"))
        #expect(try await server.request("GET", "/v2/models/other").status == 404)
        var ids: [String] = []
        for request in 0..<20 { ids += try await server.infer(incomes: (0..<50).map { Double(request + $0) }) }
        #expect(Set(ids).count == 1000)
        #expect(await server.interrupt().status == 0)
        for id in [ids[0], ids[499], ids[999]] {
            let why = try await folder.martlet("why", "prediction:\(id)", "--json")
            #expect(why.status == 0, "\(why.errors)")
            #expect(why.output.contains("model:loans@v1"))
            #expect(why.output.contains("dataset:loans@v1"))
        }
        #expect(try await folder.martlet("monitor", "drift", "--json").json["rows"].int == 1000)
    }

    @Test("of a project that is served already is refused, and the first goes on") func second() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let other = try await folder.martlet("serve", "--port", "0")
        #expect(other.status == 1)
        #expect(try differenceFromGolden(other.errors, "errors/second-server.txt") == nil)
        #expect(try await server.infer(incomes: [50]).count == 1)
        #expect(await server.interrupt().status == 0)
    }

    @Test("whose port is taken says so") func portTaken() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let other = try await Loans.trained().martlet("serve", "--port", String(server.port))
        #expect(other.status == 1)
        #expect(other.errors.contains(String(server.port)), "\(other.errors)")
        #expect(await server.interrupt().status == 0)
    }

    @Test("picks up a promotion without a restart") func promotion() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder)
        let first = try #require(try await server.infer(incomes: [50]).first)
        try folder.replace("num_leaves: 7", with: "num_leaves: 12")
        #expect(try await folder.martlet("run", "--quiet").status == 0)
        #expect(await server.child.noted("after a promotion") != nil)
        let later = try #require(try await server.infer(incomes: [50]).first)
        #expect(await server.interrupt().status == 0)
        #expect(try await folder.martlet("why", "prediction:\(first)").output.contains("model:loans@v1"))
        #expect(try await folder.martlet("why", "prediction:\(later)").output.contains("model:loans@v2"))
    }

    @Test("An unknown prediction is not found: exit code 1") func unknownPrediction() async throws {
        let folder = try await Loans.trained()
        let why = try await folder.martlet("why", "prediction:01a20ac8a78876cca92d11964a8dc3c5")
        #expect(why.status == 1)
        #expect(why.errors.hasPrefix("error: "))
    }
}

@Suite("Late labels", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct FeedbackTests {
    /// A project whose charter measures accuracy in production, with answers in its log: those by ID, and those by the caller's key.
    private func answered(bound: String, alert: String = "log") async throws -> (folder: TemporaryFolder, ids: [String]) {
        let folder = try await Loans.trained()
        try folder.replace("{reference: train}", with: "{reference: train, alert: \(alert)}")
        let live = "    - {id: live, metric: accuracy, on: production, window: 30d, labels_within: 14d, \(bound)}\ndata:"
        try folder.replace("data:", with: live)
        _ = try await folder.martlet("charter", "confirm")
        let server = try await LiveServer(folder)
        let ids = try await server.infer(incomes: (0..<40).map { _ in 50 })
        for person in 0..<10 { _ = try await server.infer(incomes: [50], key: "p\(person)") }
        _ = await server.interrupt()
        return (folder, ids)
    }

    @Test("are brought in by ID and by key, once each however often the file comes, and corrected by a newer file") func twice() async throws {
        let (folder, ids) = try await answered(bound: "min: 0.5")
        try folder.write("by-id.csv", (["prediction_id,label"] + ids.map { "\($0),yes" }).joined(separator: "\n") + "\n")
        try folder.write("by-key.csv", "id,late\n" + (0..<10).map { "p\($0),yes\n" }.joined())
        for (file, count) in [("by-id.csv", 40), ("by-key.csv", 10)] {
            let first = try await folder.martlet("feedback", "import", file, "--json").json
            #expect([first["added"].int, first["matched"].int, first["rejected"].int] == [count, count, 0])
            let again = try await folder.martlet("feedback", "import", file, "--json").json
            #expect([again["added"].int, again["unchanged"].int, again["matched"].int] == [0, count, count])
        }
        try folder.write("correction.csv", "id,late\np3,no\n")
        #expect(try await folder.martlet("feedback", "import", "correction.csv", "--json").json["changed"].int == 1)
        try folder.write("wrong.csv", "name,late\np3,no\n")
        let wrong = try await folder.martlet("feedback", "import", "wrong.csv")
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("prediction_id"))
    }

    @Test("make check end with 0 where the objective holds and with 1 where it does not, and why tells the truth of a prediction") func check()
        async throws
    {
        for (truth, status) in [("yes", Int32(0)), ("no", 1)] {
            let (folder, ids) = try await answered(bound: "min: 0.75")
            let before = try await folder.martlet("check", "--json")
            #expect(try before.json["checks"].elements.first?["value"].isNull == true)
            let half = ids.enumerated().map { "\($1),\($0 % 2 == 1 ? truth : (truth == "yes" ? "yes" : "no"))" }
            try folder.write("labels.csv", (["prediction_id,label"] + half).joined(separator: "\n") + "\n")
            #expect(try await folder.martlet("feedback", "import", "labels.csv").status == 0)
            let check = try await folder.martlet("check", "--json")
            #expect(check.status == status, "\(check.output)\(check.errors)")
            #expect(try await folder.martlet("check", "live").status == status)
            #expect(try await folder.martlet("why", "prediction:\(ids[1])").output.contains("The truth, known later: \(truth)"))
        }
    }

    @Test("that turn an objective red or green again are posted to the webhook, each turn once, whether or not somebody listens")
    func webhook() async throws {
        let (folder, ids) = try await answered(bound: "min: 0.75", alert: "[log, {webhook: $ALERT_URL, private: true}]")
        func bring(_ truth: (Int) -> String) async throws {
            try folder.write("labels.csv", "prediction_id,label\n" + ids.enumerated().map { "\($1),\(truth($0))\n" }.joined())
            #expect(try await folder.martlet("feedback", "import", "labels.csv").status == 0)
        }
        func check(_ port: UInt16) async throws -> Outcome {
            try await folder.martlet("check", environment: ["ALERT_URL": "http://127.0.0.1:\(port)/hook?team=a"])
        }
        for (truth, verdict, status) in [({ $0 % 2 == 0 ? "yes" : "no" }, "red", Int32(1)), ({ _ in "yes" }, "green", 0)]
            as [((Int) -> String, String, Int32)]
        {
            try await bring(truth)
            let (receiver, idle) = (try OneRequestServer(status: "200 OK"), try OneRequestServer(status: "200 OK"))
            let turn = try await check(receiver.port)
            #expect(turn.status == status, "\(turn.output)\(turn.errors)")
            let request = try #require(receiver.request)
            #expect(request.hasPrefix("POST /hook?team=a HTTP/1.1\r\n"))
            let body = try JSONValue(parsing: String(request.split(separator: "\r\n\r\n", maxSplits: 1).last ?? ""))
            #expect(body["project"] == "loans")
            #expect(body["incident"]["cause"] == "live" && body["state"].text == (verdict == "red" ? "firing" : "resolved"))
            #expect(try await check(idle.port).status == status)
            #expect(idle.request == nil, "What did not turn is not told again.")
        }
        try await bring { _ in "no" }
        let unheard = try await check(OneRequestServer.freePort())
        #expect(unheard.status == 1)
        #expect(unheard.output.contains("webhook $ALERT_URL was not told of objective live, which is recorded and tried again."), "\(unheard.output)")
        let incidents = try await folder.martlet("incident", "list", "--json").json.elements
        #expect(incidents.map { $0["count"].int } == [3] && incidents.map { $0["state"].text } == ["firing"])
        #expect(try await folder.martlet("alert", "list", "--json").json["targets"].elements.map { $0["waiting"].int } == [0, 1])
    }

    @Test("A check of an objective that does not exist is an error with a suggestion") func unknown() async throws {
        let (folder, _) = try await answered(bound: "min: 0.5")
        let check = try await folder.martlet("check", "lve")
        #expect(check.status == 1)
        #expect(check.errors.contains("live"))
    }
}
