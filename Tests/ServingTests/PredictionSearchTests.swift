import Foundation
import Serving
import Support
import Tables
import TestSupport
import Testing

@Suite("Searching the prediction log") struct PredictionSearchTests {
    /// A log of 60 batches of 50 rows in several segments, of which the newest is open.
    private struct Logged {
        let folder: TemporaryFolder
        let maker = BatchMaker()
        let log: PredictionLog
        let records: [PredictionRecord]

        init(closing: Bool = true, _ change: (inout PredictionLogOptions) -> Void = { _ in }) throws {
            folder = try TemporaryFolder()
            log = try maker.log(folder, change)
            for batch in 0..<60 {
                log.append(try maker.batch(50, version: 1 + batch / 20))
                log.flush()
                if closing, batch % 15 == 14, batch < 59 { try log.closeSegment() }
            }
            var all: [PredictionRecord] = []
            try log.reader().scan { block in for row in 0..<block.rowCount { all.append(block.record(row)) } }
            records = all.sorted { $0.id > $1.id }
        }

        func find(_ filter: String, limit: Int = 10_000) throws -> [PredictionRecord] {
            var search = PredictionSearch()
            search.filter = try PredictionFilter(filter)
            search.limit = limit
            return try log.reader().search(search).records
        }
    }

    private static func input(_ record: PredictionRecord, _ name: String) -> JSONValue { record.inputs.first { $0.key == name }?.value ?? .null }

    /// Filters, and what each means for a row, told once more without the reader of filters.
    private static let meanings: [(filter: String, fits: @Sendable (PredictionRecord) -> Bool)] = [
        ("count >= 2000", { (input($0, "count").double ?? -1) >= 2000 }),
        ("count BETWEEN 100 AND 199 and town = 't1'", { (100...199).contains(input($0, "count").double ?? -1) && input($0, "town").text == "t1" }),
        ("town IN ('t1', 't2') OR x < 10", { ["t1", "t2"].contains(input($0, "town").text ?? "") || (input($0, "x").double ?? .infinity) < 10 }),
        ("NOT (town = 't1')", { (input($0, "town").text ?? "t1") != "t1" }),
        ("town IS NULL", { input($0, "town") == .null }),
        ("`town` is not null AND member = true", { input($0, "town") != .null && input($0, "member").flag == true }),
        ("town LIKE '_1%' AND NOT count < 1000", { input($0, "town").text == "t1" && (input($0, "count").double ?? -1) >= 1000 }),
        ("version = 2 AND label <> '>50K'", { $0.model.version == 2 && $0.label != ">50K" }),
        ("probability < 0.001 AND key = 'person-2500'", { $0.scores[0] < 0.001 && $0.key == "person-2500" }),
        ("latency_us > 1234", { _ in false }), ("latency_us = 1234 AND alias = 'champion'", { _ in true }),
        ("time >= '\(noon.advanced(bySeconds: 40))'", { $0.time >= noon.advanced(bySeconds: 40) }),
        ("outlier_score > 0.5", { _ in false }), ("outlier_score IS NULL AND count > 2990", { (input($0, "count").double ?? -1) > 2990 }),
    ]

    @Test("A filter finds what it means, in closed segments and the open one, the newest first", arguments: meanings.indices)
    func filters(_ number: Int) throws {
        let logged = try Logged()
        let (filter, fits) = Self.meanings[number]
        #expect(try logged.find(filter).map(\.id) == logged.records.filter(fits).map(\.id), "\(filter)")
    }

    @Test("Pages follow each other without a gap or a doubled row, however small they are") func pages() throws {
        let logged = try Logged()
        for limit in [1, 7, 1000] {
            var search = PredictionSearch()
            search.filter = try PredictionFilter("town = 't3'")
            search.limit = limit
            var seen: [TimeOrderedID] = []
            for _ in 0..<(limit == 1 ? 40 : 1000) {
                let found = try logged.log.reader().search(search)
                #expect(found.records.count <= limit)
                seen += found.records.map(\.id)
                guard let next = found.next else { break }
                search.before = next
            }
            let all = logged.records.filter { Self.input($0, "town").text == "t3" }.map(\.id)
            #expect(seen == (limit == 1 ? Array(all.prefix(40)) : all))
        }
    }

    @Test("A search that has looked at enough rows stops and says where to go on") func budget() throws {
        let logged = try Logged()
        var search = PredictionSearch()
        search.filter = try PredictionFilter("count < 30")
        search.rowLimit = 400
        var seen: [TimeOrderedID] = []
        var rounds = 0
        while rounds < 100 {
            let found = try logged.log.reader().search(search)
            #expect(found.examined <= 500)
            seen += found.records.map(\.id)
            rounds += 1
            guard let next = found.next else { break }
            #expect(found.stoppedAt != nil || found.records.count == 20)
            search.before = next
        }
        #expect(rounds > 5)
        #expect(seen == logged.records.filter { (Self.input($0, "count").double ?? 99) < 30 }.map(\.id))
    }

    @Test("A time, a key and a page each leave out what lies outside; a key is found by its filter") func bounds() throws {
        let logged = try Logged()
        var search = PredictionSearch()
        search.limit = 5000
        search.period = noon.advanced(bySeconds: 10)..<noon.advanced(bySeconds: 20)
        let found = try logged.log.reader().search(search)
        #expect(found.records.map(\.id) == logged.records.filter { search.period.contains($0.time) }.map(\.id) && found.records.count == 500)
        search.period = PredictionLogReader.always
        search.keys = ["person-77", "nobody"]
        let person = try logged.log.reader().search(search)
        #expect(person.records.map(\.key) == ["person-77"] && person.examined < 200)
    }

