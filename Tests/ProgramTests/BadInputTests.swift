import Foundation
import Support
import TestSupport
import Testing

@Suite("Bad input", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct BadInputTests {
    /// A bad table: what its file holds, and the target that is asked for.
    struct Table: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: Data?
        var target = "late"
        var testDescription: String { name }

        init(_ name: String, _ text: String?, target: String = "late") {
            self.name = name
            bytes = text.map { Data($0.utf8) }
            self.target = target
        }
    }

    static let tables: [Table] = {
        let good = Loans.rows(40)
        func with(_ rows: [String]) -> String { ([Loans.header] + rows).joined(separator: "\n") + "\n" }
        func last(_ value: String) -> String { with(good.map { $0.split(separator: ",").dropLast().joined(separator: ",") + "," + value }) }
        func blank(_ row: String, _ cell: Int) -> String {
            row.split(separator: ",", omittingEmptySubsequences: false).enumerated().map { $0 == cell ? "" : String($1) }.joined(separator: ",")
        }
        var latin = Table("not-utf8", with(good))
        latin.bytes?.append(Data("p99,20,30,Gen".utf8) + Data([0xE8, 0x76, 0x65]) + Data(",A,yes\n".utf8))
        return [
            Table("missing-file", nil), Table("empty", ""), Table("header-only", Loans.header + "\n"),
            Table("ragged", with(Array(good.prefix(20)) + ["p20,31.5,40,Bern,A,yes,surplus,more"] + good.suffix(20))),
            Table("no-such-target", with(good), target: "lte"), Table("constant-target", last("yes")), Table("no-target-value", last("")),
            Table("one-class", with(good.enumerated().map { $0 % 2 == 0 ? $1 : blank($1, 5) }.map { $0.replacing(",no", with: ",yes") })),
            Table("all-missing", with(good.map { row in (0...4).reduce(row) { blank($0, $1) } })), latin,
            Table("too-wide", wide(20_000, rows: 3)),
        ]
    }()

    private static func wide(_ columns: Int, rows: Int) -> String {
        var random = RandomSource(seed: 4)
        let header = (0..<columns).map { "c\($0)" }.joined(separator: ",") + ",late\n"
        return header
            + (0..<rows).map { row in
                (0..<columns).map { _ in String(random.below(1000)) }.joined(separator: ",") + (row % 2 == 0 ? ",yes\n" : ",no\n")
            }.joined()
    }

    @Test("in the first table is one clear error, and no project is begun", arguments: tables) func first(table: Table) async throws {
        let folder = try TemporaryFolder()
        if let bytes = table.bytes { try folder.write("loans.csv", bytes) }
        let made = try await folder.martlet("init", "loans.csv", "--target", table.target)
        #expect(try differenceFromGolden("exit code \(made.status)\n\(folder.portable(made.errors))", "errors/init-\(table.name).txt") == nil)
        #expect(made.status == 1 || made.status == 2)
        #expect(made.errors.hasPrefix("error: "))
        #expect(!folder.has("martlet.yaml"))
    }

    @Test("in a later table is one clear error, and the project goes on working once it is mended", arguments: tables) func later(table: Table)
        async throws
    {
        let folder = try await Loans.trained()
        let good = try folder.read("loans.csv")
        if let bytes = table.bytes {
            try folder.write("loans.csv", bytes)
        } else {
            try folder.remove("loans.csv")
        }
        if table.target != "late" { try folder.replace("target: late", with: "target: \(table.target)") }
        let run = try await folder.martlet("run", "--quiet")
        #expect(try differenceFromGolden("exit code \(run.status)\n\(folder.portable(run.errors))", "errors/run-\(table.name).txt") == nil)
        #expect(run.status == 1)
        if table.target != "late" { try folder.replace("target: \(table.target)", with: "target: late") }
        try folder.write("loans.csv", good)
        #expect(try await folder.martlet("show", "model:loans@champion", "--json").json["ref"].text == "model:loans@v1")
        let again = try await folder.martlet("run")
        #expect(again.status == 0, "\(again.errors)")
        #expect(try folder.files(under: ".martlet/objects/tmp").isEmpty)
    }

    @Test("A column without any value is said by init, and the run works") func missingColumn() async throws {
        let rows = Loans.rows(300).map { $0.replacing(",A,", with: ",,").replacing(",B,", with: ",,").replacing(",C,", with: ",,") }
        let folder = try TemporaryFolder(["loans.csv": ([Loans.header] + rows).joined(separator: "\n") + "\n"])
        let made = try await folder.martlet("init", "loans.csv", "--target", "late")
        #expect(made.status == 0, "\(made.errors)")
        #expect((made.output + made.errors).contains("grade"))
        let run = try await folder.martlet("run")
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test("2,000 columns work") func twoThousandColumns() async throws {
        let folder = try TemporaryFolder(["loans.csv": Self.wide(2_000, rows: 60)])
        #expect(try await folder.martlet("init", "loans.csv", "--target", "late").status == 0)
        let run = try await folder.martlet("run", "--json")
        #expect(run.status == 0 || run.status == 3, "\(run.errors)")
        #expect(try run.json["leaderboard"].elements.contains { $0["step"].text == "trees" })
    }

    @Test("5,000 columns are profiled and learnt from") func fiveThousandColumns() async throws {
        let folder = try TemporaryFolder(["loans.csv": Self.wide(5_000, rows: 200)])
        #expect(try await folder.martlet("init", "loans.csv", "--target", "late").status == 0)
        let run = try await folder.martlet("run", "data", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let profile = try await folder.martlet("data", "profile", "loans.csv", "--json").json
        #expect(profile["rows"].int == 200 && profile["columns"].elements.count >= 5_000, "\(profile["rows"])")
        #expect(profile["columns"].elements.allSatisfy { $0["count"].int == 200 })
    }

    @Test("A misspelt key of martlet.yaml is named with line, column and the right spelling") func typo() async throws {
        let folder = try Loans.project()
        try folder.replace("pipeline:", with: "pipelin:")
        let misspelt = try await folder.martlet("run")
        #expect(misspelt.status == 1)
        #expect(try differenceFromGolden(misspelt.errors, "errors/yaml-key.txt") == nil)
        try folder.replace("pipelin:", with: "pipeline:")
        try folder.replace("num_leaves: 7", with: "num_leafs: 7")
        #expect(try differenceFromGolden(try await folder.martlet("run").errors, "errors/yaml-parameter.txt") == nil)
        try folder.replace("num_leafs: 7", with: "num_leaves: 7")
        try folder.replace("metric: auc", with: "metric: acu")
        #expect(try differenceFromGolden(try await folder.martlet("charter", "check").errors, "errors/yaml-metric.txt") == nil)
        try folder.replace("metric: acu", with: "metric: [auc")
        #expect(try differenceFromGolden(try await folder.martlet("status").errors, "errors/yaml-syntax.txt") == nil)
        try folder.replace("metric: [auc", with: "metric: auc")
        #expect(try await folder.martlet("run", "--quiet").status == 0)
    }

    @Test("A missing engine is exit code 4, with how to get it, and the rest works") func missingEngine() async throws {
        let folder = try TemporaryFolder(["loans.csv": Loans.table()])
        let away = try TemporaryFolder()
        let copy = away.path("martlet")
        try FileManager.default.copyItem(atPath: try #require(Program.path), toPath: copy)
        let nothing = ["MARTLET_ENGINES": "/nonexistent"]
        let made = try await Program.run(["init", "loans.csv", "--target", "late"], in: folder.path, environment: nothing, program: copy)
        #expect(made.status == 4, "\(made.errors)")
        #expect(try differenceFromGolden(folder.portable(away.portable(made.errors)), "errors/missing-engine.txt") == nil)
        #expect(try await folder.martlet("init", "loans.csv", "--target", "late").status == 0)
        #expect(try await Program.run(["run"], in: folder.path, environment: nothing, program: copy).status == 4)
        #expect(try await Program.run(["status"], in: folder.path, environment: nothing, program: copy).status == 0)
        #expect(try await folder.martlet("run", "--json").json["leaderboard"].elements.contains { $0["step"].text == "trees" })
    }

    @Test(
        "A full disk is one clear error, and the project works again when there is room",
        .enabled(if: SmallDisk.isPossible, "Only root can mount a small disk."))
    func fullDisk() async throws {
        let disk = try SmallDisk(megabytes: 2)
        let project = try Loans.project()
        for name in ["loans.csv", "martlet.yaml"] { try disk.folder.write(name, try project.read(name)) }
        disk.fill("filler", leaving: 200_000)
        let full = try await disk.folder.martlet("run", "--quiet")
        #expect(full.status == 1, "\(full.errors)")
        #expect(full.errors.hasPrefix("error: "))
        #expect(full.errors.lowercased().contains("space") || full.errors.lowercased().contains("full"), "\(full.errors)")
        try disk.folder.remove("filler")
        let again = try await disk.folder.martlet("run", "--quiet")
        #expect(again.status == 0, "\(again.errors)")
        #expect(try disk.folder.files(under: ".martlet/objects/tmp").isEmpty)
    }
}
