/// The schema's history. Entry n brings version n to n + 1; released entries never change. Times are microseconds since 1970.
enum Migrations {
    static let all = [
        lifecycle, rollbacks, access, audit, approvals, incidents, leases, erasure, identities, tracking, registry, traffic, sources, lineage,
    ]

    /// Version 1: events, lineage, pipelines, data, runs, models, checks, labels.
    private static let lifecycle = """
        CREATE TABLE event (
            seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
            body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL);
        CREATE INDEX event_subject ON event (subject, seq);

        CREATE TABLE node (ref TEXT PRIMARY KEY, at INTEGER NOT NULL, facts TEXT NOT NULL);
        CREATE TABLE edge (
            source TEXT NOT NULL, relation TEXT NOT NULL, target TEXT NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (source, relation, target)) WITHOUT ROWID;
        CREATE INDEX edge_target ON edge (target);

        CREATE TABLE file_state (
            path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, inode INTEGER NOT NULL, digest TEXT NOT NULL);
        CREATE TABLE step_state (
            step TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, run TEXT NOT NULL, output TEXT NOT NULL, finished INTEGER NOT NULL);

        CREATE TABLE run (
            id TEXT PRIMARY KEY, parent TEXT, step TEXT NOT NULL, status TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER,
            parameters TEXT NOT NULL, code TEXT NOT NULL, error TEXT);
        CREATE INDEX run_parent ON run (parent);
        CREATE INDEX run_started ON run (started);
        CREATE TABLE metric (
            run TEXT NOT NULL, split TEXT NOT NULL, name TEXT NOT NULL, segment TEXT NOT NULL, value REAL, lower REAL, upper REAL,
            rows INTEGER NOT NULL, PRIMARY KEY (run, split, name, segment)) WITHOUT ROWID;

        CREATE TABLE dataset_version (
            name TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, created INTEGER NOT NULL, run TEXT NOT NULL,
            body TEXT NOT NULL, PRIMARY KEY (name, version), UNIQUE (name, digest));

        CREATE TABLE model_version (
            model TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, created INTEGER NOT NULL, run TEXT NOT NULL,
            dataset TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (model, version));
        CREATE TABLE alias_move (
            id INTEGER PRIMARY KEY, model TEXT NOT NULL, alias TEXT NOT NULL, version INTEGER, at INTEGER NOT NULL, actor TEXT NOT NULL,
            reason TEXT NOT NULL);
        CREATE INDEX alias_move_name ON alias_move (model, alias, id);
        CREATE TABLE test_opening (id INTEGER PRIMARY KEY, model TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, purpose TEXT NOT NULL);

        CREATE TABLE check_result (
            id INTEGER PRIMARY KEY, objective TEXT NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL, verdict TEXT NOT NULL,
            value REAL, lower REAL, upper REAL, reason TEXT NOT NULL);
        CREATE INDEX check_result_objective ON check_result (objective, id);
        CREATE TABLE charter_confirmation (id INTEGER PRIMARY KEY, digest TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL);

        CREATE TABLE label (
            endpoint TEXT NOT NULL, subject TEXT NOT NULL, value TEXT NOT NULL, known INTEGER NOT NULL, imported INTEGER NOT NULL,
            PRIMARY KEY (endpoint, subject)) WITHOUT ROWID;
        CREATE TABLE monitor_result (
            id INTEGER PRIMARY KEY, monitor TEXT NOT NULL, endpoint TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL);
        CREATE INDEX monitor_result_latest ON monitor_result (endpoint, monitor, id);
        """

    /// Version 2: which moves of an alias were steps back.
    private static let rollbacks = "ALTER TABLE alias_move ADD COLUMN is_rollback INTEGER NOT NULL DEFAULT 0;"
}
