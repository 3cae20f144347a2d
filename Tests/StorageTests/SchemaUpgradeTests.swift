import Database
import Foundation
import Support
import TestSupport
import Testing

@Suite("The schema")
struct SchemaUpgradeTests {
    static let released = Array(1..<SQLiteDatabase.currentVersion)

    /// A database of an older version with a row in each of some tables.
    private func old(_ version: Int, _ folder: TemporaryFolder) throws -> String {
        let path = folder.path("m.db")
        try SQLiteDatabase(path: path, upTo: version).write { session in
            try session.execute("INSERT INTO alias_move (model, alias, version, at, actor, reason) VALUES ('m', 'champion', 1, 5, 'ann', 'first')")
            try session.execute("INSERT INTO node (ref, at, facts) VALUES ('a', 1, '{}')")
        }
        return path
    }

    @Test("of every released version is upgraded on a copy first, and the file stays as it is", arguments: released) func rehearsal(version: Int)
        throws
    {
        let folder = try TemporaryFolder()
        let path = try old(version, folder)
        let steps = try SchemaUpgrade.rehearse(path, scratch: folder.path("scratch"))
        #expect(steps.map(\.version) == Array(version + 1...SQLiteDatabase.currentVersion))
        #expect(try SchemaUpgrade.version(of: path) == version)
        #expect(try SchemaUpgrade.version(of: folder.path("scratch")) == version, "The number is set by the real upgrade only.")
        if version == 1 { #expect(steps[0].changedTables == ["alias_move"]) }
    }

    @Test("goes back to every released version with the rows that were written since", arguments: released) func undo(version: Int) throws {
        let folder = try TemporaryFolder()
        let path = try old(version, folder)
        try SQLiteDatabase(path: path).write { session in
            try session.execute("INSERT INTO node (ref, at, facts) VALUES ('b', 2, '{}')")
            try session.execute(
                "INSERT INTO alias_move (model, alias, version, at, actor, reason, is_rollback) VALUES ('m', 'champion', 2, 6, 'bob', 'back', 1)")
            try session.execute("INSERT INTO token (name, principal, hash, hint, created) VALUES ('t', 'p', 'h', 'x', 1)")
        }
        let losses = try SchemaUpgrade.goBack(path, to: version, writing: folder.path("new"))
        let back = try SQLiteSnapshot(path: folder.path("new"))
        #expect(try back.schemaVersion() == version && back.damage().isEmpty)
        #expect(try back.read { try $0.rows("SELECT ref FROM node ORDER BY ref").compactMap { $0.text("ref") } } == ["a", "b"])
        #expect(try back.read { try $0.rows("SELECT version FROM alias_move ORDER BY id").compactMap { $0.int("version") } } == [1, 2])
        #expect(losses.contains(SchemaLoss(place: "alias_move.is_rollback", rows: 1)) == (version < 2))
        #expect(losses.contains(SchemaLoss(place: "token", rows: 1)) == (version < 3))
        let again = try SQLiteDatabase(path: folder.path("new"))
        #expect(try again.read { try $0.row("PRAGMA user_version")?.int("user_version") } == SQLiteDatabase.currentVersion)
    }

    @Test("is upgraded although a copy from an earlier attempt lies there") func again() throws {
        let folder = try TemporaryFolder()
        let path = try old(1, folder)
        try folder.write("m.db.before-\(SQLiteDatabase.currentVersion)", "half a copy")
        _ = try SQLiteDatabase(path: path)
        #expect(try SchemaUpgrade.version(of: folder.path("m.db.before-\(SQLiteDatabase.currentVersion)")) == 1)
    }
}
