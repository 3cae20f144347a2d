import DuckDB
import EngineHeaders
import EngineLibraries
import Foundation
import Support
import Synchronization
import Tables
import Testing

@Suite("DuckDB through its C interface", .enabled(if: Surroundings.has(.duckdb), "DuckDB is not installed; run make setup"))
struct DuckDBTests {
    let engine = Result { try DuckDB(locator: Surroundings.locator) }

    @Test("The structs have the sizes of the interface")
    func sizes() {
        #expect(MemoryLayout<martlet_duckdb_result>.size == 48)
        #expect(MemoryLayout<martlet_duckdb_string>.size == 16)
        #expect(MemoryLayout<martlet_duckdb_hugeint>.size == 16)
    }

    @Test("The self-test of the interface passes and names the version")
    func selfTest() throws { #expect(try DuckDB.selfTest(locator: Surroundings.locator) == "v2.0.0") }

    @Test(
        "Integers, floats and decimals of every width arrive as doubles, NULL as NaN",
        arguments: [
            ("TINYINT", "-7", -7.0, ColumnKind.integer), ("SMALLINT", "-300", -300, .integer), ("INTEGER", "70000", 70000, .integer),
            ("BIGINT", "9007199254740991", 9_007_199_254_740_991, .integer), ("UTINYINT", "200", 200, .integer),
            ("USMALLINT", "60000", 60000, .integer), ("UINTEGER", "4000000000", 4_000_000_000, .integer),
            ("UBIGINT", "18446744073709551615", 0x1p64, .integer),
            ("HUGEINT", "-170141183460469231731687303715884105727", -0x1p127, .integer),
            ("UHUGEINT", "340282366920938463463374607431768211455", 0x1p128, .integer), ("FLOAT", "0.25", 0.25, .number),
            ("DOUBLE", "0.1", 0.1, .number), ("DECIMAL(4,1)", "-12.5", -12.5, .number), ("DECIMAL(9,3)", "1234.567", 1234.567, .number),
            ("DECIMAL(18,2)", "0.07", 0.07, .number), ("DECIMAL(38,4)", "-99.0001", -99.0001, .number), ("BOOLEAN", "true", 1, .boolean),
        ])
    func numbers(type: String, literal: String, value: Double, kind: ColumnKind) throws {
        let table = try engine.get().query("SELECT x::\(type) AS x FROM (VALUES ('\(literal)'), (NULL)) t(x)")
        let column = try table.column("x")
        #expect(column.kind == kind)
        #expect(column.numbers?.first == value)
        #expect(column.numbers?.last?.isNaN == true)
    }

    @Test(
        "Dates and times arrive as seconds in UTC",
        arguments: [
            ("DATE", "2026-11-23", "2026-11-23T00:00:00Z"), ("TIMESTAMP", "2026-11-23 21:36:00.123456", "2026-11-23T21:36:00.123456Z"),
            ("TIMESTAMP_S", "1969-12-31 23:59:59", "1969-12-31T23:59:59Z"), ("TIMESTAMP_MS", "2026-11-23 21:36:00.5", "2026-11-23T21:36:00.500000Z"),
            ("TIMESTAMP_NS", "2026-11-23 21:36:00.25", "2026-11-23T21:36:00.250000Z"),
            ("TIMESTAMPTZ", "2026-11-23 21:36:00+02", "2026-11-23T19:36:00Z"),
        ])
    func times(type: String, literal: String, expected: String) throws {
        let column = try engine.get().query("SELECT '\(literal)'::\(type) AS x").column("x")
        #expect(column.kind == .timestamp)
        #expect(column.json(0) == .string(expected))
    }

    @Test("Times that are infinite or beyond what a timestamp holds are missing", arguments: ["infinity", "-infinity", "5881580-07-10"])
    func distantTimes(literal: String) throws {
        let table = try engine.get().query("SELECT '\(literal)'::DATE AS d, DATE '290301-01-01' AS e")
        #expect(try table.column("d").isMissing(0))
        #expect(try !table.column("e").isMissing(0))
    }

    @Test("Text of 0, 12, 13 and 4,000 bytes, accents, NUL and NULL arrive unchanged, in order of first appearance")
    func text() throws {
        let column = try engine.get().query(
            """
            SELECT x FROM (VALUES (1, ''), (2, 'twelve bytes'), (3, 'thirteen byte'), (4, repeat('long ', 800)), (5, 'Grüße 🐦'),
              (6, 'a' || chr(0) || 'b'), (7, NULL), (8, 'twelve bytes'), (9, repeat('long ', 800)), (10, repeat('long ', 799) || 'lonG '))
              t(i, x) ORDER BY i
            """
        ).column("x")
        let long = String(repeating: "long ", count: 800)
        let expected: [String?] = ["", "twelve bytes", "thirteen byte", long, "Grüße 🐦", "a\0b", nil, "twelve bytes", long, long.dropLast(2) + "G "]
        #expect(column == Column("x", strings: expected))
    }

    @Test("A hundred thousand distinct texts keep their codes apart")
    func manyTexts() throws {
        let sql = "SELECT CASE WHEN i % 2 = 0 THEN 'k' || i ELSE 'a longer key number ' || i END AS x FROM range(100000) t(i) ORDER BY i"
        let text = try #require(try engine.get().query(sql).column("x").text)
        #expect(text.codes == Array(0..<100_000))
        #expect(text.dictionary[99_998] == "k99998")
        #expect(text.dictionary[99_999] == "a longer key number 99999")
    }

    @Test("Enumerations keep their dictionary; other types come as the engine's text")
    func otherTypes() throws {
        let table = try engine.get().query(
            """
            SELECT 'b'::ENUM('a', 'b') AS e, [1, 2] AS l, {'x': 1} AS s, TIME '01:02:03' AS t, INTERVAL 3 DAY AS i, NULL AS n,
              '00000000-0000-0000-0000-000000000001'::UUID AS u, 7 AS "7;", ['x'] AS l -- the end
            """)
        #expect(table.names == ["e", "l", "s", "t", "i", "n", "u", "7;", "l_1"])
        #expect(try table.column("e").text?[0] == "b")
        #expect(try table.column("l").text?[0] == "[1, 2]")
        #expect(try table.column("s").text?[0] == "{'x': 1}")
        #expect(try table.column("t").text?[0] == "01:02:03")
        #expect(try table.column("i").text?[0] == "3 days")
        #expect(try table.column("n").isMissing(0))
        #expect(try table.column("u").text?[0] == "00000000-0000-0000-0000-000000000001")
        #expect(try table.column("7;").numbers == [7])
    }

    @Test("An empty answer has its columns and no rows")
    func empty() throws {
        let table = try engine.get().query("SELECT 1 AS a, 'x' AS b, [1] AS c WHERE false")
        #expect(table.names == ["a", "b", "c"])
        #expect(table.rowCount == 0)
    }

    @Test("NULLs stand where they stood, over several vectors")
    func nullPattern() throws {
        let table = try engine.get().query(
            """
            SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i END AS n, CASE WHEN i % 5 = 0 THEN NULL ELSE 's' || i % 7 END AS s
            FROM range(10000) t(i) ORDER BY i
            """)
        let numbers = try #require(table["n"]?.numbers)
        let text = try #require(table["s"]?.text)
        #expect(numbers.indices.allSatisfy { $0 % 3 == 0 ? numbers[$0].isNaN : numbers[$0] == Double($0) })
        #expect(text.codes.indices.allSatisfy { text[$0] == ($0 % 5 == 0 ? nil : "s\($0 % 7)") })
    }

    @Test("Several statements answer with the last")
    func several() throws {
        let table = try engine.get().query("CREATE TABLE t AS SELECT 4 AS x; SELECT x FROM t")
        #expect(try table.column("x").numbers == [4])
    }

    @Test("A table given to the engine comes back equal")
    func roundTrip() throws {
        let rows = 5000
        let table = try Table([
            Column("i", kind: .integer, numbers: (0..<rows).map { $0 % 11 == 0 ? .nan : Double($0) }),
            Column("odd", kind: .integer, numbers: (0..<rows).map { Double($0) + 0.5 }),
            Column("d", kind: .number, numbers: (0..<rows).map { Double($0) / 7 }),
            Column("b", kind: .boolean, numbers: (0..<rows).map { Double($0 % 2) }),
            Column("t", kind: .timestamp, numbers: (0..<rows).map { Double($0) * 1000.25 - 1e6 }),
            Column("text \"quoted\"", strings: (0..<rows).map { $0 % 13 == 0 ? nil : $0 % 17 == 0 ? "" : "value number \($0 % 100)\0" }),
        ])
        try engine.get().append(table, as: "my 'table'")
        let back = try engine.get().query("SELECT * FROM \(DuckDB.quote(identifier: "my 'table'"))")
        #expect(back.names == table.names)
        for (a, b) in zip(table.columns, back.columns) {
            #expect((0..<rows).allSatisfy { a.json($0) == b.json($0) }, "\(a.name)")
        }
        let again = #expect(throws: MartletError.self) { try engine.get().append(table, as: "my 'table'") }
        #expect(again?.code == .invalidInput)
    }

    @Test("Quoting keeps quotes of either kind")
    func quoting() throws {
        #expect(DuckDB.quote(identifier: "a\"b") == "\"a\"\"b\"")
        #expect(try engine.get().query("SELECT \(DuckDB.quote(literal: "it's; --")) AS x").column("x").text?[0] == "it's; --")
    }

    @Test("A wrong statement is invalid input with the engine's reason, without its echo of the statement")
    func wrongStatement() throws {
        let error = #expect(throws: MartletError.self) { try engine.get().query("SELECT * FROM nowhere") }
        #expect(error?.code == .invalidInput)
        #expect(error?.cause?.hasPrefix("Catalog Error") == true)
        #expect(error?.cause?.contains("LINE 1") == false)
        #expect(throws: MartletError.self) { try engine.get().query("SELECT 1\0") }
    }

    @Test("A value that cannot be cast names the value; the connection goes on")
    func castFailure() throws {
        let error = #expect(throws: MartletError.self) { try engine.get().query("SELECT x::INTEGER FROM (VALUES ('12'), ('twelve')) t(x)") }
        #expect(error?.cause?.contains("twelve") == true)
        #expect(try engine.get().query("SELECT 1 AS x").rowCount == 1)
    }

    @Test("A memory limit that is too small is said, one that is nonsense refused")
    func memoryLimit() throws {
        let small = try DuckDB(locator: Surroundings.locator, threads: 1, memoryLimit: "20MB")
        let error = #expect(throws: MartletError.self) { try small.query("SELECT count(*) FROM (SELECT DISTINCT hash(i) FROM range(5000000) t(i))") }
        #expect(error?.message.contains("memory") == true)
        #expect(throws: MartletError.self) { try DuckDB(locator: Surroundings.locator, memoryLimit: "lots") }
    }

    @Test("Nothing is fetched from outside: extensions are neither installed nor loaded by themselves")
    func noExtensions() throws {
        let settings = try engine.get().query(
            "SELECT current_setting('autoinstall_known_extensions') AS a, current_setting('autoload_known_extensions') AS b")
        #expect(settings.columns.map(\.numbers) == [[0], [0]])
    }

    @Test("Two connections work on two threads over the same database")
    func twoThreads() throws {
        let first = try engine.get()
        try first.execute("CREATE TABLE numbers AS SELECT i FROM range(200000) t(i)")
        let connections = [first, try first.anotherConnection()]
        let sums = Mutex([Double]())
        DispatchQueue.concurrentPerform(iterations: 8) { index in
            let sum = (try? connections[index % 2].query("SELECT sum(i) AS s FROM numbers").column("s").numbers?.first) ?? nil
            sums.withLock { $0.append(sum ?? -1) }
        }
        #expect(sums.withLock { $0 } == Array(repeating: 19_999_900_000, count: 8))
    }

    @Test("Statements that run together all end, see the settings, and fail with the error of the one that fails")
    func together() throws {
        let engine = try engine.get()
        try engine.execute("CREATE TABLE source AS SELECT i FROM range(300000) t(i)")
        let statements = (0..<5).map { "CREATE TABLE part_\($0) AS SELECT i, current_setting('TimeZone') AS zone FROM source WHERE i % 5 = \($0)" }
        try engine.executeTogether(statements, settings: "SET TimeZone = 'Asia/Tokyo'")
        for part in 0..<5 {
            let answer = try engine.query("SELECT sum(i) AS s, min(zone) AS zone FROM part_\(part)")
            #expect(answer["s"]?.numbers == [Double(8_999_850_000 + 60_000 * part)] && answer["zone"]?.text?[0] == "Asia/Tokyo")
        }
        let wrong = ["CREATE TABLE good AS FROM source", "CREATE TABLE bad AS SELECT CAST('twelve' || i AS INTEGER) FROM source"]
        let error = #expect(throws: MartletError.self) { try engine.executeTogether(wrong, settings: "SET TimeZone = 'UTC'") }
        #expect(error?.cause?.contains("twelve") == true)
        #expect(try engine.query("SELECT count(*) AS n FROM source")["n"]?.numbers == [300_000])
    }

    @Test("An interrupt from another thread ends a statement that would run for ever")
    func interrupt() throws {
        let engine = try engine.get()
        let outcome = Mutex<Result<Table, MartletError>?>(nil)
        let thread = Thread {
            let sql = "SELECT count(*) AS n FROM range(1000000000) a(i), range(1000000000) b(j) WHERE i * j % 7 = 8"
            let result = Result { () throws(MartletError) in try engine.query(sql) }
            outcome.withLock { $0 = result }
        }
        thread.start()
        while outcome.withLock({ $0 == nil }) {
            engine.interrupt()
            sched_yield()
        }
        #expect(throws: MartletError(.cancelled, "The statement was interrupted.", cause: "INTERRUPT Error: Interrupted!")) {
            try outcome.withLock { $0 }?.get()
        }
    }
}
