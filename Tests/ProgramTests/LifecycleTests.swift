import Foundation
import Support
import TestSupport
import Testing

@Suite("A small table", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct LifecycleTests {
    @Test("goes from init to a champion that answers, without editing") func endToEnd() async throws {
        let folder = try TemporaryFolder(["loans.csv": Loans.table()])
        let made = try await folder.martlet("init", "loans.csv", "--target", "late")
        #expect(made.status == 0, "\(made.errors)")
        let run = try await folder.martlet("run", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let gate = try run.json["gate"]
        #expect(gate["passed"].flag == true)
        let champion = try #require(gate["champion"].text)
        let answers = try await folder.martlet("predict", champion, "loans.csv")
        #expect(answers.status == 0, "\(answers.errors)")
        let lines = answers.output.split(separator: "\n")
        #expect(lines.count == 601)
        #expect(lines.first?.contains("probability") == true)
    }

    @Test("leads to facts in JSON: metrics.test.auc.value lies within its interval") func showJSON() async throws {
        let folder = try await Loans.trained()
        let facts = try await folder.martlet("show", "model:loans@champion", "--json").json
        let auc = facts["metrics"]["test"]["auc"]
        let (value, lower, upper) = (auc["value"].double, auc["interval"]["lower"].double, auc["interval"]["upper"].double)
        #expect(try #require(lower) <= #require(value))
        #expect(try #require(value) <= #require(upper))
        #expect(try #require(value) > 0.8)
        #expect(facts["test_openings"].int == 1)
        #expect(facts["aliases"].elements.compactMap(\.text) == ["champion"])
    }

    @Test("has JSON of a known shape for every command that prints facts") func shapes() async throws {
        let folder = try await Loans.trained()
        let commands: [(String, [String])] = [
            ("status", ["status"]), ("run", ["run"]), ("show-model", ["show", "model:loans@champion"]), ("show-dataset", ["show", "dataset:loans"]),
            ("why-model", ["why", "model:loans@champion"]), ("check", ["check"]), ("charter-check", ["charter", "check"]),
            ("data-list", ["data", "list"]),
            ("data-profile", ["data", "profile"]), ("model-list", ["model", "list"]), ("model-history", ["model", "history"]),
            ("model-card", ["model", "card"]),
            ("endpoint-list", ["endpoint", "list"]), ("doctor", ["doctor"]),
        ]
        for (name, words) in commands {
            let outcome = try await Program.run(words + ["--json"], in: folder.path)
            #expect(outcome.status == 0, "\(words): \(outcome.errors)")
            let shape = try Self.shape(outcome.json).sorted().joined(separator: "\n") + "\n"
            #expect(try differenceFromGolden(shape, "shapes/\(name).txt") == nil)
        }
    }

    /// The paths of a JSON value with their types; a list counts through its first element.
    private static func shape(_ value: JSONValue, path: String = "") -> [String] {
        switch value {
        case .object(let members): members.flatMap { shape($0.value, path: path.isEmpty ? $0.key : "\(path).\($0.key)") }
        case .array(let elements): elements.first.map { shape($0, path: path + "[]") } ?? [path + "[]"]
        case .string: [path + ": text"]
        case .bool: [path + ": flag"]
        case .null: [path + ": null"]
        default: [path + ": number"]
        }
    }

    @Test("that did not change causes no work, and the program says so") func unchanged() async throws {
        let folder = try await Loans.trained()
        let again = try await folder.martlet("run")
        #expect(again.status == 0)
        #expect(again.output == "Nothing changed: 5 steps are up to date.\n")
        let facts = try await folder.martlet("run", "--json", environment: ["MARTLET_ENGINES": "/nonexistent"]).json
        #expect(facts["unchanged"].flag == true)
        #expect(facts["steps"].elements.allSatisfy { $0["cached"].flag == true })
    }

    @Test("whose trees get another parameter has only the trees, the comparison and the gate run again") func oneParameter() async throws {
        let folder = try await Loans.trained()
        try folder.replace("num_leaves: 7", with: "num_leaves: 6")
        let stale = try await folder.martlet("status", "--json").json["out_of_date"].elements.compactMap(\.text)
        #expect(stale == ["trees", "compare", "gate"])
        let steps = try await folder.martlet("run", "--json").json["steps"].elements
        #expect(Self.executed(steps) == ["trees", "compare", "gate"])
    }

    @Test("that gets another row has everything run again, and a step named alone brings only what it needs") func changedData() async throws {
        let folder = try await Loans.trained()
        try folder.write("loans.csv", Loans.table(610))
        let one = try await folder.martlet("run", "baseline", "--json").json["steps"].elements
        #expect(Self.executed(one) == ["data", "baseline"])
        let all = try await folder.martlet("run", "--json").json["steps"].elements
        #expect(Self.executed(all) == ["trees", "compare", "gate"])
        #expect(try await folder.martlet("show", "dataset:loans", "--json").json["ref"].text == "dataset:loans@v2")
    }

    private static func executed(_ steps: [JSONValue]) -> [String] { steps.filter { $0["cached"].flag == false }.compactMap { $0["step"].text } }

    @Test("stays yellow where a person's bound is not agreed to, and turns green by charter confirm") func confirm() async throws {
        let folder = try Loans.project(objectives: "{id: ranking, metric: auc, on: test, min: 0.8}")
        let run = try await folder.martlet("run", "--json")
        let before = try await folder.martlet("status", "--json").json
        #expect(before["objectives"].elements.first?["verdict"].text == "yellow", "\(run.output)")
        #expect(try await folder.martlet("charter", "confirm").status == 0)
        _ = try await folder.martlet("run")
        let after = try await folder.martlet("status", "--json").json
        #expect(after["confirmed"].flag == true)
        #expect(after["objectives"].elements.first?["verdict"].text == "green")
        try folder.replace("min: 0.8", with: "min: 0.81")
        #expect(try await folder.martlet("status", "--json").json["confirmed"].flag == false)
    }

    @Test("A promotion is recorded, rolled back and stays in the history") func rollback() async throws {
        let folder = try await Loans.trained()
        #expect(try await folder.martlet("model", "rollback").status == 1)
        try folder.replace("num_leaves: 7", with: "num_leaves: 12")
        #expect(try await folder.martlet("run", "--quiet").status == 0)
        let back = try await folder.martlet("model", "rollback", "--json")
        #expect(try back.json["champion"].text == "model:loans@v1")
        let moves = try await folder.martlet("model", "history", "--json").json.elements
        #expect(moves.compactMap { $0["version"].int }.sorted() == [1, 1, 2])
        #expect(moves.allSatisfy { $0["by"].text == "tester" })
        #expect(try await folder.martlet("model", "promote", "model:loans@v2", "--json").status == 0)
        #expect(try await folder.martlet("show", "model:loans@champion", "--json").json["ref"].text == "model:loans@v2")
    }

    @Test("Drift is found in a shifted file (exit code 1) and not in the table itself (exit code 0)") func drift() async throws {
        let folder = try await Loans.trained()
        let shifted = Loans.rows(400, seed: 3).map { row in
            let cells = row.split(separator: ",").map(String.init)
            return ([cells[0], String((Double(cells[1]) ?? 0) + 60)] + cells[2...]).joined(separator: ",")
        }
        try folder.write("shifted.csv", ([Loans.header] + shifted).joined(separator: "\n") + "\n")
        let moved = try await folder.martlet("monitor", "drift", "--data", "shifted.csv", "--json")
        #expect(moved.status == 1, "\(moved.errors)")
        let drifted = try moved.json["columns"].elements.filter { $0["drifted"].flag == true }.compactMap { $0["column"].text ?? $0["name"].text }
        #expect(drifted == ["income"], "\(moved.output)")
        #expect(try await folder.martlet("monitor", "drift", "--data", "loans.csv").status == 0)
    }
}
