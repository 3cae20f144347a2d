import Data
import DataTestSupport
import DuckDB
import Foundation
import Support
import Tables
import Testing

@Suite("Line ends of a source", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run “make setup”.")) struct LineEndTests {
    private static let header = "id,note,n"

    private static func rows(_ numbers: Range<Int>, end: String, note: String = "ab") -> String {
        numbers.map { "\($0),\(note),\($0 % 7)\(end)" }.joined()
    }

    /// Files of 60 rows, all with the same values of `id` and `n`.
    static let mixtures: [(name: String, text: String)] = [
        ("rows of CRLF with LF in a quoted cell", header + "\r\n" + rows(0..<60, end: "\r\n", note: "\"a\nb\"")),
        ("one row of LF among CRLF", header + "\r\n" + rows(0..<20, end: "\r\n") + rows(20..<21, end: "\n") + rows(21..<60, end: "\r\n")),
        ("one row of CRLF among LF", header + "\n" + rows(0..<20, end: "\n") + rows(20..<21, end: "\r\n") + rows(21..<60, end: "\n")),
        ("an empty line of LF at the end", header + "\r\n" + rows(0..<60, end: "\r\n") + "\n"),
        ("a file of CRLF and one of LF put together", header + "\r\n" + rows(0..<30, end: "\r\n") + rows(30..<60, end: "\n")),
        (
            "quoted cells of either end beside rows of both",
            header + "\r\n" + rows(0..<30, end: "\r\n", note: "\"a\nb\"") + rows(30..<60, end: "\n", note: "\"a\r\nb\"")
        ),
        ("LF with a CR in a quoted cell", header + "\n" + rows(0..<60, end: "\n", note: "\"a\rb\"")),
        ("a byte order mark before a quoted header", "\u{FEFF}\"id\",\"note\",\"n\"\r\n" + rows(0..<30, end: "\r\n") + rows(30..<60, end: "\n")),
    ]

    private func read(_ text: String, _ change: (inout SourcePlan) -> Void = { _ in }) throws -> (SourceRead, ids: [Double], left: [String]) {
        try Surroundings.withFiles(["a.csv": text]) { folder in
            var source = SourcePlan(train: ["a.csv"])
            change(&source)
            let temporary = "\(folder)/tmp"
            let engine = try DuckDB(locator: Surroundings.locator, threads: 2, temporaryDirectory: temporary)
            let (_, read, _) = try SourceReader(engine: engine, plan: DataPlan(source: source), directory: folder).read()
            let ids = try engine.query("SELECT id FROM \(read.table) ORDER BY rowid").columns.first?.numbers ?? []
            return (read, ids, (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? [])
        }
    }

    @Test("A mixture is read row by row", arguments: mixtures.indices) func mixture(index: Int) throws {
        let (read, ids, left) = try read(Self.mixtures[index].text)
        #expect(ids == (0..<60).map(Double.init), "\(Self.mixtures[index].name)")
        #expect(read.rejectedCount == 0)
        #expect(read.files.map(\.name) == ["a.csv"] && read.files.allSatisfy { $0.path.hasSuffix("/a.csv") })
        #expect(left.isEmpty)
    }

    @Test("Only a mixture outside quotes counts as one") func uneven() throws {
        #expect(try Self.mixtures.map { try read($0.text).0.uneven.count } == [0, 1, 1, 1, 1, 1, 0, 1])
    }

    @Test("What stands in a quoted cell is kept, also in a file that mixes line ends") func cells() throws {
        let text = Self.header + "\r\n1,\"a\r\nb\"\"\n\",2\n2,c,3\r\n"
        try Surroundings.withFiles(["a.csv": text]) { folder in
            let engine = try Surroundings.engine()
            let (_, read, _) = try SourceReader(engine: engine, plan: DataPlan(source: SourcePlan(train: ["a.csv"])), directory: folder).read()
            #expect(try engine.query("SELECT note FROM \(read.table)").columns.first?.category(0) == "a\r\nb\"\n")
        }
    }

    @Test("A row of another shape is named with its line in the file, whatever the line ends") func lines() throws {
        let text = Self.header + "\r\n" + Self.rows(0..<20, end: "\r\n", note: "\"a\nb\"") + "20,x\n" + Self.rows(21..<60, end: "\n")
        let error = try #require(Surroundings.error { _ = try read(text) })
        #expect(error.place?.line == 42, "\(error.description)")
        #expect(error.place?.file == "a.csv")
    }

    @Test("A quote in the wrong place is an error in a mixture as well") func quotes() throws {
        let text = Self.header + "\r\n" + Self.rows(0..<20, end: "\r\n") + "20,\"ab\"x,6\n" + Self.rows(21..<60, end: "\r\n")
        let error = try #require(Surroundings.error { _ = try read(text) })
        #expect(error.message.contains("quote") && error.place?.line == 22, "\(error.description)")
    }

    @Test("A mixture in UTF-16 is refused with what to do, and a row without visible characters is quoted by no empty line") func refusals() throws {
        let mixed = Self.header + "\r\n" + Self.rows(0..<30, end: "\r\n") + Self.rows(30..<60, end: "\n")
        let bytes = [UInt8](try #require(mixed.data(using: .utf16)))
        let error = try #require(
            Surroundings.error {
                try Surroundings.withBytes(["a.csv": bytes]) { folder in
                    let source = SourcePlan(train: ["a.csv"], encoding: "utf-16")
                    _ = try SourceReader(engine: try Surroundings.engine(), plan: DataPlan(source: source), directory: folder).read()
                }
            })
        #expect(error.message == "a.csv mixes line ends (CRLF and LF). Unpacked and saved as UTF-8 it is read as it is.")
        let invisible = try #require(Surroundings.error { _ = try read(Self.header + "\n" + Self.rows(0..<60, end: "\n") + "\u{1A}\n") })
        #expect(invisible.cause == nil && invisible.place?.line == 62, "\(invisible.description)")
    }

    @Test("Escapes, other quotes and files without quotes are understood") func dialects() throws {
        let escaped = Self.header + "\r\n" + Self.rows(0..<30, end: "\r\n", note: "\"a\\\"\n\"") + Self.rows(30..<60, end: "\n")
        #expect(try read(escaped) { $0.escape = "\\" }.ids.count == 60)
        let single = Self.header + "\r\n" + Self.rows(0..<30, end: "\r\n", note: "'a\nb'") + Self.rows(30..<60, end: "\n")
        #expect(try read(single) { $0.quote = "'" }.ids.count == 60)
        let none = Self.header + "\r\n" + Self.rows(0..<30, end: "\r\n", note: "\"a") + Self.rows(30..<60, end: "\n")
        #expect(try read(none) { $0.quote = "" }.ids.count == 60)
    }
}
