extension Migrations {
    /// Version 14: events of OpenLineage: what is still to be told of our runs, and what other tools told of theirs.
    static let lineage = """
        CREATE TABLE lineage_delivery (
            id INTEGER PRIMARY KEY, target TEXT NOT NULL, run TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL, due INTEGER NOT NULL,
            attempts INTEGER NOT NULL, error TEXT);
        CREATE INDEX lineage_delivery_target ON lineage_delivery (target, id);
        CREATE TABLE lineage_tally (target TEXT PRIMARY KEY, sent INTEGER NOT NULL, lost INTEGER NOT NULL, reason TEXT) WITHOUT ROWID;

        CREATE TABLE foreign_event (
            digest TEXT PRIMARY KEY, received INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT, run TEXT, namespace TEXT, job TEXT,
            parent_namespace TEXT, parent_job TEXT, producer TEXT NOT NULL, body TEXT NOT NULL);
        CREATE INDEX foreign_event_job ON foreign_event (namespace, job, run, at);
        CREATE INDEX foreign_event_received ON foreign_event (received);
        CREATE TABLE foreign_dataset (
            namespace TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, event TEXT NOT NULL,
            PRIMARY KEY (namespace, name, role, event)) WITHOUT ROWID;
        CREATE INDEX foreign_dataset_event ON foreign_dataset (event);
        """
}
