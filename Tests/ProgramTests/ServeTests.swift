import Foundation
import Support
import Testing

@Suite("A server", .enabled(if: Program.isComplete, "\(Program.absence)")) struct ServeTests {
    @Test("answers, ends with exit code 0 on Ctrl-C, and has every prediction in its log") func wholeLog() throws {
        let folder = try Loans.trained()
        let server = try LiveServer(folder)
        #expect(try server.request("GET", "/v2/health/ready").status == 200)
        #expect(try server.request("GET", "/").body.contains("loans"))
        #expect(try server.request("GET", "/v2/models/other").status == 404)
        var ids: [String] = []
        for request in 0..<20 { ids += try server.infer(incomes: (0..<50).map { Double(request + $0) }) }
        #expect(Set(ids).count == 1000)
        #expect(try server.interrupt().status == 0)
        for id in [ids[0], ids[499], ids[999]] {
            let why = try folder.martlet("why", "prediction:\(id)", "--json")
            #expect(why.status == 0, "\(why.errors)")
            #expect(why.output.contains("model:loans@v1"))
            #expect(why.output.contains("dataset:loans@v1"))
        }
        #expect(try folder.martlet("monitor", "drift", "--json").json["rows"].int == 1000)
    }

    @Test("of a project that is served already is refused, and the first goes on") func second() throws {
        let folder = try Loans.trained()
        let server = try LiveServer(folder)
        let other = try folder.martlet("serve", "--port", "0")
        #expect(other.status == 1)
        try expectGolden(other.errors, "errors/second-server.txt")
        #expect(try server.infer(incomes: [50]).count == 1)
        #expect(try server.interrupt().status == 0)
    }

    @Test("whose port is taken says so") func portTaken() throws {
        let folder = try Loans.trained()
        let server = try LiveServer(folder)
        let other = try Loans.trained().martlet("serve", "--port", String(server.port))
        #expect(other.status == 1)
        #expect(other.errors.contains(String(server.port)), "\(other.errors)")
        #expect(try server.interrupt().status == 0)
    }

    @Test("picks up a promotion without a restart") func promotion() throws {
        let folder = try Loans.trained()
        let server = try LiveServer(folder)
        let first = try #require(try server.infer(incomes: [50]).first)
        try folder.replace("num_leaves: 7", with: "num_leaves: 12")
        #expect(try folder.martlet("run", "--quiet").status == 0)
        #expect(server.child.note("after a promotion"))
        let later = try #require(try server.infer(incomes: [50]).first)
        #expect(try server.interrupt().status == 0)
        #expect(try folder.martlet("why", "prediction:\(first)").output.contains("model:loans@v1"))
        #expect(try folder.martlet("why", "prediction:\(later)").output.contains("model:loans@v2"))
    }

    @Test("An unknown prediction is not found: exit code 1") func unknownPrediction() throws {
        let folder = try Loans.trained()
        let why = try folder.martlet("why", "prediction:01a20ac8a78876cca92d11964a8dc3c5")
        #expect(why.status == 1)
        #expect(why.errors.hasPrefix("error: "))
    }
}

@Suite("Late labels", .enabled(if: Program.isComplete, "\(Program.absence)")) struct FeedbackTests {
    /// A project whose charter measures accuracy in production, with answers in its log: those by ID, and those by the caller's key.
    private func answered(bound: String) throws -> (folder: Folder, ids: [String]) {
        let folder = try Loans.trained()
        let live = "    - {id: live, metric: accuracy, on: production, window: 30d, labels_within: 14d, \(bound)}\ndata:"
        try folder.replace("data:", with: live)
        _ = try folder.martlet("charter", "confirm")
        let server = try LiveServer(folder)
        let ids = try server.infer(incomes: (0..<40).map { _ in 50 })
        for person in 0..<10 { _ = try server.infer(incomes: [50], key: "p\(person)") }
        _ = try server.interrupt()
        return (folder, ids)
    }

    @Test("are brought in by ID and by key, once each however often the file comes, and corrected by a newer file") func twice() throws {
        let (folder, ids) = try answered(bound: "min: 0.5")
        try folder.write((["prediction_id,label"] + ids.map { "\($0),yes" }).joined(separator: "\n") + "\n", "by-id.csv")
        try folder.write("id,late\n" + (0..<10).map { "p\($0),yes\n" }.joined(), "by-key.csv")
        for (file, count) in [("by-id.csv", 40), ("by-key.csv", 10)] {
            let first = try folder.martlet("feedback", "import", file, "--json").json
            #expect([first["added"].int, first["matched"].int, first["rejected"].int] == [count, count, 0])
            let again = try folder.martlet("feedback", "import", file, "--json").json
            #expect([again["added"].int, again["unchanged"].int, again["matched"].int] == [0, count, count])
        }
        try folder.write("id,late\np3,no\n", "correction.csv")
        #expect(try folder.martlet("feedback", "import", "correction.csv", "--json").json["changed"].int == 1)
        try folder.write("name,late\np3,no\n", "wrong.csv")
        let wrong = try folder.martlet("feedback", "import", "wrong.csv")
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("prediction_id"))
    }

    @Test("make check end with 0 where the objective holds and with 1 where it does not, and why tells the truth of a prediction") func check() throws
    {
        for (truth, status) in [("yes", Int32(0)), ("no", 1)] {
            let (folder, ids) = try answered(bound: "min: 0.75")
            let before = try folder.martlet("check", "--json")
            #expect(try before.json["checks"].elements.first?["value"].isNull == true)
            let half = ids.enumerated().map { "\($1),\($0 % 2 == 1 ? truth : (truth == "yes" ? "yes" : "no"))" }
            try folder.write((["prediction_id,label"] + half).joined(separator: "\n") + "\n", "labels.csv")
            #expect(try folder.martlet("feedback", "import", "labels.csv").status == 0)
            let check = try folder.martlet("check", "--json")
            #expect(check.status == status, "\(check.output)\(check.errors)")
            #expect(try folder.martlet("check", "live").status == status)
            #expect(try folder.martlet("why", "prediction:\(ids[1])").output.contains("The truth, known later: \(truth)"))
        }
    }

    @Test("A check of an objective that does not exist is an error with a suggestion") func unknown() throws {
        let (folder, _) = try answered(bound: "min: 0.5")
        let check = try folder.martlet("check", "lve")
        #expect(check.status == 1)
        #expect(check.errors.contains("live"))
    }
}
