extension Migrations {
    /// Experiments, and runs that log while they run: points of metrics, parameters, tags, inputs, logged models and artifacts.
    ///
    /// A run keeps the number under which its points are stored; the names of metrics are stored once. A value that is not a number is the text
    /// `NaN`, which comes after every number. `pipeline` marks the one experiment that holds the runs of the project's own pipeline.
    static let tracking = """
        CREATE TABLE experiment (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, artifacts TEXT, created INTEGER NOT NULL, updated INTEGER NOT NULL,
            deleted INTEGER, origin TEXT NOT NULL DEFAULT '');
        CREATE UNIQUE INDEX experiment_pipeline ON experiment (origin) WHERE origin = 'pipeline';
        CREATE TABLE experiment_tag (
            experiment INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (experiment, key)) WITHOUT ROWID;
        INSERT INTO experiment (id, name, created, updated)
            SELECT 0, 'Default', now, now FROM (SELECT CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER) AS now);
        INSERT INTO experiment (name, created, updated, origin)
            SELECT 'pipeline', min(started), max(started), 'pipeline' FROM run HAVING count(*) > 0;

        CREATE TABLE tracked_run (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, experiment INTEGER NOT NULL, name TEXT NOT NULL DEFAULT '', parent TEXT,
            step TEXT NOT NULL DEFAULT '', status TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER, deleted INTEGER,
            parameters TEXT NOT NULL DEFAULT 'null', code TEXT NOT NULL DEFAULT 'null', error TEXT, actor TEXT, claimed_user TEXT NOT NULL DEFAULT '');
        INSERT INTO tracked_run (id, experiment, name, parent, step, status, started, ended, parameters, code, error, actor)
            SELECT id, (SELECT id FROM experiment WHERE origin = 'pipeline'), step, parent, step, status, started, ended, parameters, code, error, actor
            FROM run ORDER BY started, id;
        DROP TABLE run;
        ALTER TABLE tracked_run RENAME TO run;
        CREATE INDEX run_parent ON run (parent) WHERE parent IS NOT NULL;
        CREATE INDEX run_pipeline ON run (started) WHERE step != '';
        CREATE INDEX run_listing ON run (experiment, started DESC, id);
        CREATE INDEX run_deleted ON run (deleted) WHERE deleted IS NOT NULL;

        CREATE TABLE run_parameter (run INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (run, key)) WITHOUT ROWID;
        CREATE INDEX run_parameter_value ON run_parameter (key, substr(value, 1, 64), run);
        CREATE TABLE run_tag (run INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (run, key)) WITHOUT ROWID;
        CREATE INDEX run_tag_value ON run_tag (key, substr(value, 1, 64), run);

        CREATE TABLE metric_name (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE metric_point (
            run INTEGER NOT NULL, metric INTEGER NOT NULL, at INTEGER NOT NULL, step INTEGER NOT NULL, value NOT NULL, about INTEGER,
            PRIMARY KEY (run, metric, at, step, value)) WITHOUT ROWID;
        CREATE TABLE metric_latest (
            run INTEGER NOT NULL, metric INTEGER NOT NULL, step INTEGER NOT NULL, at INTEGER NOT NULL, value NOT NULL, about INTEGER,
            PRIMARY KEY (run, metric)) WITHOUT ROWID;
        CREATE INDEX metric_latest_value ON metric_latest (metric, value, run);
        CREATE TABLE metric_about (
            id INTEGER PRIMARY KEY, model TEXT NOT NULL, dataset_name TEXT NOT NULL, dataset_digest TEXT NOT NULL,
            UNIQUE (model, dataset_name, dataset_digest));

        CREATE TABLE logged_dataset (
            id INTEGER PRIMARY KEY, experiment INTEGER NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, source_type TEXT NOT NULL,
            source TEXT NOT NULL, schema TEXT, profile TEXT, UNIQUE (experiment, name, digest));
        CREATE TABLE run_input (
            run INTEGER NOT NULL, dataset INTEGER NOT NULL, tags TEXT NOT NULL, PRIMARY KEY (run, dataset)) WITHOUT ROWID;
        CREATE INDEX run_input_dataset ON run_input (dataset);
        CREATE TABLE run_model (
            run INTEGER NOT NULL, direction TEXT NOT NULL, model TEXT NOT NULL, step INTEGER NOT NULL, PRIMARY KEY (run, direction, model, step))
            WITHOUT ROWID;
        CREATE INDEX run_model_model ON run_model (model);

        CREATE TABLE logged_model (
            id TEXT PRIMARY KEY, experiment INTEGER NOT NULL, name TEXT NOT NULL, run TEXT, type TEXT NOT NULL DEFAULT '', status TEXT NOT NULL,
            message TEXT NOT NULL DEFAULT '', created INTEGER NOT NULL, updated INTEGER NOT NULL, deleted INTEGER, actor TEXT) WITHOUT ROWID;
        CREATE INDEX logged_model_listing ON logged_model (experiment, created DESC, id);
        CREATE INDEX logged_model_run ON logged_model (run);
        CREATE TABLE logged_model_parameter (model TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (model, key)) WITHOUT ROWID;
        CREATE TABLE logged_model_tag (model TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (model, key)) WITHOUT ROWID;
        CREATE TABLE logged_model_metric (
            model TEXT NOT NULL, metric INTEGER NOT NULL, dataset_name TEXT NOT NULL, dataset_digest TEXT NOT NULL, run TEXT NOT NULL,
            at INTEGER NOT NULL, step INTEGER NOT NULL, value NOT NULL, PRIMARY KEY (model, metric, dataset_name, dataset_digest)) WITHOUT ROWID;

        CREATE TABLE artifact (path TEXT PRIMARY KEY, digest TEXT NOT NULL, size INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX artifact_digest ON artifact (digest);
        """
}
