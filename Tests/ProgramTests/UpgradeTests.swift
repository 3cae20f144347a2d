import Database
import Foundation
import Support
import TestSupport
import Testing

@Suite("An upgrade", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct UpgradeTests {
    private static let database = ".martlet/martlet.db"

    /// A project whose metadata an older Martlet has made.
    private static func old(_ version: Int) throws -> TemporaryFolder {
        let folder = try Loans.project()
        try FileManager.default.createDirectory(atPath: folder.path(".martlet"), withIntermediateDirectories: true)
        try SQLiteDatabase(path: folder.path(database), upTo: version).write {
            try $0.execute("INSERT INTO node (ref, at, facts) VALUES ('a', 1, '{}')")
        }
        return folder
    }

    @Test("is shown, made and undone, and what was written meanwhile is still there") func roundTrip() async throws {
        let folder = try Self.old(1)
        let shown = try await folder.martlet("upgrade", "--dry-run", "--json").json
        #expect(shown["from"].int == 1 && shown["to"].int == SQLiteDatabase.currentVersion && shown["changed"].flag == false)
        #expect(try SchemaUpgrade.version(of: folder.path(Self.database)) == 1)
        #expect(try await folder.martlet("upgrade", "--json").json["changed"].flag == true)
        #expect(try await folder.martlet("upgrade").output.hasSuffix("nothing to do.\n"))
        #expect(try await folder.martlet("run", "--quiet").status == 0)
        #expect(try await folder.martlet("user", "add", "ann", "--role", "owner").status == 0)
        let undone = try await folder.martlet("upgrade", "--undo", "--json").json
        #expect(undone["to"].int == 1)
        #expect(undone["not_kept"].elements.contains { $0["place"].text == "principal" && $0["rows"].int == 1 })
        #expect(try SchemaUpgrade.version(of: folder.path(Self.database)) == 1)
        let kinds = try SQLiteSnapshot(path: folder.path(Self.database)).read {
            try $0.rows("SELECT kind FROM event ORDER BY seq").compactMap { $0.text("kind") }
        }
        #expect(kinds.first == "schema.upgraded" && kinds.last == "schema.undone")
        #expect(try await folder.martlet("status", "--json").json["champion"].text == "model:loans@v1")
        #expect(try await folder.martlet("run", "--json").json["unchanged"].flag == true)
    }

    @Test("is not undone where none was made, or while a server runs") func refusals() async throws {
        let fresh = try await Loans.trained()
        #expect(try await fresh.martlet("upgrade", "--undo").errors.contains("There is no upgrade to undo"))
        let folder = try Self.old(1)
        #expect(try await folder.martlet("run", "--quiet").status == 0)
        let server = try await LiveServer(folder)
        #expect(try await folder.martlet("upgrade", "--undo").errors.contains("is at work"))
        #expect(await server.interrupt().status == 0)
        #expect(try await folder.martlet("upgrade", "--undo").status == 0)
    }

    @Test("killed at random moments, there and back, leaves a database of one version or the other with all its rows") func killed() async throws {
        var random = RandomSource(seed: 41)
        var hits = 0
        let folder = try Self.old(1)
        for round in 0..<40 * CrashTests.kills where hits < CrashTests.kills {
            let child = try folder.start("upgrade", round.isMultiple(of: 2) ? "--json" : "--undo")
            child.stop(afterMilliseconds: random.below(60))
            hits += await child.end().status == -SIGKILL ? 1 : 0
            let snapshot = try SQLiteSnapshot(path: folder.path(Self.database))
            #expect([1, SQLiteDatabase.currentVersion].contains(try snapshot.schemaVersion()))
            #expect(try snapshot.damage().isEmpty)
            #expect(try snapshot.read { try $0.row("SELECT ref FROM node")?.text("ref") } == "a")
            if !round.isMultiple(of: 2) { #expect(try await folder.martlet("upgrade").status == 0) }
        }
        #expect(hits == CrashTests.kills, "The other upgrades ended before they were killed.")
    }
}
