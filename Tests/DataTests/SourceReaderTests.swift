import Data
import DataTestSupport
import DuckDB
import Foundation
import Support
import Tables
import Testing

@Suite("Reading a source", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run “make setup”."))
struct SourceReaderTests {
    private func read(_ folder: String, _ change: (inout SourcePlan) -> Void = { _ in }, columns: [ColumnPlan] = [], file: String = "a.csv") throws
        -> (
            SourceFormat, SourceRead, Table
        )
    {
        var source = SourcePlan(train: [file])
        change(&source)
        let engine = try Surroundings.engine()
        let plan = DataPlan(source: source, columns: columns)
        let (format, train, _) = try SourceReader(engine: engine, plan: plan, directory: folder).read()
        return (format, train, try engine.query("SELECT * FROM \(train.table)"))
    }

    private func failure(_ text: String, _ change: (inout SourcePlan) -> Void = { _ in }) throws -> MartletError {
        try failure(bytes: Array(text.utf8), change)
    }

    private func failure(bytes: [UInt8], _ change: (inout SourcePlan) -> Void = { _ in }) throws -> MartletError {
        try Surroundings.withBytes(["a.csv": bytes]) { folder in
            try #require(Surroundings.error { _ = try read(folder, change) })
        }
    }

    @Test("Columns mean what every value says, not what a sample says")
    func kindsOverTheWholeFile() throws {
        let late = (0..<30_000).map { $0 == 29_999 ? "2.5,x9,007" : "\($0),\($0),\($0 + 1)" }
        try Surroundings.withFiles(["a.csv": "n,t,zip\n" + late.joined(separator: "\n")]) { folder in
            let (format, read, table) = try read(folder)
            #expect(format.fields.map(\.kind) == [.number, .text, .text])
            #expect(read.rows == 30_000)
            #expect(table["n"]?.numbers?.last == 2.5 && table["zip"]?.text?[29_999] == "007")
        }
    }

    @Test("Kinds: whole numbers, numbers, truth, times with and without zone, days first, long identifiers")
    func kinds() throws {
        let csv = """
            i,x,b,t,z,d,id,u,e
            1,1.5,true,2024-01-02,2024-01-02T03:04:05+02:00,31.12.2024,12345678901234567890,a,
             -2 ,-.5e3,FALSE,2024-01-02 03:04,2024-01-02T03:04:05Z,01.02.2024,2,b,
            """
        try Surroundings.withFiles(["a.csv": csv]) { folder in
            let (format, _, table) = try read(folder)
            #expect(format.fields.map(\.kind) == [.integer, .number, .boolean, .timestamp, .timestamp, .timestamp, .text, .text, .text])
            #expect(table["i"]?.numbers == [1, -2] && table["x"]?.numbers == [1.5, -500])
            #expect(table["z"]?.numbers?.first == Timestamp("2024-01-02T01:04:05Z")?.seconds)
            #expect(table["d"]?.numbers?.first == Timestamp("2024-12-31")?.seconds)
            #expect(table["e"]?.missingCount == 2)
        }
    }

    @Test("Missing markers are found behind white space, and NaN in a numeric column is missing")
    func missing() throws {
        try Surroundings.withFiles(["a.csv": "x,y\n1, ?\nNaN, b\n ?, c\n"]) { folder in
            let (format, _, table) = try read(folder, { $0.missing = ["?"] })
            #expect(format.fields.map(\.kind) == [.integer, .text] || format.fields.map(\.kind) == [.number, .text])
            #expect(table["x"]?.missingCount == 2 && table["y"]?.missingCount == 1 && table["y"]?.text?[1] == " b")
        }
    }

    @Test(
        "Any white space of Unicode may stand around a missing marker; a marker within a longer text is none",
        arguments: ["\t", "\u{B}", "\u{1F}", "\u{85}", "\u{A0}", "\u{1680}", "\u{2003}", "\u{2029}", "\u{202F}", "\u{3000}", "\u{FEFF}"])
    func whiteSpaceAroundMarkers(space: String) throws {
        let values = [
            "?", "\(space)?", "?\(space)", "\(space)?\(space)", space, "\(space) \(space)", "?a", "a?", "? ?", "\(space)a\(space)", "é?", "-9",
            "-9\(space)",
        ]
        let csv = "i,v\n" + values.enumerated().map { "\($0),\"\($1)\"\n" }.joined()
        try Surroundings.withFiles(["a.csv": csv]) { folder in
            let (_, _, table) = try read(folder, { $0.missing = ["?", "-9"] })
            let isSpace = space != "\u{1F}"
            let expected = values.map { value in
                let inner = isSpace ? value.replacing(space, with: "").replacing(" ", with: "") : value
                return ["", "?", "-9"].contains(inner) && value != "? ?" ? nil : value
            }
            #expect((0..<table.rowCount).map { table["v"]?.text?[$0] } == expected)
        }
    }

    @Test("Semicolons, tabs, decimal commas, quotes with line breaks, CRLF, a byte order mark and no last newline")
    func dialects() throws {
        try Surroundings.withFiles([
            "semi.csv": "a;b\r\n1,5;\"x;y\"\r\n1.234,25;z", "tab.tsv": "\u{FEFF}a\tb\n1\t2\n",
            "quoted.csv": "a,b\n1,\"two\nlines, \"\"said\"\" he\"\n2,x\n",
        ]) { folder in
            let (semi, _, first) = try read(folder, { $0.decimal = "," }, file: "semi.csv")
            #expect(semi.delimiter == ";" && first["a"]?.numbers == [1.5, 1234.25] && first["b"]?.text?[0] == "x;y")
            let (_, _, second) = try read(folder, file: "tab.tsv")
            #expect(second.names == ["a", "b"] && second["b"]?.numbers == [2])
            let (_, _, third) = try read(folder, file: "quoted.csv")
            #expect(third["b"]?.text?[0] == "two\nlines, \"said\" he" && third.rowCount == 2)
        }
    }

    @Test("Files without a header take names from the settings or from a file of names")
    func names() throws {
        try Surroundings.withFiles(["a.csv": "1,x\n2,y\n", "names.txt": "first\nsecond\n"]) { folder in
            #expect(try read(folder, { $0.names = ["p", "q"] }).2.names == ["p", "q"])
            #expect(try read(folder, { $0.header = .file("names.txt") }).2.names == ["first", "second"])
            #expect(try read(folder, { $0.header = .absent }).2.names == ["column_1", "column_2"])
            let error = try #require(Surroundings.error { _ = try read(folder) { $0.names = ["p", "q", "r"] } })
            #expect(error.message.contains("name 3 columns") && error.place?.file == "a.csv")
        }
    }

    @Test("A ragged row is an error with its line; with a higher limit it is kept with its reason")
    func ragged() throws {
        let csv = "a,b,c\n" + (0..<50).map { "\($0),2,x\n" }.joined() + "7,8\n" + (0..<50).map { "\($0),2,x\n" }.joined()
        let error = try failure(csv)
        #expect(error.place == SourcePlace(file: "a.csv", line: 52))
        #expect(error.message.contains("has 2 columns; the table has 3") && error.message.contains("max_rejected: 0.01"))
        try Surroundings.withFiles(["a.csv": csv]) { folder in
            let (_, read, _) = try read(folder) { $0.maximumRejected = 0.01 }
            #expect(read.rows == 100 && read.rejectedCount == 1 && read.rejected.first?.line == 52 && read.rejected.first?.text == "7,8")
        }
    }

    @Test(
        "A row with surplus columns is said to have as many as it has, quoted delimiters not counted", arguments: ["1,2,3,4", "1,\"2,2\",3,4,5,6,7"])
    func surplus(row: String) throws {
        let csv = "a,b,c\n" + String(repeating: "1,2,x\n", count: 50) + row + "\n"
        let error = try failure(csv)
        #expect(error.place == SourcePlace(file: "a.csv", line: 52))
        #expect(error.message.contains("has \(row.count == 7 ? 4 : 7) columns; the table has 3"), "\(error.message)")
    }

    @Test("What is not a table is refused in one sentence")
    func refusals() throws {
        #expect(try failure("").message.contains("is empty"))
        #expect(try failure("\n\n").message.contains("empty lines"))
        #expect(try failure("a,b\n").message.contains("a header but no rows"))
        #expect(try failure(bytes: Array("PK\u{3}\u{4}....".utf8)).message.contains("Excel"))
        #expect(try failure("a,b,A\n1,2,3\n").message.contains("Columns 1 and 3 are both called “A”"))
        let delimiter = try failure("a,b\n1,2\n") { $0.delimiter = ";" }
        #expect(delimiter.message.contains("“;” does not occur") && delimiter.message.contains("“,”"))
        let latin = try failure(bytes: Array("a,b\n1,ok\n2,caf".utf8) + [0xE9] + Array("\n3,x\n".utf8))
        #expect(latin.place?.line == 3 && latin.message.contains("encoding: latin-1"))
        let nul = try failure(bytes: Array("a,b\n1,ok\n2,x".utf8) + [0] + Array("\n".utf8))
        #expect(nul.place == SourcePlace(file: "a.csv", line: 3, column: 4))
        let quote = try failure("a,b\n1,\"ok\n2,cab\n3,x\n")
        #expect(quote.place?.line == 2 && quote.message.contains("quote"))
        let gone = Surroundings.error { _ = try Surroundings.withFiles { folder in try read(folder, file: "gone.csv") } }
        #expect(gone?.code == .notFound)
    }

    @Test("Latin-1 is read where the settings say so")
    func encoding() throws {
        try Surroundings.withBytes(["a.csv": Array("a,b\n1,caf".utf8) + [0xE9] + Array("\n".utf8)]) { folder in
            let (_, _, table) = try read(folder) { $0.encoding = "latin-1" }
            #expect(table["b"]?.text?[0] == "café")
        }
    }

    @Test("2,000 columns are read, 20,000 are refused with the reason")
    func wide() throws {
        func csv(_ count: Int) -> String {
            let row = { (value: (Int) -> String) in (0..<count).map(value).joined(separator: ",") + "\n" }
            return row { "c\($0)" } + row { "\($0)" } + row { "\($0).5" }
        }
        try Surroundings.withFiles(["a.csv": csv(2_000), "b.csv": csv(20_000)]) { folder in
            let (format, _, table) = try read(folder)
            #expect(format.fields.allSatisfy { $0.kind == .number } && table.columns.count == 2_000)
            let error = try #require(Surroundings.error { _ = try read(folder, file: "b.csv") })
            #expect(error.message.contains("20000 columns") && error.message.contains("at most 10000"))
        }
    }

    @Test("Wide tables, whose values are all looked at first, are read as narrow ones are: every form, markers, NaN, what a person decided")
    func wideLikeNarrow() throws {
        let columns: [[String]] = [
            ["1", "-2", "", "4"], ["1.5", "nan", "?", "1e3"], ["1", "2.5", "inf", ""], ["true", "FALSE", "?", "true"], ["a", " ? ", "nan", ""],
            ["2026-01-01", "2026-01-02 10:00", "", "2026-01-03T01:02:03Z"], ["2026-01-01T00:00:00+02:00", "2026-01-01", "?", ""],
            ["23.11.2026", "1.2.2026", "?", "?"], ["23/11/2026", "1/2/2026", "", "3/4/2026"], ["1", "x", "2", "3"], ["007", "1", "2", "3"],
            ["?", "", "?", "?"], ["1", "many", "?", "3"],
        ]
        func csv(_ repeats: Int) -> String {
            let names = (0..<repeats).flatMap { i in columns.indices.map { "c\($0)_\(i)" } }
            let rows = (0..<4).map { row in (0..<repeats).flatMap { _ in columns.map { $0[row] } }.joined(separator: ",") }
            return ([names.joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
        }
        let decided = [ColumnPlan("c12_0", kind: .number), ColumnPlan("c0_0", kind: .text)]
        try Surroundings.withFiles(["narrow.csv": csv(1), "wide.csv": csv(20)]) { folder in
            let narrow = try read(folder, { $0.missing = ["?"] }, columns: decided, file: "narrow.csv")
            let wide = try read(folder, { $0.missing = ["?"] }, columns: decided, file: "wide.csv")
            #expect(wide.0.fields.count == 260 && narrow.1.unreadable == wide.1.unreadable && !wide.1.unreadable.isEmpty)
            for name in narrow.2.names {
                let (a, b) = (try narrow.2.column(name), try wide.2.column(name))
                #expect(a.kind == b.kind && (0..<4).allSatisfy { a.json($0) == b.json($0) }, "\(name): \(a.kind) \(b.kind)")
            }
        }
    }

    @Test("A line of 200 MB is one clear error, wherever it stands")
    func longLine() throws {
        let long = Array(repeating: UInt8(ascii: "x"), count: 200 << 20)
        let alone = try failure(bytes: long)
        #expect(alone.message.contains("16 MB"), "\(alone.message)")
        let later = try failure(bytes: Array("a,b\n1,".utf8) + long + Array("\n2,3\n".utf8))
        #expect(later.message.contains("longer than 16 MB") && later.place?.line == 2, "\(later)")
        // A record whose quotes hold many lines is too long as well.
        let lines = Array(repeating: Array("word word word\n".utf8), count: 4_000_000).joined()
        let quoted = try failure(bytes: Array("a,b\n1,\"".utf8) + lines + Array("\"\n2,3\n".utf8))
        #expect(quoted.place?.line == 2, "\(quoted)")
    }

    @Test("Globs read files in the order of their names and refuse another header")
    func globs() throws {
        try Surroundings.withFiles(["a-2.csv": "x,y\n3,4\n", "a-1.csv": "x,y\n1,2\n", "b.csv": "y,x\n1,2\n"]) { folder in
            #expect(try read(folder, file: "a-*.csv").2["x"]?.numbers == [1, 3])
            let error = try #require(Surroundings.error { _ = try read(folder, { $0.train = ["a-1.csv", "b.csv"] }) })
            #expect(error.place?.file == "b.csv" && error.message.contains("header"))
        }
    }

    @Test("JSON lines, Parquet and gzip are read")
    func otherLayouts() throws {
        try Surroundings.withFiles(["a.jsonl": "{\"a\": 1, \"b\": \"x\"}\n{\"a\": 2.5, \"b\": null}\n", "p.csv": "a,b\n1,x\n2,y\n"]) { folder in
            let (json, _, table) = try read(folder, file: "a.jsonl")
            #expect(json.layout == .jsonLines && table["a"]?.numbers == [1, 2.5] && table["b"]?.isMissing(1) == true)
            let engine = try Surroundings.engine()
            try engine.execute("COPY (SELECT 1 AS i, 'x' AS t, DATE '2024-01-02' AS d, 1.25::DECIMAL(5,2) AS x) TO '\(folder)/a.parquet'")
            let (parquet, _, rows) = try read(folder, file: "a.parquet")
            #expect(parquet.fields.map(\.kind) == [.integer, .text, .timestamp, .number] && rows["x"]?.numbers == [1.25])
            try engine.execute("COPY (SELECT i, 'x' AS t FROM range(3) r(i)) TO '\(folder)/z.csv.gz' (header, compression gzip)")
            #expect(try read(folder, file: "z.csv.gz").2["i"]?.numbers == [0, 1, 2])
        }
    }

    @Test("A kind that a person decided makes other values missing, and says which")
    func decidedKinds() throws {
        try Surroundings.withFiles(["a.csv": "x,y\n1,1\nunknown,2\n3,x\n"]) { folder in
            let (format, read, table) = try read(folder, columns: [ColumnPlan("x", kind: .number), ColumnPlan("y", kind: .text)])
            #expect(format.fields.map(\.kind) == [.number, .text] && table["x"]?.missingCount == 1)
            #expect(read.unreadable == [UnreadableValues(column: "x", kind: "number", count: 1, examples: ["unknown"])])
        }
    }

    @Test("A test file widens the kinds of the training file")
    func testFile() throws {
        try Surroundings.withFiles(["a.csv": "x,y\n1,p\n2,q\n", "b.csv": "x,y\n1.5,p\n"]) { folder in
            let engine = try Surroundings.engine()
            let plan = DataPlan(source: SourcePlan(train: ["a.csv"], test: ["b.csv"]))
            let (format, train, test) = try SourceReader(engine: engine, plan: plan, directory: folder).read()
            #expect(format.fields.map(\.kind) == [.number, .text] && train.rows == 2 && test?.rows == 1)
            #expect(try engine.query("SELECT x FROM source_train").columns[0].kind == .number)
        }
    }

    @Test(
        "The real data sets are read as their README describes them",
        .enabled(if: Surroundings.hasData, "The real data sets are not beside the package."))
    func realData() throws {
        let (adult, train, rows) = try read(Surroundings.dataFolder, { $0.missing = ["?"] }, file: "adult-train.csv")
        #expect(!adult.hasHeader && adult.fields.count == 15 && train.rows == 32_561 && train.rejectedCount == 0)
        #expect(adult.fields[0].kind == .integer && rows.columns[1].missingCount == 1_836)
        let (pollution, _, weather) = try read(Surroundings.dataFolder, { $0.missing = ["NA"] }, file: "pollution.csv")
        #expect(pollution.hasHeader && weather.rowCount == 43_824 && weather["pm2.5"]?.missingCount == 2_067 && weather["pm2.5"]?.kind == .integer)
        for (name, count) in [("winequality-red.csv", 1_599), ("winequality-white.csv", 4_898)] {
            let (wine, read, _) = try read(Surroundings.dataFolder, file: name)
            #expect(!wine.hasHeader && wine.fields.count == 12 && read.rows == count && wine.fields.allSatisfy { $0.kind.isNumeric })
        }
    }
}
