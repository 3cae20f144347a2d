import Foundation
import Support
import TestSupport
import Testing

@Suite("The gate", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct GateTests {
    @Test("refuses what misses an objective: exit code 3, with the reason, and again when nothing changed") func refusal() async throws {
        let folder = try Loans.project(objectives: "{id: gain, metric: auc, on: test, versus: baseline, min_gain: 0.9}")
        for _ in 0..<2 {
            let run = try await folder.martlet("run", "--json")
            #expect(run.status == 3)
            let gate = try run.json["gate"]
            #expect(gate["passed"].flag == false)
            #expect(gate["reasons"].elements.first?.text?.contains("gain") == true)
            #expect(gate["champion"].isNull)
            #expect(try JSONValue(parsing: run.errors)["error"]["code"].text == "refused")
        }
        let promote = try await folder.martlet("model", "promote", "model:loans@v1")
        #expect(promote.status == 3)
        #expect(promote.errors.contains("gain"))
    }

    @Test("keeps the champion where a challenger is refused") func keepsChampion() async throws {
        let folder = try await Loans.trained()
        try folder.replace("min_gain: 0.05", with: "min_gain: 0.9")
        try folder.replace("num_leaves: 7", with: "num_leaves: 9")
        #expect(try await folder.martlet("run", "--quiet").status == 3)
        #expect(try await folder.martlet("show", "model:loans@champion", "--json").json["ref"].text == "model:loans@v1")
    }

    @Test("refuses where a JUnit report holds a failed test, and passes where all hold") func junit() async throws {
        let folder = try Loans.project(steps: "  - {id: tests, run: cp report.xml out.xml, deps: [report.xml], junit: out.xml}")
        let failed = "<testcase name=\"ages\" classname=\"t\"><failure message=\"too old\">-1</failure></testcase>"
        try folder.write("report.xml", "<testsuite tests=\"2\" failures=\"1\"><testcase name=\"rows\" classname=\"t\"/>\(failed)</testsuite>")
        let refused = try await folder.martlet("run")
        #expect(refused.status == 3)
        #expect(refused.errors.contains("ages"))
        try folder.write("report.xml", "<testsuite tests=\"1\"><testcase name=\"rows\" classname=\"t\"/></testsuite>")
        #expect(try await folder.martlet("run").status == 0)
    }

    @Test("A run that is stopped stops the command of its step, says what is kept, and is recorded as interrupted") func stopped() async throws {
        let folder = try Loans.project(steps: "  - {id: endless, run: \"echo $$ > number; exec sleep 600\"}")
        let child = try folder.start("run")
        var text = ""
        while text.isEmpty {
            await Task.yield()
            if folder.has("number") { text = try folder.read("number") }
        }
        child.signal(SIGINT)
        let end = await child.end()
        #expect(end.status == -SIGINT && end.errors.contains("Stopped. Finished steps are kept"), "\(end)")
        let number = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        // Whoever inherits what was stopped may take a moment to bury it.
        for _ in 0..<600 where kill(-number, 0) == 0 { try await Task.sleep(for: .milliseconds(100)) }
        #expect(kill(-number, 0) == -1 && errno == ESRCH, "Nothing of the command is left.")
        #expect(try await folder.martlet("status", "--json").json["run"]["status"].text == "interrupted")
    }

    @Test("A command that fails is an error with its place, its exit code and its last lines") func failedCommand() async throws {
        let folder = try Loans.project(steps: "  - {id: broken, run: \"echo no such column; exit 7\"}")
        let run = try await folder.martlet("run", "--quiet")
        #expect(run.status == 1)
        for part in ["broken", "martlet.yaml:", "exit code 7", "no such column", ".martlet/logs/broken.log"] {
            #expect(run.errors.contains(part), "\(run.errors)")
        }
    }

    @Test("An ONNX file that a command writes joins the comparison and can win") func foreignModel() async throws {
        let maker = try await Loans.trained()
        let digest = try #require(try await maker.martlet("show", "model:loans@champion", "--json").json["digest"].text)
        let graph = try Data(contentsOf: URL(filePath: maker.path(".martlet/objects/\(digest.prefix(2))/\(digest.dropFirst(2))")))
        let folder = try TemporaryFolder(["loans.csv": Loans.table()])
        let step = "  - {id: forest, run: \"test -s $MARTLET_TRAIN && cp given.onnx forest.onnx\", deps: [given.onnx], outs: [forest.onnx]}"
        let trees = "  - {id: trees, uses: train/lightgbm, with: {num_leaves: 7, num_iterations: 60}}\n"
        try folder.write("martlet.yaml", Loans.settings(steps: step).replacing(trees, with: ""))
        try folder.write("given.onnx", graph)
        let run = try await folder.martlet("run", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let board = try run.json["leaderboard"].elements
        #expect(board.compactMap { $0["step"].text } == ["forest", "baseline"])
        #expect(board.first?["trainer"].text == "command")
        try folder.write("given.onnx", "not a graph")
        let bad = try await folder.martlet("run")
        #expect(bad.status == 1)
        #expect(bad.errors.contains("forest.onnx"))
    }
}
