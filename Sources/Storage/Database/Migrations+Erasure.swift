extension Migrations {
    /// People who were erased, what stands in the place of their rows, who is held against erasure, and where backups were put.
    static let erasure = """
        CREATE TABLE subject_key (key TEXT NOT NULL);
        CREATE TABLE erasure (
            id INTEGER PRIMARY KEY, subject TEXT NOT NULL, reason TEXT NOT NULL, begun INTEGER NOT NULL, actor TEXT NOT NULL, state TEXT NOT NULL,
            earliest INTEGER NOT NULL, found TEXT NOT NULL, finished INTEGER);
        CREATE TABLE erased_prediction (
            id TEXT PRIMARY KEY, erasure INTEGER NOT NULL, endpoint TEXT NOT NULL, at INTEGER NOT NULL, model TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE erased_object (
            digest TEXT PRIMARY KEY, erasure INTEGER NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL, rows INTEGER NOT NULL, replacement TEXT,
            at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE legal_hold (
            subject TEXT PRIMARY KEY, key TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE backup_place (path TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
        """
}
