extension Migrations {
    /// Version 5: who made a version, requests for approval, their answers, break-glass promotions, and the rule of promotion in force.
    static let approvals = """
        ALTER TABLE run ADD COLUMN actor TEXT;
        ALTER TABLE model_version ADD COLUMN authors TEXT NOT NULL DEFAULT '[]';
        UPDATE model_version SET authors = coalesce((
            SELECT json_array(actor) FROM event
            WHERE kind = 'model.registered' AND subject = 'model:' || model_version.model || '@v' || model_version.version ORDER BY seq LIMIT 1), '[]');

        CREATE TABLE approval_request (
            id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, version INTEGER NOT NULL, alias TEXT NOT NULL, covers TEXT NOT NULL,
            bytes TEXT NOT NULL, report TEXT NOT NULL, charter TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, note TEXT NOT NULL);
        CREATE INDEX approval_request_version ON approval_request (model, version, id);
        CREATE TABLE approval (
            request INTEGER NOT NULL REFERENCES approval_request (id), principal TEXT NOT NULL, name TEXT NOT NULL, roles TEXT NOT NULL,
            via TEXT NOT NULL, authenticated INTEGER NOT NULL, at INTEGER NOT NULL, verdict TEXT NOT NULL, meaning TEXT NOT NULL,
            reason TEXT NOT NULL, revoked INTEGER, revoked_by TEXT, revoked_reason TEXT, PRIMARY KEY (request, principal)) WITHOUT ROWID;
        CREATE TABLE approval_override (
            id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, version INTEGER NOT NULL, alias TEXT NOT NULL, at INTEGER NOT NULL,
            actor TEXT NOT NULL, reason TEXT NOT NULL, missing TEXT NOT NULL, reviewed INTEGER, reviewer TEXT, note TEXT);
        CREATE TABLE promotion_rule (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, body TEXT NOT NULL);
        """
}
