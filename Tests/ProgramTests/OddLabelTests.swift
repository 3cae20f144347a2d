import Foundation
import Support
import TestSupport
import Testing

@Suite("Odd labels", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct OddLabelTests {
    /// A project whose server has answered, and which measures accuracy and latency in production.
    private func answered() async throws -> TemporaryFolder {
        let folder = try await Loans.trained()
        let live = """
                - {id: live, metric: accuracy, on: production, window: 30d, labels_within: 14d, min: 0.5}
                - {id: fast, metric: p95_ms, on: production, window: 30d, max: 100000}
            data:
            """
        try folder.replace("data:", with: live)
        _ = try await folder.martlet("charter", "confirm")
        let server = try await LiveServer(folder)
        for person in 0..<40 { _ = try await server.infer(incomes: [50], key: "p\(person)") }
        _ = await server.interrupt()
        return folder
    }

    @Test("A label that is no class is named and left out, and the others are brought in") func labels() async throws {
        let folder = try await answered()
        try folder.write("labels.csv", "id,late\n" + (0..<40).map { "p\($0),\($0 == 7 ? "yess" : "yes")\n" }.joined())
        let brought = try await folder.martlet("feedback", "import", "labels.csv")
        #expect(brought.status == 1)
        #expect(brought.output.contains("39 labels added"), "\(brought.output)")
        #expect(brought.output.contains("labels.csv: “yess” for “p7” is none of the classes no, yes."), "\(brought.output)")
        let again = try await folder.martlet("feedback", "import", "labels.csv", "--json")
        #expect(try again.status == 1 && again.json["refused"].int == 1 && again.json["unchanged"].int == 39)
    }

    @Test("A label that was brought in before it was no class any more stops no objective") func oddLabel() async throws {
        let folder = try await answered()
        try folder.write("labels.csv", "id,late\n" + (0..<40).map { "p\($0),yes\n" }.joined())
        #expect(try await folder.martlet("feedback", "import", "labels.csv").status == 0)
        let edit = [
            "-c",
            "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute(\"UPDATE label SET value='maybe' WHERE subject='key:p7'\"); c.commit()",
        ]
        let edited = try await Child.run("/usr/bin/env", ["python3"] + edit + [folder.path(".martlet/martlet.db")])
        #expect(edited.status == 0, "\(edited.errors)")
        let check = try await folder.martlet("check")
        #expect(check.status == 0, "\(check.output)\(check.errors)")
        #expect(check.output.contains("live: ") && check.output.contains("fast: "))
        #expect(check.output.contains("The label “maybe” of “p7” is none of the classes no, yes: it is left out."), "\(check.output)")
    }

    @Test("Labels written as the source is pass the rules that the training data passed") func ruled() async throws {
        let folder = try Loans.project()
        try folder.replace("  columns:", with: "  clean: [{lowercase: [late]}, {strip_suffix: {late: .}}]\n  columns:")
        #expect(try await folder.martlet("run", "--quiet").status == 0)
        try folder.write("labels.csv", "id,late\np1,YES.\np2,no\np3,maybe.\n")
        let brought = try await folder.martlet("feedback", "import", "labels.csv")
        #expect(brought.status == 1 && brought.output.contains("2 labels added"), "\(brought.output)\(brought.errors)")
        try folder.write("labels.csv", "id,late\np1,yes\np2,no\n")
        #expect(try await folder.martlet("feedback", "import", "labels.csv", "--json").json["unchanged"].int == 2)
    }
}
