import Foundation
import Support
import TestSupport
import Testing

@Suite("Killed", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct CrashTests {
    /// How often each test kills: `MARTLET_KILLS`, or five times. `make soak` sets it to 100.
    static let kills = ProcessInfo.processInfo.environment["MARTLET_KILLS"].flatMap { Int($0) } ?? 5

    @Test("at random moments, a run still comes to the end, repeats no finished step and leaves nothing half-written") func run() async throws {
        let folder = try Loans.project()
        var random = RandomSource(seed: 11)
        var hits = 0
        for round in 0..<20 * Self.kills where hits < Self.kills {
            try folder.write("loans.csv", Loans.table(600 + round))
            let child = try folder.start("run")
            child.stop(afterMilliseconds: random.below(600))
            hits += await child.end().status == -SIGKILL ? 1 : 0
            let stale = try await folder.martlet("status", "--json").json["out_of_date"].elements.compactMap(\.text)
            let record = try await folder.martlet("audit", "verify")
            #expect(record.status == 0, "\(record.output)")
            let run = try await folder.martlet("run", "--json")
            #expect(run.status == 0, "\(run.errors)")
            let executed = try run.json["steps"].elements.filter { $0["cached"].flag == false }.compactMap { $0["step"].text }
            #expect(executed == stale)
            #expect(try folder.files(under: ".martlet/objects/tmp").isEmpty)
        }
        #expect(hits == Self.kills, "The other runs ended before they were killed.")
        #expect(try await folder.martlet("run", "--json").json["unchanged"].flag == true)
        #expect(try await folder.martlet("predict", "model:loans@champion", "loans.csv").status == 0)
    }

    @Test("after a step is done, the next run takes that step as done") func finishedStep() async throws {
        for _ in 0..<max(1, Self.kills / 5) {
            let folder = try Loans.project()
            let child = try folder.start("run")
            #expect(await child.noted("✓ baseline") != nil)
            child.signal(SIGKILL)
            _ = await child.end()
            let steps = try await folder.martlet("run", "--json").json["steps"].elements
            let cached = steps.filter { $0["cached"].flag == true }.compactMap { $0["step"].text }
            #expect(cached.starts(with: ["data", "baseline"]))
        }
    }

    @Test("under load, a server loses no more than it counts, and finds every prediction it kept") func serve() async throws {
        let folder = try await Loans.trained()
        var random = RandomSource(seed: 23)
        var answered: [String] = []
        var counted = 0
        for _ in 0..<Self.kills {
            let server = try await LiveServer(folder)
            let first = try await Self.ask(server)
            answered.append(first)
            var isWritten = false
            for _ in 0..<500 where !isWritten {
                answered.append(try await Self.ask(server))
                isWritten = try await folder.martlet("why", "prediction:\(first)").status == 0
            }
            #expect(isWritten, "What was answered long ago is in the log while the server runs.")
            for _ in 0..<random.below(12) { answered.append(try await Self.ask(server)) }
            server.child.signal(SIGKILL)
            #expect(await server.child.end().status == -SIGKILL)
            let end = try await LiveServer(folder).interrupt()
            #expect(end.status == 0)
            counted += Self.lost(end.errors)
        }
        let kept = try await folder.martlet("monitor", "drift", "--json").json["rows"].int ?? 0
        #expect(kept + counted == 20 * answered.count)
        var found = 0
        for id in answered { found += try await folder.martlet("why", "prediction:\(id)", "--json").status == 0 ? 1 : 0 }
        #expect(found == kept / 20)
    }

    /// Asks for twenty rows.
    /// - Returns: the ID of the first.
    private static func ask(_ server: LiveServer) async throws -> String {
        try #require(try await server.infer(incomes: (0..<20).map(Double.init)).first)
    }

    /// The number in “The last server died with N predictions not yet written”.
    private static func lost(_ notes: String) -> Int {
        guard let words = notes.split(separator: "died with ").dropFirst().first else { return 0 }
        return words.split(separator: " ").first.flatMap { Int($0) } ?? 0
    }
}
