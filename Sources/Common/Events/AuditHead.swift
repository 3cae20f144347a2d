package import Database
package import Support

/// The end of the record at some moment: whoever holds one can tell whether the record up to there is still the same.
package struct AuditHead: Sendable, Hashable {
    /// How many records there were.
    package var sequence: Int
    /// The hash of the last of them, which covers all before it.
    package var hash: String

    package init(sequence: Int, hash: String) {
        self.sequence = sequence
        self.hash = hash
    }

    /// The head of the record in a database; number 0 where it is empty.
    package init(of database: any MetadataDatabase) throws(MartletError) {
        let row = try database.read { try $0.row("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1") }
        self.init(sequence: row?.int("seq") ?? 0, hash: row?.text("hash") ?? "")
    }
}
