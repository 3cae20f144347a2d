import Database
import Dispatch
import Support
import Synchronization
import TestSupport
import Testing

/// A database to run the contract against, and how to reach the same data again as another process would.
struct DatabaseBackend: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Opens the database that belongs to a folder, making it where it is missing.
    var open: @Sendable (TemporaryFolder) throws -> any MetadataDatabase

    static let all = [
        DatabaseBackend(testDescription: "SQLite") { try SQLiteDatabase(path: $0.path("martlet.db")) }
    ]
}

@Suite("What every metadata database promises")
struct DatabaseContractTests {
    private func insert(_ ref: String, _ session: SQLSession) throws {
        try session.execute("INSERT INTO node (ref, at, facts) VALUES (?, ?, ?)", [SQLValue(ref), 1, "{}"])
    }

    private func refs(_ database: any MetadataDatabase) throws -> [String] {
        try database.read { try $0.rows("SELECT ref FROM node ORDER BY ref").compactMap { $0.text("ref") } }
    }

    @Test("A new database has every table of the schema", arguments: DatabaseBackend.all)
    func schema(_ backend: DatabaseBackend) throws {
        let folder = try TemporaryFolder()
        let database = try backend.open(folder)
        for table in [
            "event", "node", "edge", "file_state", "step_state", "run", "metric", "dataset_version", "model_version", "alias_move", "test_opening",
            "check_result",
            "charter_confirmation", "label", "monitor_result",
        ] {
            #expect(try database.read { try $0.rows("SELECT * FROM \(table)").count } == 0)
        }
    }

    @Test("Values come back as they were written", arguments: DatabaseBackend.all)
    func values(_ backend: DatabaseBackend) throws {
        let folder = try TemporaryFolder()
        let database = try backend.open(folder)
        let time = Timestamp(microseconds: 1_795_469_760_123_456)
        try database.write { session in
            try session.execute(
                "INSERT INTO check_result (objective, subject, at, verdict, value, lower, upper, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [SQLValue("é'\"; DROP TABLE node; --😀"), SQLValue(RunID("4f1c")), SQLValue(time), "green", SQLValue(0.1), nil, SQLValue(Int.max), ""])
        }
        let row = try #require(try database.read { try $0.row("SELECT * FROM check_result") })
        #expect(row.text("objective") == "é'\"; DROP TABLE node; --😀")
        #expect(row.text("subject") == "4f1c")
        #expect(row.time("at") == time)
        #expect(row.double("value") == 0.1)
        #expect(row["lower"] == .null)
        #expect(row.double("lower") == nil && row.int("lower") == nil && row.text("lower") == nil && row.time("lower") == nil)
        #expect(row.double("upper") == Double(Int.max))
        #expect(row.text("reason") == "")
        #expect(row["no such column"] == .null)
    }

    @Test("Text with a NUL character, which databases cut short, is refused", arguments: DatabaseBackend.all)
    func nulCharacter(_ backend: DatabaseBackend) throws {
        let folder = try TemporaryFolder()
        let database = try backend.open(folder)
        #expect(errorCode { try database.write { try insert("a\0b", $0) } } == .invalidInput)
        #expect(try refs(database) == [])
    }

    @Test("What was written is there for whoever opens the database next", arguments: DatabaseBackend.all)
    func lasting(_ backend: DatabaseBackend) throws {
        let folder = try TemporaryFolder()
        try backend.open(folder).write { try insert("a", $0) }
        #expect(try refs(backend.open(folder)) == ["a"])
    }

    @Test("An error takes back everything that its block wrote, and reaches the caller as it is", arguments: DatabaseBackend.all)
    func rollback(_ backend: DatabaseBackend) throws {
        let folder = try TemporaryFolder()
        let database = try backend.open(folder)
        try database.write { try insert("kept", $0) }
        let refusal = MartletError(.refused, "No.")
        #expect(throws: refusal) {
            try database.write { session in
                try insert("lost", session)
                try session.execute("DELETE FROM node WHERE ref = 'kept'")
                throw refusal
            }
        }
        #expect(try refs(database) == ["kept"])
        try database.write { try insert("later", $0) }
        #expect(try refs(database) == ["kept", "later"], "the database goes on working")
    }

