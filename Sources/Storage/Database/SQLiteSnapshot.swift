internal import GRDB
package import Support

/// A copy of the metadata in one file, only read: nothing is migrated, and no file appears beside it.
package struct SQLiteSnapshot: MetadataDatabase {
    private let queue: DatabaseQueue
    private let path: String

    /// - Throws: `notFound`, `corrupted`, `inputOutput`.
    package init(path: String) throws(MartletError) {
        self.path = path
        var configuration = Configuration()
        configuration.readonly = true
        do { queue = try DatabaseQueue(path: path, configuration: configuration) } catch { throw SQLiteDatabase.describe(error, path: path) }
    }

    package func read<Result: Sendable>(_ body: (SQLSession) throws -> Result) throws(MartletError) -> Result {
        do { return try queue.read { try body(SQLSession(connection: $0)) } } catch { throw SQLiteDatabase.describe(error, path: path) }
    }

    package func write<Result: Sendable>(_: (SQLSession) throws -> Result) throws(MartletError) -> Result { throw refusal }

    package func rehearse<Result: Sendable>(_: (SQLSession) throws -> Result) throws(MartletError) -> Result { throw refusal }

    package func asOf(_ moment: Timestamp) throws(MartletError) -> any MetadataDatabase { throw refusal }

    package func copy(to target: String) throws(MartletError) {
        do { try queue.vacuum(into: target) } catch { throw SQLiteDatabase.describe(error, path: path) }
    }

    package func scour() throws(MartletError) { throw refusal }

    /// The version of its schema.
    package func schemaVersion() throws(MartletError) -> Int {
        try read { try $0.row("PRAGMA user_version")?.int("user_version") ?? 0 }
    }

    /// What SQLite finds wrong with the file; empty where it is whole.
    package func damage() throws(MartletError) -> [String] {
        let findings = try read { try $0.rows("PRAGMA integrity_check(5)").compactMap { $0.text("integrity_check") } }
        return findings == ["ok"] ? [] : findings
    }

    private var refusal: MartletError { MartletError(.conflict, "\(path) is a copy that is only read.") }
}
