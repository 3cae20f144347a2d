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
}
