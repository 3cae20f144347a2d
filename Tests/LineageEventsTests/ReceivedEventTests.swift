import Database
import LineageEvents
import Support
import TestSupport
import Testing

@Suite("Events of other tools") struct ReceivedEventTests {
    private let folder: TemporaryFolder
    private let database: SQLiteDatabase
    private let clock = ManualClock(Timestamp(seconds: 1_790_000_000))
    private let foreign: ForeignLineage

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        foreign = ForeignLineage(database: database, clock: clock)
    }

    static func event(
        _ state: String = "COMPLETE", run: Int = 1, job: String = "j", at: String = "2026-01-01T00:00:00Z", inputs: [String] = [],
        outputs: [String] = ["d"]
    ) -> JSONValue {
        let names = { (names: [String]) in JSONValue.array(names.map { ["namespace": "n", "name": .string($0)] }) }
        return [
            "eventTime": .string(at), "producer": "urn:x", "schemaURL": "urn:y", "eventType": .string(state),
            "run": ["runId": .string("01941f29-7c00-7aaa-8000-" + String(String(1_000_000_000_000 + run).dropFirst()))],
            "job": ["namespace": "n", "name": .string(job)], "inputs": names(inputs), "outputs": names(outputs),
        ]
    }

    private func add(_ events: JSONValue...) throws -> Int { try foreign.add(events.map { try ReceivedEvent($0) }) }

    private func writers(_ name: String, by moment: String = "2027-01-01") throws -> [ForeignRun] {
        try foreign.writers(of: [DatasetName("n", name)], by: try #require(Timestamp(moment)))
    }

    @Test("Each is kept once, in whatever order a run's come; its end counts") func runs() throws {
        let start = Self.event("START", at: "2026-01-01T00:00:00Z", inputs: ["s"], outputs: [])
        let end = Self.event("COMPLETE", at: "2026-01-01T00:05:00Z")
        #expect(try add(end, Self.event("RUNNING", at: "2026-01-01T00:06:00Z", outputs: [])) == 2)
        #expect(try add(start, end) == 1)
        let run = try #require(try writers("d").first)
        #expect(run.state == .complete && run.started == Timestamp("2026-01-01T00:00:00Z") && run.last == Timestamp("2026-01-01T00:06:00Z"))
        #expect(run.inputs.map(\.name) == ["s"] && run.outputs.map(\.name) == ["d"])
        #expect(try foreign.count() == 3 && foreign.jobs().count == 1)
    }

    @Test("Who wrote a dataset is told as of a moment, the last first, without those that failed") func writers() throws {
        _ = try add(
            Self.event(run: 1, job: "first", at: "2026-01-01T00:00:00Z"), Self.event(run: 2, job: "second", at: "2026-02-01T00:00:00Z"),
            Self.event("FAIL", run: 3, job: "third", at: "2026-03-01T00:00:00Z"))
        #expect(try writers("d").map(\.job.name) == ["second", "first"])
        #expect(try writers("d", by: "2026-01-15").map(\.job.name) == ["first"])
        #expect(try writers("d", by: "2025-01-15").isEmpty && writers("other").isEmpty)
    }

    @Test("Where something is wrong, all of them are, and what came too long ago is forgotten where that is agreed") func whole() throws {
        #expect(throws: MartletError.self) { try add(Self.event(), Self.event("DONE")) }
        #expect(try foreign.count() == 0)
        _ = try add(Self.event())
        clock.advance(bySeconds: 100)
        #expect(try foreign.add([ReceivedEvent(Self.event(run: 2))], keep: 50) == 1)
        #expect(try foreign.count() == 1)
        #expect(try writers("d").count == 1)
    }

    @Test("The names of a dataset by other catalogues count as well") func symlinks() throws {
        var event = Self.event()
        let other: JSONValue = ["namespace": "hive", "name": "db.t", "type": "TABLE"]
        event["outputs"] = [["namespace": "s3", "name": "t", "facets": ["symlinks": ["identifiers": [other, ["namespace": 7], nil]]]]]
        _ = try add(event)
        #expect(try foreign.writers(of: [DatasetName("hive", "db.t")], by: clock.now()).count == 1)
    }

    @Test("Files are the same under each of the ways in which tools name them") func spellings() {
        let own = DatasetName.file("/data/loans.csv")
        for (namespace, name) in [("file", "/data/loans.csv"), ("file://", "/data/loans.csv"), ("file", "data/loans.csv")] {
            #expect(own.spellings.contains(DatasetName(namespace, name)), "\(namespace) \(name)")
        }
        let table = DatasetName.postgres(host: "localhost", port: 5432, database: "bank", table: ["loans"])
        #expect(table == DatasetName("postgres://localhost:5432", "bank.public.loans"))
        #expect(table.spellings.contains(DatasetName("postgres://127.0.0.1:5432", "bank.public.loans")))
    }

    @Test("Bent events end in an error of bounded length, or are kept") func bent() throws {
        let corpus = [
            Self.event().compact, Self.event("START", inputs: ["a", "b"]).pretty,
            "{\"eventTime\": \"2026-01-01T00:00:00+01:00\", \"producer\": \"p\", \"schemaURL\": \"s\", \"dataset\": {\"namespace\": \"n\", \"name\": \"d\"}}",
        ].map { Array($0.utf8) }
        var fuzz = Fuzz("events of OpenLineage", corpus: corpus)
        let findings = fuzz.run(share: 0.5) { input in _ = try foreign.add([ReceivedEvent(JSONValue(parsing: input))]) }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }
}

@Suite("Tables that a query reads") struct QueriedTablesTests {
    @Test(
        "are those behind FROM and JOIN, and not what the query makes itself",
        arguments: [
            ("SELECT * FROM loans", ["loans"]), ("select a from bank.loans l join \"Odd \"\"Name\" o on l.id = o.id", ["bank.loans", "Odd \"Name"]),
            ("WITH recent AS (SELECT * FROM loans) SELECT * FROM recent", ["loans"]),
            ("SELECT 'from x' -- from y\n/* from z */ FROM a LEFT JOIN b USING (id)", ["a", "b"]),
            ("SELECT * FROM generate_series(1, 10)", []), ("SELECT extract(year FROM at) FROM loans", ["loans"]), ("", []),
            ("select * from \"", [""]), ("from a", []),
            ("SELECT * FROM loans; SELECT * FROM LOANS", ["loans"]),
        ])
    func names(_ query: String, _ expected: [String]) {
        #expect(QueriedTables.names(in: query).map { $0.joined(separator: ".") } == expected)
    }
}
