internal import Foundation
internal import GRDB
package import Support

/// What a commit survives.
package enum Durability: String, Sendable, CaseIterable {
    /// The death of the process; a loss of power may take the last commits along, and leaves the rest whole.
    case process
    /// A loss of power too: every commit waits for the disk.
    case power
}

/// Metadata in one SQLite file beside its write-ahead log.
package final class SQLiteDatabase: MetadataDatabase {
    private let pool: DatabasePool
    private let path: String

    /// The version of the schema that this program writes.
    package static let currentVersion = Migrations.all.count

    /// Opens the file, making it and bringing its schema up to date.
    /// - Parameter target: the version to bring it up to; an older one only to test what comes after it.
    /// - Throws: `corrupted`, `storageFull`, `inputOutput`.
    package init(
        path: String, durability: Durability = .process, upTo target: Int = SQLiteDatabase.currentVersion
    ) throws(MartletError) {
        self.path = path
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { connection in
            // What is deleted is overwritten, not only left out.
            try connection.execute(sql: "PRAGMA secure_delete = ON")
            // 32 MB of pages for each connection: indexes of many runs, read again and again.
            try connection.execute(sql: "PRAGMA cache_size = -32000")
        }
        SQLiteDatabase.makeFile(path)
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // After the pool is open: it sets NORMAL itself.
            if durability == .power { try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") } }
            let version = try pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
            guard (0...target).contains(version) else { throw SQLiteDatabase.newer(path) }
            if version < target { try SQLiteDatabase.migrate(pool, from: version, to: target) }
        } catch { throw SQLiteDatabase.describe(error, path: path) }
    }

    /// Makes the file, empty and private to the owner, where it is missing: SQLite gives its log the permissions that the file has then.
    /// Where that fails, opening says why. A file that is there is not opened: closing it again would drop the locks that other connections of
    /// this process hold on it (POSIX locks belong to the process), and another process would take the database for unused.
    private static func makeFile(_ path: String) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) } else { chmod(path, 0o600) }
    }

    package func read<Result: Sendable>(_ body: (SQLSession) throws -> Result) throws(MartletError) -> Result {
        do { return try pool.read { try body(SQLSession(connection: $0)) } } catch { throw SQLiteDatabase.describe(error, path: path) }
    }

    package func write<Result: Sendable>(_ body: (SQLSession) throws -> Result) throws(MartletError) -> Result {
        do { return try pool.write { try body(SQLSession(connection: $0)) } } catch { throw SQLiteDatabase.describe(error, path: path) }
    }

    package func rehearse<Result: Sendable>(_ body: (SQLSession) throws -> Result) throws(MartletError) -> Result {
        do {
            return try pool.writeWithoutTransaction { connection in
                try connection.beginTransaction(.immediate)
                let outcome = Swift.Result { try body(SQLSession(connection: connection)) }
                try connection.rollback()
                return try outcome.get()
            }
        } catch { throw SQLiteDatabase.describe(error, path: path) }
    }

    package func asOf(_ moment: Timestamp) throws(MartletError) -> any MetadataDatabase {
        try PastDatabase(path: path, at: moment, present: self)
    }

    package func copy(to path: String) throws(MartletError) {
        do { try pool.vacuum(into: path) } catch { throw SQLiteDatabase.describe(error, path: path) }
        chmod(path, 0o600)
    }

    /// Every page is written anew and the log is emptied. Waits for those who read meanwhile, and fails where one does not end.
    package func scour() throws(MartletError) {
        do {
            try pool.vacuum()
            try pool.barrierWriteWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        } catch { throw SQLiteDatabase.describe(error, path: path) }
    }

    /// The copies that migrations and their undoing have kept: they hold what was in the database then.
    package static func keptCopies(beside path: String) -> [String] {
        // One that is being written ends in the number of its process.
        copies(beside: path).filter { Int($0.split(separator: "-").last ?? "") != nil }
    }

    /// Removes those copies, and what a killed process left of one.
    /// - Returns: how many there were.
    package static func removeKeptCopies(beside path: String) -> Int { copies(beside: path).count { unlink($0) == 0 } }

    private static func copies(beside path: String) -> [String] {
        let folder = (path as NSString).deletingLastPathComponent
        let starts = ["before", "undone"].map { "\((path as NSString).lastPathComponent).\($0)-" }
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { name in starts.contains(where: name.hasPrefix) }
        return names.sorted().map { "\(folder)/\($0)" }
    }

    /// Applies what is missing in one transaction; two processes that start together do it once.
    private static func migrate(_ pool: DatabasePool, from old: Int, to target: Int) throws {
        if old > 0 { try keep(pool, before: target) }
        try pool.write { database in
            let current = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            for migration in Migrations.all.prefix(target).dropFirst(current) { try database.execute(sql: migration) }
            try database.execute(sql: "PRAGMA user_version = \(target)")
        }
    }

    /// Keeps a copy beside the file. It takes its name when it is whole, and only where nobody else has migrated meanwhile.
    private static func keep(_ pool: DatabasePool, before target: Int) throws {
        let (copy, temporary) = ("\(pool.path).before-\(target)", "\(pool.path).before-\(target).\(getpid())")
        unlink(temporary)
        defer { unlink(temporary) }
        try pool.vacuum(into: temporary)
        chmod(temporary, 0o600)
        guard try SQLiteSnapshot(path: temporary).schemaVersion() < target else { return }
        guard rename(temporary, copy) == 0 else { throw MartletError.system("write", copy) }
    }

    private static func newer(_ path: String) -> MartletError {
        MartletError(.conflict, "\(path) was written by a newer Martlet. Use that version, or restore a backup made before the upgrade.")
    }

    static func describe(_ error: any Error, path: String) -> MartletError {
        if let error = error as? MartletError { return error }
        guard let error = error as? DatabaseError else { return MartletError(.defect, "The database failed.", cause: "\(error)") }
        let cause = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_FULL: return .system("write", path, number: ENOSPC)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return MartletError(.corrupted, "\(path) is damaged. Move it away and restore a backup.", cause: cause)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return MartletError(.conflict, "\(path) stayed locked by another process for 10 seconds. Try again.", cause: cause)
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_IOERR:
            return MartletError(.inputOutput, "\(path) cannot be read and written. Check its permissions and the disk.", cause: cause)
        default: return MartletError(.defect, "A database statement failed.", cause: "\(cause); \(error.sql ?? "")")
        }
    }
}
