import Foundation
import Support
import TestSupport
import Testing

@Suite("A table as other programs write it", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct RoughTableTests {
    /// The small table as a spreadsheet exports it: rows end with CRLF, a quoted remark holds LF, and another export was put behind it.
    private static func spreadsheet(_ count: Int = 600) -> String {
        let rows = Loans.rows(count).enumerated().map { row, text in
            (row % 5 == 0 ? "\"first\nsecond\"," : "none,") + text + (row < count * 2 / 3 ? "\r\n" : "\n")
        }
        return "remark," + Loans.header + "\r\n" + rows.joined() + "\n"
    }

    @Test("of mixed line ends, also compressed, is looked at, learnt from, answered and labelled", arguments: ["loans.csv", "loans.csv.gz"])
    func lineEnds(name: String) async throws {
        let folder = try TemporaryFolder(["loans.csv": Self.spreadsheet()])
        if name.hasSuffix(".gz") { _ = try await Child.run("/usr/bin/env", ["gzip", "loans.csv"], in: folder.path) }
        let made = try await folder.martlet("init", name, "--target", "late")
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("\(name) mixes line ends"), "\(made.output)")
        let run = try await folder.martlet("run", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        let predicted = try await folder.martlet("predict", "model:\(try Self.name(folder))@champion", name)
        #expect(predicted.status == 0, "\(predicted.errors)")
        #expect(predicted.output.split(separator: "\n").count == 601)
        try folder.write("labels.csv", "id,late\r\np1,yes\r\np2,no\n\n")
        let labels = try await folder.martlet("feedback", "import", "labels.csv", "--json")
        #expect(try labels.status == 0 && labels.json["added"].int == 2, "\(labels.errors)")
        #expect(try folder.files(under: ".martlet/tmp").isEmpty)
    }

    private static func name(_ folder: TemporaryFolder) throws -> String {
        let line = try folder.read("martlet.yaml").split(separator: "\n").first { $0.hasPrefix("project: ") } ?? ""
        return String(line.dropFirst("project: ".count))
    }

    @Test("in another encoding is refused with the option that reads it", arguments: ["latin-1", "utf-16"]) func encodings(encoding: String)
        async throws
    {
        let text = Loans.table(300).replacing("Genf", with: "Genève")
        let folder = try TemporaryFolder()
        try folder.write("loans.csv", try #require(text.data(using: encoding == "utf-16" ? .utf16 : .isoLatin1)))
        let refused = try await folder.martlet("init", "loans.csv", "--target", "late")
        #expect(refused.status == 1 && refused.errors.contains("--encoding \(encoding)"), "\(refused.errors)")
        #expect(!refused.errors.contains("cause: \n"), "\(refused.errors)")
        let made = try await folder.martlet("init", "loans.csv", "--target", "late", "--encoding", encoding)
        #expect(made.status == 0, "\(made.errors)")
        #expect(try folder.read("martlet.yaml").contains("encoding: \(encoding)"))
        #expect(try await folder.martlet("run", "--quiet").status == 0)
        #expect(try await folder.martlet("init", "loans.csv", "--target", "late", "--encoding", "latin1").errors.contains("Did you mean"))
    }

    @Test("may be looked at again beside the project that it was made into; only writing is refused") func rehearsal() async throws {
        let folder = try Loans.project()
        let before = try folder.read("martlet.yaml")
        let looked = try await folder.martlet("init", "loans.csv", "--target", "late", "--dry-run")
        #expect(looked.status == 0 && looked.output.contains("charter:"), "\(looked.errors)")
        #expect(try folder.read("martlet.yaml") == before)
        #expect(try await folder.martlet("init", "loans.csv", "--target", "late").status == 1)
    }

    @Test("whose classes differ in capitals only, that is given twice, or that holds free text, is asked about") func questions() async throws {
        let rows = Loans.rows(400).enumerated().map { "remark \($0 % 150)," + ($0 % 9 == 0 ? $1.replacing(",yes", with: ",Yes") : $1) }
        let folder = try TemporaryFolder(["loans.csv": (["note," + Loans.header] + rows).joined(separator: "\n") + "\n"])
        let made = try await folder.martlet("init", "loans.csv", "loans.csv", "--target", "late")
        #expect(made.status == 0, "\(made.errors)")
        #expect(
            made.output.contains("please say: “Yes” and “yes” differ in capitals only") || made.output.contains("please say: “yes” and “Yes” differ"))
        #expect(made.output.contains("look at: loans.csv is given 2 times"), "\(made.output)")
        #expect(made.output.contains("look at: “note” looks like free text: 150 different values in 800 rows"), "\(made.output)")
    }
}
