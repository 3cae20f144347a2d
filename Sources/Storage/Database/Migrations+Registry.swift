extension Migrations {
    /// Models that are registered by clients: what is said of a model as a whole, where a version came from, tags, stages and webhooks.
    /// A version without a row in `version_origin` was made by the project's own pipeline.
    static let registry = """
        CREATE TABLE registered_model (
            name TEXT PRIMARY KEY, description TEXT NOT NULL DEFAULT '', created INTEGER NOT NULL, updated INTEGER NOT NULL, deleted INTEGER) WITHOUT ROWID;
        INSERT INTO registered_model (name, created, updated) SELECT model, min(created), max(created) FROM model_version GROUP BY model;
        CREATE TABLE registered_model_tag (
            model TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (model, key)) WITHOUT ROWID;
        CREATE TABLE version_origin (
            model TEXT NOT NULL, version INTEGER NOT NULL, source TEXT NOT NULL, run TEXT NOT NULL DEFAULT '', run_link TEXT NOT NULL DEFAULT '',
            logged_model TEXT NOT NULL DEFAULT '', artifacts TEXT NOT NULL DEFAULT '', PRIMARY KEY (model, version)) WITHOUT ROWID;
        CREATE INDEX version_origin_run ON version_origin (run) WHERE run != '';
        CREATE TABLE version_state (
            model TEXT NOT NULL, version INTEGER NOT NULL, description TEXT NOT NULL DEFAULT '', stage TEXT NOT NULL DEFAULT 'None',
            status TEXT NOT NULL DEFAULT 'READY', message TEXT NOT NULL DEFAULT '', updated INTEGER NOT NULL, deleted INTEGER,
            PRIMARY KEY (model, version)) WITHOUT ROWID;
        CREATE TABLE version_tag (
            model TEXT NOT NULL, version INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (model, version, key)) WITHOUT ROWID;
        CREATE TABLE stage_move (
            id INTEGER PRIMARY KEY, model TEXT NOT NULL, version INTEGER NOT NULL, stage TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL);
        CREATE TABLE webhook (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL DEFAULT '', url TEXT NOT NULL, events TEXT NOT NULL, secret TEXT,
            status TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, deleted INTEGER) WITHOUT ROWID;
        CREATE TABLE webhook_delivery (
            id INTEGER PRIMARY KEY, webhook TEXT NOT NULL, event TEXT NOT NULL, at INTEGER NOT NULL, attempt INTEGER NOT NULL, outcome TEXT NOT NULL);
        CREATE INDEX webhook_delivery_webhook ON webhook_delivery (webhook, id);
        """
}
