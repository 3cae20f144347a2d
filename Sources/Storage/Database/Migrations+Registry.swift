extension Migrations {
    /// Models that are registered by clients: what is said of a model as a whole, where a version came from, tags, stages and webhooks. Each version has
    /// a row in `version_state`; one without a row in `version_origin` was made by the project's own pipeline. `numbered` is the highest
    /// number that versions of that name had before the model that has it now.
    static let registry = """
        CREATE TABLE registered_model (
            name TEXT PRIMARY KEY, kind TEXT NOT NULL DEFAULT 'model', description TEXT NOT NULL DEFAULT '', created INTEGER NOT NULL,
            updated INTEGER NOT NULL, deleted INTEGER, numbered INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        INSERT INTO registered_model (name, created, updated) SELECT model, min(created), max(created) FROM model_version GROUP BY model;
        CREATE TABLE registered_model_tag (
            model TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (model, key)) WITHOUT ROWID;
        CREATE TABLE version_origin (
            model TEXT NOT NULL, version INTEGER NOT NULL, source TEXT NOT NULL, run_link TEXT NOT NULL DEFAULT '',
            logged_model TEXT NOT NULL DEFAULT '', artifacts TEXT NOT NULL DEFAULT '', format TEXT NOT NULL DEFAULT '', PRIMARY KEY (model, version))
            WITHOUT ROWID;
        CREATE TABLE version_state (
            model TEXT NOT NULL, version INTEGER NOT NULL, description TEXT NOT NULL DEFAULT '', stage TEXT NOT NULL DEFAULT 'none',
            updated INTEGER NOT NULL, deleted INTEGER, PRIMARY KEY (model, version)) WITHOUT ROWID;
        INSERT INTO version_state (model, version, updated) SELECT model, version, created FROM model_version;
        CREATE INDEX model_version_run ON model_version (run);
        CREATE TABLE version_tag (
            model TEXT NOT NULL, version INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (model, version, key)) WITHOUT ROWID;
        CREATE TABLE stage_move (
            id INTEGER PRIMARY KEY, model TEXT NOT NULL, version INTEGER NOT NULL, stage TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL);
        CREATE TABLE webhook (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL DEFAULT '', url TEXT NOT NULL, events TEXT NOT NULL,
            is_signed INTEGER NOT NULL DEFAULT 0, is_active INTEGER NOT NULL DEFAULT 1, created INTEGER NOT NULL, updated INTEGER NOT NULL,
            deleted INTEGER) WITHOUT ROWID;
        CREATE TABLE webhook_delivery (
            id INTEGER PRIMARY KEY, webhook TEXT NOT NULL, event TEXT NOT NULL, data TEXT NOT NULL, at INTEGER NOT NULL, due INTEGER,
            attempts INTEGER NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT '');
        CREATE INDEX webhook_delivery_due ON webhook_delivery (due) WHERE due IS NOT NULL;
        CREATE INDEX webhook_delivery_webhook ON webhook_delivery (webhook, id);
        """
}
