extension Migrations {
    /// Version 13: what came from sources, and how far each of them is. A key stands for a row that came: who sends it twice sends it once.
    static let sources = """
        CREATE TABLE source_state (
            source TEXT PRIMARY KEY, state TEXT NOT NULL, checked INTEGER, newest INTEGER, error TEXT, failed INTEGER) WITHOUT ROWID;
        CREATE TABLE source_batch (
            source TEXT NOT NULL, sequence INTEGER NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, rows INTEGER, bytes INTEGER NOT NULL,
            at INTEGER NOT NULL, replaced INTEGER, PRIMARY KEY (source, sequence)) WITHOUT ROWID;
        CREATE TABLE source_key (source TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (source, key)) WITHOUT ROWID;
        """
}
