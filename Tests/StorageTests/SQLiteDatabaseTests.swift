import Database
import Foundation
import Processes
import Support
import TestSupport
import Testing

@Suite("The SQLite file")
struct SQLiteDatabaseTests {
    @Test("An empty file becomes a database, and so does a missing one")
    func migration() throws {
        let folder = try TemporaryFolder()
        for path in [try folder.write("empty.db", ""), folder.path("missing.db")] {
            let database = try SQLiteDatabase(path: path)
            #expect(try database.read { try $0.row("PRAGMA user_version")?.int("user_version") } == SQLiteDatabase.currentVersion)
        }
    }

    @Test("A commit waits for the disk where it has to survive a loss of power, and only there", arguments: Durability.allCases)
    func power(durability: Durability) throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(path: folder.path("m.db"), durability: durability)
        let full = 2
        let normal = 1
        let set = try database.write { try $0.row("PRAGMA synchronous")?.int("synchronous") }
        #expect(set == (durability == .power ? full : normal))
    }

    @Test("Commits survive the death of the process: the log is written ahead and flushed at checkpoints")
    func durability() throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(path: folder.path("m.db"))
        #expect(try database.write { try $0.row("PRAGMA journal_mode")?.text("journal_mode") } == "wal")
        #expect(try database.write { try $0.row("PRAGMA synchronous")?.int("synchronous") } == 1)
        #expect(try database.write { try $0.row("PRAGMA foreign_keys")?.int("foreign_keys") } == 1)
    }

    @Test("Nobody but the owner may read the file or its log")
    func permissions() throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(path: folder.path("m.db"))
        try database.write { try $0.execute("INSERT INTO node (ref, at, facts) VALUES ('a', 1, '{}')") }
        let files = try folder.files()
        #expect(files.count >= 2)
        for name in files {
            let mode = try FileManager.default.attributesOfItem(atPath: folder.path(name))[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
    }

    @Test("Opening the file once more in a process and closing it again leaves the locks of the first connection in force")
    func locks() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("m.db")
        let first = try SQLiteDatabase(path: path)
        try first.write { try $0.execute("INSERT INTO node (ref, at, facts) VALUES ('a', 1, '{}')") }
        _ = try SQLiteDatabase(path: path).read { try $0.rows("SELECT * FROM node").count }
        // Another process that takes the database for unused would remove its log when it closes.
        let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); print(c.execute('SELECT count(*) FROM node').fetchone()[0]); c.close()"
        #expect(try await Child.run("/usr/bin/env", ["python3", "-c", script, path]).output == "1\n")
        #expect(try folder.files().contains("m.db-wal"))
        try first.write { try $0.execute("INSERT INTO node (ref, at, facts) VALUES ('b', 1, '{}')") }
        #expect(try first.read { try $0.rows("SELECT * FROM node").count } == 2)
    }

    @Test("A file of version 1 is brought up to date with its rows, and a copy of it is kept")
    func upgrade() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("m.db")
        try SQLiteDatabase(path: path, upTo: 1).write { session in
            try session.execute("INSERT INTO alias_move (model, alias, version, at, actor, reason) VALUES ('m', 'champion', 1, 5, 'ann', 'first')")
        }
        let database = try SQLiteDatabase(path: path)
        let row = try database.read { try $0.row("SELECT version, is_rollback FROM alias_move") }
        #expect(row?.int("version") == 1 && row?.int("is_rollback") == 0)
        #expect(try database.read { try $0.row("PRAGMA user_version")?.int("user_version") } == SQLiteDatabase.currentVersion)
        #expect(try folder.files().contains("m.db.before-\(SQLiteDatabase.currentVersion)"))
    }

    @Test("A file of a newer Martlet is refused and left as it is", arguments: [SQLiteDatabase.currentVersion + 1, 999, -1])
    func newer(_ version: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("m.db")
        try SQLiteDatabase(path: path).write { try $0.execute("PRAGMA user_version = \(version)") }
        #expect(errorCode { try SQLiteDatabase(path: path) } == .conflict)
    }

    @Test("A file that is no database is damaged, not replaced")
    func notADatabase() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("m.db", String(repeating: "This is a letter, not a database. ", count: 200))
        #expect(errorCode { try SQLiteDatabase(path: path) } == .corrupted)
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("This is a letter"))
    }

    @Test("A path that leads through a file, or is a folder, is an error of input and output")
    func unreachable() throws {
        let folder = try TemporaryFolder()
        try folder.write("file", "")
        for path in [folder.path("file/m.db"), folder.path("none/m.db"), folder.path] {
            #expect(errorCode { try SQLiteDatabase(path: path) } == .inputOutput)
        }
    }

    @Test("A full disk is an error of its own, nothing of the write remains, and the database goes on when there is room")
    func fullDisk() throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(path: folder.path("m.db"))
        let pages = try #require(try database.write { try $0.row("PRAGMA page_count")?.int("page_count") })
        let insert = "INSERT INTO node (ref, at, facts) VALUES (?, 1, ?)"
        try database.write { try $0.execute("PRAGMA max_page_count = \(pages + 2)") }
        let error = #expect(throws: MartletError.self) {
            try database.write { session in
                for i in 0..<1000 { try session.execute(insert, [SQLValue("\(i)"), SQLValue(String(repeating: "x", count: 1000))]) }
            }
        }
        #expect(error?.code == .storageFull)
        #expect(try database.read { try $0.rows("SELECT * FROM node").count } == 0)
        try database.write { session in
            try session.execute("PRAGMA max_page_count = 1000000")
            try session.execute(insert, ["a", "{}"])
        }
        #expect(try database.read { try $0.rows("SELECT * FROM node").count } == 1)
    }

    @Test("What another process wrote is seen, also while this one holds the file open")
    func twoProcesses() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("m.db")
        let database = try SQLiteDatabase(path: path)
        try database.write { try $0.execute("INSERT INTO node (ref, at, facts) VALUES ('ours', 1, '{}')") }
        let script = """
            from sqlite3 import connect
            from sys import argv
            file = connect(argv[1], timeout=10)
            assert ("ours",) in file.execute("SELECT ref FROM node").fetchall()
            for i in range(50):
                with file: file.execute("INSERT INTO node (ref, at, facts) VALUES (?, 1, '{}')", (f"theirs {i:02}",))
            """
        let python = try ChildProcess(ProgramCall("python3", ["-c", script, path]))
        for i in 0..<50 { try database.write { try $0.execute("INSERT INTO node (ref, at, facts) VALUES (?, 1, '{}')", [SQLValue("more \(i)")]) } }
        #expect(python.wait() == .exit(code: 0))
        #expect(try database.read { try $0.row("SELECT count(*) AS n FROM node")?.int("n") } == 101)
    }
}
