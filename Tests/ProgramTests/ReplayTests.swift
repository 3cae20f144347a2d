import Foundation
import Support
import TestSupport
import Testing

private let packages = Program.root + "/.setup/python"
private let hasSklearn = FileManager.default.fileExists(atPath: packages + "/sklearn")

/// Traffic that v1 answered, single rows and a batch, some of it with labels.
private struct Traffic {
    let two: TwoVersions
    let server: LiveServer
    let incomes: [Double] = (0..<400).map { 10 + Double($0 * 7919 % 8000) / 100 }
    private(set) var ids: [String] = []

    init(objectives: String = "") async throws {
        two = try await TwoVersions(objectives: objectives)
        server = try await LiveServer(two.folder)
        for income in incomes.prefix(60) { ids += try await two.ask(server, incomes: [income]).ids }
        ids += try await two.ask(server, incomes: Array(incomes.dropFirst(60))).ids
        let truths = zip(ids, incomes).prefix(200).map { id, income in "\(id),\(abs(income - 50) < 18 ? "yes" : "no")" }
        try two.folder.write("labels.csv", (["prediction_id,label"] + truths).joined(separator: "\n") + "\n")
        let imported = try await two.folder.martlet("feedback", "import", "labels.csv")
        guard imported.status == 0 else { throw ChildFailure(description: imported.output + imported.errors) }
    }

    /// What a version answers to the same rows, as a file.
    func predict(_ version: Int) async throws -> String {
        let rows = ["income,age,city,grade"] + incomes.map { "\($0),40,Bern,A" }
        try two.folder.write("asked.csv", rows.joined(separator: "\n") + "\n")
        let outcome = try await two.folder.martlet("predict", "model:loans@v\(version)", "asked.csv", "-o", "v\(version).csv")
        guard outcome.status == 0 else { throw ChildFailure(description: outcome.output + outcome.errors) }
        return two.folder.path("v\(version).csv")
    }
}

@Suite("Traffic that is asked again", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct ReplayTests {
    @Test("The version that answered answers the same to the last bit, through the folder and through the server") func same() async throws {
        let traffic = try await Traffic(objectives: "{id: live, metric: accuracy, on: production, window: 1h, min: 0.7}")
        // The server writes what waits first.
        for words in [["--url", "http://127.0.0.1:\(traffic.server.port)"], []] {
            let outcome = try await Program.run(["replay", "model:loans@v1", "--json"] + words, in: traffic.two.folder.path)
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            let report = try outcome.json
            #expect(report["rows"].int == 400 && report["replayed"].int == 400 && report["skipped"].elements.isEmpty)
            #expect(report["comparison"]["disagreements"].int == 0 && report["comparison"]["labelled"].int == 400)
            #expect(report["comparison"]["identical"].int == 400 && report["comparison"]["greatest_difference"].double == 0)
            #expect(report["answered_then"].elements.first?["model"].text == "loans@v1")
            #expect(report["quality"]["labelled"].int == 200)
            #expect(report["quality"]["metrics"].elements.allSatisfy { $0["then"] == $0["now"] })
            #expect(report["checks"].elements.first?["verdict"].text == "green", "\(report["checks"])")
            #expect((report["latency"]["model_alone"]["count"].int ?? 0) > 0 && (report["latency"]["requests_then"]["count"].int ?? 0) == 400)
        }
        let newest = try await traffic.two.folder.martlet("replay", "loans@v1", "--limit", "30", "--json").json
        #expect(newest["rows"].int == 30 && newest["replayed"].int == 30)
        let before = try await traffic.two.folder.martlet("replay", "loans@v1", "--to", "1h")
        #expect(before.status == 0 && before.output.contains("Nothing was logged in that time"), "\(before.output)")
        let log = try await traffic.two.folder.martlet("audit", "log", "--kind", "model.replayed", "--json")
        #expect(log.output.contains("model:loans@v1"))
        #expect(await traffic.server.interrupt().status == 0)
        #expect(try await traffic.two.folder.martlet("audit", "verify").status == 0)
    }

    @Test("Another version's differences, quality and verdict are those that Python finds", .enabled(if: hasSklearn)) func another() async throws {
        let traffic = try await Traffic(objectives: "{id: live, metric: log_loss, on: production, window: 1h, max: 0.0001}")
        #expect(await traffic.server.interrupt().status == 0)
        let outcome = try await traffic.two.folder.martlet("replay", "model:loans@v2", "--json", "--beyond", "0.02")
        #expect(outcome.status == 1, "\(outcome.output)\(outcome.errors)")
        let report = try outcome.json
        let script = """
            import csv, json, sys, numpy as np
            from sklearn.metrics import accuracy_score, roc_auc_score, log_loss
            read = lambda path: list(csv.DictReader(open(path)))
            then, now, truth = read(sys.argv[1]), read(sys.argv[2]), read(sys.argv[3])
            p, q = (np.array([float(row["probability"]) for row in rows]) for rows in (then, now))
            d = np.abs(p - q)
            pairs = {}
            for a, b in zip(then, now): pairs[a["label"] + ">" + b["label"]] = pairs.get(a["label"] + ">" + b["label"], 0) + 1
            y = np.array([row["label"] == "yes" for row in truth]); n = len(y)
            score = lambda rows, s: [accuracy_score(y, [row["label"] == "yes" for row in rows[:n]]), roc_auc_score(y, s[:n]), log_loss(y, s[:n])]
            print(json.dumps({"pairs": pairs, "mean": d.mean(), "max": d.max(), "beyond": int((d > 0.02).sum()),
                "identical": int((p == q).sum()), "then": score(then, p), "now": score(now, q)}))
            """
        let found = try await Child.run(
            "/usr/bin/env",
            ["python3", "-c", script, traffic.predict(1), traffic.predict(2), traffic.two.folder.path("labels.csv")],
            environment: Program.environment(["PYTHONPATH": packages]))
        let python = try found.json
        let ours = report["comparison"]
        for pair in ours["labels"].elements {
            #expect(python["pairs"]["\(pair["then"].text ?? "")>\(pair["now"].text ?? "")"].int == pair["rows"].int)
        }
        #expect(ours["labels"].elements.reduce(0) { $0 + ($1["rows"].int ?? 0) } == 400)
        #expect(ours["beyond"].int == python["beyond"].int && ours["identical"].int == python["identical"].int)
        #expect((ours["beyond"].int ?? 0) > 0, "Versions that are alike would show nothing.")
        #expect(abs((ours["mean_difference"].double ?? 9) - (python["mean"].double ?? 0)) < 1e-12)
        #expect(ours["greatest_difference"].double == python["max"].double)
        for (place, metric) in ["accuracy", "auc", "log_loss"].enumerated() {
            let values = try #require(report["quality"]["metrics"].elements.first { $0["metric"].text == metric }, "\(report["quality"])")
            for side in ["then", "now"] {
                let theirs = try #require(python[side].elements[place].double)
                #expect(abs((values[side]["value"].double ?? 9) - theirs) < 1e-9, "\(metric) \(side)")
            }
        }
        #expect(report["checks"].elements.first?["verdict"].text == "red")
        #expect(report["latency"]["answered_then_alone"]["version"].int == 1)
        let text = try await traffic.two.folder.martlet("replay", "model:loans@v2")
        #expect(text.status == 1 && text.output.contains("400 of 400 asked again") && text.output.contains("✗ live"), "\(text.output)")
        let farthest = try #require(ours["farthest"].elements.first?["id"].text)
        #expect(try await traffic.two.folder.martlet("why", "prediction:\(farthest)").status == 0)
    }
}
