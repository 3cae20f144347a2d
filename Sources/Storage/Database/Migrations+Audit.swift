extension Migrations {
    /// From which event on the head of the record is kept beside the database too: for a record that is older than this.
    static let audit = """
        CREATE TABLE audit_start (seq INTEGER NOT NULL);
        INSERT INTO audit_start (seq) SELECT coalesce(max(seq), 0) FROM event;
        """
}
