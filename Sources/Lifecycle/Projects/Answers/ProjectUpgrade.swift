internal import Backup
package import Database
package import EngineLibraries
internal import Events
internal import Foundation
internal import Objects
package import Support

/// Bringing a project's metadata to the schema of this program, and going back to the one before.
///
/// Opening a project upgrades it too; here it is done when a person says so, with a look at it first, and recorded.
package struct ProjectUpgrade: Sendable {
    /// What an undo did.
    package struct Undone: Sendable {
        package var from: Int
        package var to: Int
        /// What the older schema has no place for; it stays in the file that is kept.
        package var losses: [SchemaLoss]
        /// The file with everything as it was before the undo.
        package var kept: String
    }

    private let root: String
    private let clock: any WallClock
    private let engines: EngineLocator
    private let actor: String

    private var state: String { Project.stateFolder(root) }
    private var path: String { "\(state)/martlet.db" }

    /// - Throws: `notFound` where the folder has no metadata yet.
    package init(root: String, clock: any WallClock, engines: EngineLocator, actor: String) throws(MartletError) {
        self.root = root
        self.clock = clock
        self.engines = engines
        self.actor = actor
        guard FileManager.default.fileExists(atPath: path) else {
            throw MartletError(.notFound, "There is no \(path): nothing has run in this folder yet.")
        }
    }

    /// The version of the schema as it is now.
    package func version() throws(MartletError) -> Int { try SchemaUpgrade.version(of: path) }

    /// What an upgrade would do, tried on a copy.
    package func rehearse() throws(MartletError) -> [SchemaStep] {
        try makeFolder("\(state)/tmp")
        let scratch = "\(state)/tmp/upgrade-\(UUID().uuidString).db"
        defer { for suffix in ["", "-wal", "-shm", "-journal"] { unlink(scratch + suffix) } }
        return try SchemaUpgrade.rehearse(path, scratch: scratch)
    }

    /// Upgrades, keeping a copy beside the file, and records it.
    /// - Returns: the steps; none where the schema is the program's already.
    package func upgrade() throws(MartletError) -> [SchemaStep] {
        let old = try version()
        guard old < SQLiteDatabase.currentVersion else { return [] }
        let steps = try rehearse()
        let project = try Project(root: root, clock: clock, engines: engines, actor: actor)
        try project.database.write { session in
            let body: JSONValue = ["from": JSONValue(old), "to": JSONValue(SQLiteDatabase.currentVersion)]
            try project.events.append("schema.upgraded", "project:\(project.file.project)", body, in: session)
        }
        return steps
    }

    /// Goes back to the schema before the last upgrade, with every row that it has a place for, those of today included. The new file takes the
    /// place of the old one in one step, when it is whole.
    /// - Throws: `notFound` where no upgrade was made, `conflict` where a Martlet is at work.
    package func undo() throws(MartletError) -> Undone {
        let lock = try ProjectLock(folder: state, name: "run")
        defer { withExtendedLifetime(lock) {} }
        try ProjectRestore.checkServers(root)
        let from = try version()
        let to = try versionBefore(from)
        let project = try ProjectFile(path: "\(root)/\(ProjectFile.name)").project
        try makeFolder("\(state)/tmp")
        let copy = "\(state)/tmp/undo-\(UUID().uuidString)"
        let new = "\(path).undo"
        defer { for file in [copy, new, new + "-journal"] { unlink(file) } }
        unlink(new)
        try SQLiteSnapshot(path: path).copy(to: copy)
        let head = try AuditHead(of: SQLiteSnapshot(path: copy))
        try record(from, to, project, in: copy)
        let losses = try SchemaUpgrade.goBack(copy, to: to, writing: new)
        let snapshot = try SQLiteSnapshot(path: new)
        guard try EventLog(database: snapshot, clock: clock, actor: actor).firstBroken() == nil else {
            throw MartletError(.corrupted, "The chain of events is broken. Nothing was changed; see which event it is, and restore a backup.")
        }
        let kept = "\(path).undone-\(from)-\(clock.now().microseconds)"
        try takePlace(new, keeping: kept, head)
        return Undone(from: from, to: to, losses: losses, kept: kept)
    }

    /// The version that the copy from before the last upgrade has.
    private func versionBefore(_ version: Int) throws(MartletError) -> Int {
        let copy = "\(path).before-\(version)"
        guard FileManager.default.fileExists(atPath: copy), case let old = try SchemaUpgrade.version(of: copy), old < version else {
            throw MartletError(.notFound, "There is no upgrade to undo: \(copy) does not exist.")
        }
        return old
    }

    /// Writes the event of the undo into the copy; closed again when this returns.
    private func record(_ from: Int, _ to: Int, _ project: String, in copy: String) throws(MartletError) {
        let database = try SQLiteDatabase(path: copy, upTo: from)
        let events = EventLog(database: database, clock: clock, actor: actor)
        try database.write { session in
            try events.append("schema.undone", "project:\(project)", ["from": JSONValue(from), "to": JSONValue(to)], in: session)
        }
    }

    /// Puts the new file in the place of the old one, which keeps a second name. The old one's log is empty then: whoever closes a database
    /// last writes it back and removes it.
    private func takePlace(_ new: String, keeping kept: String, _ head: AuditHead) throws(MartletError) {
        try close()
        guard try AuditHead(of: SQLiteSnapshot(path: path)) == head else {
            throw MartletError(.conflict, "Somebody wrote to the project meanwhile. Nothing was changed; run the command again.")
        }
        guard link(path, kept) == 0 else { throw .system("keep", path) }
        guard rename(new, path) == 0 else {
            let number = errno
            unlink(kept)
            throw .system("put in place", path, number: number)
        }
    }

    /// Opens the database once more and closes it, so that nothing is left in its log.
    /// - Throws: `conflict` where another process holds it open.
    private func close() throws(MartletError) {
        try touch()
        var status = stat()
        guard stat("\(path)-wal", &status) != 0 || status.st_size == 0 else {
            throw MartletError(.conflict, "Another process has \(path) open. Stop it, then undo the upgrade.")
        }
    }

    private func touch() throws(MartletError) {
        let database = try SQLiteDatabase(path: path, upTo: try version())
        _ = try database.write { try $0.rows("PRAGMA user_version") }
    }
}