    @Test("A rehearsal sees what it would have written, throws what a write would throw, and leaves nothing", arguments: DatabaseBackend.all)
    func rehearsal(_ backend: DatabaseBackend) throws {
        let folder = try TemporaryFolder()
        let database = try backend.open(folder)
        try database.write { try insert("kept", $0) }
        let seen = try RehearsedDatabase(database).write { session in
            try insert("tried", session)
            return try session.rows("SELECT ref FROM node").count
        }
        #expect(seen == 2)
        #expect(errorCode { try database.rehearse { try insert("kept", $0) } } == .defect)
        #expect(try refs(database) == ["kept"])
        try database.write { try insert("later", $0) }
        #expect(try refs(database) == ["kept", "later"], "the database goes on working")
    }

    @Test("A statement that breaks a rule of the schema takes its block back", arguments: DatabaseBackend.all)
    func constraint(_ backend: DatabaseBackend) throws {
        let folder = try TemporaryFolder()
        let database = try backend.open(folder)
        let error = #expect(throws: MartletError.self) {
            try database.write { session in
                try insert("a", session)
                try insert("a", session)
            }
        }
        #expect(error?.code == .defect)
        #expect(error?.cause?.contains("INSERT INTO node") == true)
        #expect(try refs(database) == [])
    }

    @Test("Statements that are wrong, or lack an argument, are errors", arguments: DatabaseBackend.all)
    func wrongStatements(_ backend: DatabaseBackend) throws {
        let folder = try TemporaryFolder()
        let database = try backend.open(folder)
        for (statement, arguments) in [("SELEC 1", []), ("SELECT * FROM nothing", []), ("SELECT * FROM node WHERE ref = ?", [])]
            as [(String, [SQLValue])]
        {
            #expect(throws: MartletError.self) { try database.read { try $0.rows(statement, arguments).count } }
        }
        #expect(throws: MartletError.self) { try database.read { try insert("written by a reader", $0) } }
    }

    @Test("A reader sees one moment, however much is written meanwhile", arguments: DatabaseBackend.all)
    func snapshot(_ backend: DatabaseBackend) throws {
        let folder = try TemporaryFolder()
        let database = try backend.open(folder)
        let other = try backend.open(folder)
        try database.write { try insert("a", $0) }
        let seen = try database.read { session in
            let before = try session.rows("SELECT * FROM node").count
            try other.write { try insert("b", $0) }
            return [before, try session.rows("SELECT * FROM node").count]
        }
        #expect(seen == [1, 1])
        #expect(try refs(database) == ["a", "b"])
    }

    @Test("Writers in several threads, over two connections, lose nothing", arguments: DatabaseBackend.all)
    func writers(_ backend: DatabaseBackend) throws {
        let folder = try TemporaryFolder()
        let connections = [try backend.open(folder), try backend.open(folder)]
        let errors = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 6) { writer in
            for i in 0..<20 {
                do {
                    try connections[writer % 2].write { session in
                        let count = try session.row("SELECT count(*) AS n FROM node")?.int("n") ?? 0
                        try insert("\(count)", session)
                    }
                } catch { errors.withLock { $0.append("\(writer) \(i): \(error)") } }
            }
        }
        #expect(errors.withLock { $0 } == [])
        #expect(try refs(connections[0]).compactMap(Int.init).sorted() == Array(0..<120), "each saw what the one before had written")
    }

    @Test("Several that open a new database at once make one schema", arguments: DatabaseBackend.all)
    func opening(_ backend: DatabaseBackend) throws {
        let folder = try TemporaryFolder()
        let errors = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 6) { i in
            do { try backend.open(folder).write { try insert("\(i)", $0) } } catch { errors.withLock { $0.append("\(error)") } }
        }
        #expect(errors.withLock { $0 } == [])
        #expect(try refs(backend.open(folder)).count == 6)
    }
}
