package import Database
internal import Digests
internal import Support

extension SourceStore {
    /// The sources of which anything is kept, also those that the settings no longer name.
    package static func names(in session: SQLSession) throws -> [String] {
        try session.rows("SELECT DISTINCT source FROM source_batch ORDER BY source").compactMap { $0.text("source") }
    }

    /// Puts another file in the place of a batch's, in the caller's transaction. Keys of rows that came stay known: what was taken out does not come again.
    package static func replace(_ batch: SourceBatch, with file: NewFile, in session: SQLSession) throws {
        try session.execute(
            "UPDATE source_batch SET digest = ?, rows = ?, bytes = ? WHERE source = ? AND sequence = ? AND digest = ?",
            [
                SQLValue(file.digest), SQLValue(file.rows), SQLValue(file.bytes), SQLValue(batch.source), SQLValue(batch.sequence),
                SQLValue(batch.digest),
            ])
    }

    /// Lets go of a batch that cannot be written anew, in the caller's transaction; the next fetch brings all of its source again.
    package static func remove(_ batch: SourceBatch, in session: SQLSession) throws {
        try session.execute(
            "DELETE FROM source_batch WHERE source = ? AND sequence = ? AND digest = ?",
            [SQLValue(batch.source), SQLValue(batch.sequence), SQLValue(batch.digest)])
        try session.execute("UPDATE source_state SET state = '{}' WHERE source = ?", [SQLValue(batch.source)])
    }
}