    @Test(
        "What is wrong with a filter is said in words",
        arguments: [
            ("", "ends too early"), ("age > 1", "no column “age”"), ("count > ", "ends too early"), ("count >> 3", "=, !=, <, <=, > or >="),
            ("count > 'x'", "is a number"),
            ("town > 3", "is a text"), ("toun = 'a'", "Did you mean “town”?"), ("town = 'a", "does not end"), ("count > 1; DROP TABLE x", "“;”"),
            ("count > 1 UNION SELECT 1", "“UNION” is not expected"), ("town = read_csv('/etc/passwd')", "“read_csv” is not expected"),
            ("(count > 1", "a closing bracket"), ("count LIKE 'a'", "is no text"), ("member = 'a'", "is true or false"), ("time > 3", "is a moment"),
            ("town LIKE 3", "a text in quotes"), ("count IN ()", "a number, or a text in quotes"), ("town = 'a' town = 'b'", "AND, OR or the end"),
            ("value > 1", "has no column “value”"), ("count > 1e999", "“1e999” is not expected"), ("count > --1", "“--1” is not expected"),
        ])
    func wrong(_ filter: String, _ expected: String) throws {
        let logged = try Logged(closing: false)
        let error = #expect(throws: MartletError.self) { _ = try logged.find(filter) }
        #expect(error?.code == .usage && error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }

    @Test("Filters that are too much are turned away: length, brackets, comparisons, patterns")
    func tooMuch() {
        for filter in [
            String(repeating: "(", count: 3000), String(repeating: "not ", count: 900) + "a = 1",
            String(repeating: "a = 1 or ", count: 120) + "a = 1",
            "a like '\(String(repeating: "%a", count: 60))'", String(repeating: "x", count: 5000),
        ] { #expect(throws: MartletError.self) { _ = try PredictionFilter(filter) } }
    }

    @Test("Columns that are hashed or left out say so; equal digests are found, and a key by the digest of what the caller sent")
    func withheld() throws {
        let logged = try Logged { options in
            options.privacy.columns = ["town": .hash, "x": .drop, "id": .hash]
            options.privacy.secret = "s"
        }
        let digest = LogPrivacy.hashed("t1", secret: "s")
        let found = try logged.find("town = '\(digest)'")
        #expect(found.count == logged.records.count { Self.input($0, "town").text == digest } && found.count > 500)
        #expect(found[0].withheld == ["town", "x"])
        for (filter, expected) in [
            ("town = 't1'", "is hashed in the log"), ("town LIKE 'hmac:%'", "is hashed in the log"), ("x > 3", "is not in the log"),
        ] {
            let error = #expect(throws: MartletError.self) { _ = try logged.find(filter) }
            #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
        }
        var search = PredictionSearch()
        search.keys = ["person-9", LogPrivacy.hashed("person-9", secret: "s")]
        #expect(try logged.log.reader().search(search).records.count == 1)
    }

    @Test("Columns that were kept for part of the time are found there, with a note") func partly() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let plain = try maker.log(folder)
        plain.append(try maker.batch(50))
        plain.close()
        let later = try folder.snapshot()
        let hashing = try maker.log(later) { options in
            options.privacy.columns = ["town": .hash, "x": .drop]
            options.privacy.secret = "s"
        }
        hashing.append(try maker.batch(50))
        hashing.flush()
        for filter in ["town = 't1'", "x > 0"] {
            var search = PredictionSearch()
            search.filter = try PredictionFilter(filter)
            let found = try hashing.reader().search(search)
            #expect(!found.records.isEmpty && found.records.allSatisfy { $0.withheld.isEmpty })
            #expect(found.notes.count == 1 && found.notes[0].contains("for part of the time"), "\(found.notes)")
        }
    }

    @Test("A damaged block is left out and told") func damage() throws {
        let logged = try Logged()
        let file = try logged.folder.segments()[0]
        var bytes = try Data(contentsOf: URL(filePath: file))
        bytes[bytes.count / 2] ^= 0xFF
        try bytes.write(to: URL(filePath: file))
        var search = PredictionSearch()
        search.limit = 5000
        let found = try logged.log.reader().search(search)
        #expect(found.records.count == 2950 && found.notes.count == 1 && found.notes[0].contains("50 predictions is damaged"))
    }
}

@Suite("Measured: searching the prediction log") struct PredictionSearchBench {
    private static let rows = ProcessInfo.processInfo.environment["MARTLET_SEARCH_ROWS"].flatMap { Int($0) } ?? 0

    @Test("a time and a column among many rows", .enabled(if: rows > 0, "MARTLET_SEARCH_ROWS is not set")) func figures() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder) { $0.queueLimit = 1 << 20 }
        for batch in 0..<Self.rows / 1000 {
            log.append(try maker.batch(1000))
            if batch % 8 == 7 { log.flush() }
        }
        log.flush()
        for (what, filter, seconds) in [
            ("everything, a column that fits nowhere", "count < 0", 1e9), ("everything, a text that fits nowhere", "town = 'x'", 1e9),
            ("everything, two columns", "count > 10 AND town = 'x'", 1e9),
            ("the last tenth, a column that fits nowhere", "count < 0", Double(Self.rows) / 10_000),
            ("everything, what fits often", "town = 't1'", 1e9),
        ] {
            var search = PredictionSearch()
            search.filter = try PredictionFilter(filter)
            search.period = maker.clock.now().advanced(bySeconds: -seconds)..<maker.clock.now().advanced(bySeconds: 1)
            search.rowLimit = .max
            let start = monotonicSeconds()
            let found = try log.reader().search(search)
            print("\(what): \(found.examined) rows looked at, \(found.records.count) found in \(monotonicSeconds() - start) s")
        }
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        print(status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? "")
    }
}
