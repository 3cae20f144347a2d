import Backup
import Database
import Digests
import Events
import Foundation
import Support
import TestSupport

/// A folder with a database of a few events and some files, and its backups.
struct SmallProject {
    static let start = Timestamp(seconds: 1_800_000_000)
    static let passphrase = "a long and winding road"

    let folder: TemporaryFolder
    let clock = ManualClock(SmallProject.start)
    var backups: String { folder.path("backups") }

    init() throws {
        folder = try TemporaryFolder()
        let database = try SQLiteDatabase(path: folder.path("m.db"))
        let events = EventLog(database: database, clock: clock, actor: "ann")
        for i in 1...5 { try database.write { try events.append("thing.done", "thing:\(i)", in: $0) } }
    }

    func make(encrypts: Bool = false) throws -> BackupFolder {
        try BackupFolder(making: backups, encrypts: encrypts) { SmallProject.passphrase }
    }

    func reopened(_ passphrase: String? = SmallProject.passphrase) throws -> BackupFolder {
        try BackupFolder(opening: backups) { passphrase }
    }

    /// Backs up the database and these files.
    @discardableResult
    func store(
        _ files: [String: [UInt8]], in backups: BackupFolder, keep: Int? = nil, observer: any BackupObserver = Silent()
    ) throws -> BackupWriter.Outcome {
        let writer = try BackupWriter(backups, clock: clock, observer: observer)
        let copy = backups.temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try SQLiteDatabase(path: folder.path("m.db")).copy(to: copy)
        let head = try AuditHead(of: SQLiteSnapshot(path: copy))
        let facts = BackupManifest.Facts(
            project: "small", program: "test", schema: SQLiteDatabase.currentVersion, auditSequence: head.sequence, auditHash: head.hash)
        var items = [BackupItem(BackupFolder.database, .file(copy, length: nil))]
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            items.append(BackupItem(name, .file(try folder.write(name, Data(bytes)), length: nil), isImmutable: true, digest: Digest(of: bytes)))
        }
        clock.advance(bySeconds: 1)
        return try writer.store(items, facts, keep: keep)
    }

    /// The stored files, as paths, the largest first.
    func stored() throws -> [String] {
        try folder.files(under: "backups/files").map { folder.path("backups/files/\($0)") }.sorted { try size($0) > size($1) }
    }

    func size(_ path: String) throws -> Int { try Data(contentsOf: URL(filePath: path)).count }

    /// Changes the bytes of a stored file, which is read-only.
    func change(_ path: String, _ body: (inout Data) -> Void) throws {
        var bytes = try Data(contentsOf: URL(filePath: path))
        body(&bytes)
        try FileManager.default.removeItem(atPath: path)
        try bytes.write(to: URL(filePath: path))
    }

    static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = RandomSource(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
}

/// Asks to stop after so many files.
struct StopsAfter: BackupObserver {
    final class Count: Sendable {
        let clock = ManualClock(Timestamp(microseconds: 0))
    }
    let files: Int
    let seen = Count()

    func reached(_: String, file: Int, of _: Int, bytes _: Int) { seen.clock.advance(to: Timestamp(microseconds: Int64(file))) }
    var isCancelled: Bool { seen.clock.now().microseconds >= Int64(files) }
}

extension SmallProject {
    func edit(_ sql: String) throws { try SQLiteDatabase(path: folder.path("m.db")).write { try $0.execute(sql) } }
}
