import Foundation
import Support
import Testing

@Suite("Killed", .enabled(if: Program.isComplete, "\(Program.absence)")) struct CrashTests {
    @Test("five times at random moments, a run still comes to the end, repeats no finished step and leaves nothing half-written") func run() throws {
        let folder = try Loans.project()
        var random = RandomSource(seed: 11)
        var kills = 0
        for round in 0..<5 {
            try folder.write(Loans.table(600 + round), "loans.csv")
            let child = try folder.start("run")
            if !child.ends(withinMilliseconds: random.below(600)) { child.signal(SIGKILL) }
            kills += try child.end().status == -SIGKILL ? 1 : 0
            let stale = try folder.martlet("status", "--json").json["out_of_date"].elements.compactMap(\.text)
            let run = try folder.martlet("run", "--json")
            #expect(run.status == 0, "\(run.errors)")
            let executed = try run.json["steps"].elements.filter { $0["cached"].flag == false }.compactMap { $0["step"].text }
            #expect(executed == stale)
            #expect(folder.files(under: ".martlet/objects/tmp").isEmpty)
        }
        #expect(kills > 0)
        #expect(try folder.martlet("run", "--json").json["unchanged"].flag == true)
        #expect(try folder.martlet("predict", "model:loans@champion", "loans.csv").status == 0)
    }

    @Test("after a step is done, the next run takes that step as done") func finishedStep() throws {
        let folder = try Loans.project()
        let child = try folder.start("run")
        #expect(child.note("✓ baseline"))
        child.signal(SIGKILL)
        _ = try child.end()
        let steps = try folder.martlet("run", "--json").json["steps"].elements
        let cached = steps.filter { $0["cached"].flag == true }.compactMap { $0["step"].text }
        #expect(cached.starts(with: ["data", "baseline"]))
    }

    @Test("three times under load, a server loses no more than it counts, and finds every prediction it kept") func serve() throws {
        let folder = try Loans.trained()
        var random = RandomSource(seed: 23)
        var answered: [String] = []
        var counted = 0
        for _ in 0..<3 {
            let server = try LiveServer(folder)
            let first = try server.infer(incomes: (0..<20).map(Double.init))[0]
            answered.append(first)
            var isWritten = false
            for _ in 0..<500 where !isWritten {
                answered += try server.infer(incomes: (0..<20).map(Double.init)).prefix(1)
                isWritten = try folder.martlet("why", "prediction:\(first)").status == 0
            }
            #expect(isWritten, "What was answered long ago is in the log while the server runs.")
            for _ in 0..<random.below(12) { answered += try server.infer(incomes: (0..<20).map(Double.init)).prefix(1) }
            server.child.signal(SIGKILL)
            #expect(try server.child.end().status == -SIGKILL)
            let next = try LiveServer(folder)
            let end = try next.interrupt()
            #expect(end.status == 0)
            counted += Self.lost(end.errors)
        }
        let kept = try folder.martlet("monitor", "drift", "--json").json["rows"].int ?? 0
        #expect(kept + counted == 20 * answered.count)
        let found = try answered.filter { try folder.martlet("why", "prediction:\($0)", "--json").status == 0 }.count
        #expect(found == kept / 20)
    }

    /// The number in “The last server died with N predictions not yet written”.
    private static func lost(_ notes: String) -> Int {
        guard let words = notes.split(separator: "died with ").dropFirst().first else { return 0 }
        return words.split(separator: " ").first.flatMap { Int($0) } ?? 0
    }
}
