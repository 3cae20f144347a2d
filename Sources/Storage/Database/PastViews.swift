internal import Support

/// What each table with a history held at a moment, as views that hide the tables of their names. Tables without one (what a file looked like
/// when it was last read) stay as they are; sessions are over.
enum PastViews {
    static func all(at moment: Timestamp) -> [String] {
        let at = moment.microseconds
        return rows(at) + [
            approvals(at), overrides(at), runs(at), metrics(at), models(at), states(at), names(at), principals(at), roles(at), identities(at),
            tokens(at),
            "CREATE TEMP VIEW session AS SELECT * FROM main.session WHERE 0",
        ]
    }

    /// Tables whose rows are only ever added.
    private static func rows(_ at: Int64) -> [String] {
        let added = [
            "event": "at", "node": "at", "edge": "at", "dataset_version": "created", "alias_move": "at", "test_opening": "at", "check_result": "at",
            "charter_confirmation": "at", "label": "imported", "monitor_result": "at", "approval_request": "at", "promotion_rule": "at",
            "experiment": "created",
            "logged_model": "created", "artifact": "at", "stage_move": "at", "traffic_change": "at", "foreign_event": "received",
        ]
        return added.keys.sorted().map { "CREATE TEMP VIEW \($0) AS SELECT * FROM main.\($0) WHERE \(added[$0] ?? "at") <= \(at)" }
    }

    /// Signatures that were given by then, and whether they were taken back by then.
    private static func approvals(_ at: Int64) -> String {
        """
        CREATE TEMP VIEW approval AS SELECT request, principal, name, roles, via, authenticated, at, verdict, meaning, reason,
            CASE WHEN revoked <= \(at) THEN revoked END AS revoked, CASE WHEN revoked <= \(at) THEN revoked_by END AS revoked_by,
            CASE WHEN revoked <= \(at) THEN revoked_reason END AS revoked_reason
        FROM main.approval WHERE at <= \(at)
        """
    }

    private static func overrides(_ at: Int64) -> String {
        """
        CREATE TEMP VIEW approval_override AS SELECT id, model, version, alias, at, actor, reason, missing,
            CASE WHEN reviewed <= \(at) THEN reviewed END AS reviewed, CASE WHEN reviewed <= \(at) THEN reviewer END AS reviewer,
            CASE WHEN reviewed <= \(at) THEN note END AS note
        FROM main.approval_override WHERE at <= \(at)
        """
    }

    /// A run that had not ended yet was running.
    private static func runs(_ at: Int64) -> String {
        """
        CREATE TEMP VIEW run AS SELECT number, id, experiment, name, parent, step, CASE WHEN ended > \(at) THEN 'running' ELSE status END AS status,
            started, CASE WHEN ended <= \(at) THEN ended END AS ended, CASE WHEN deleted <= \(at) THEN deleted END AS deleted, parameters, code,
            CASE WHEN ended <= \(at) THEN error END AS error, actor, claimed_user
        FROM main.run WHERE started <= \(at)
        """
    }

    /// The metrics of runs that had ended.
    private static func metrics(_ at: Int64) -> String {
        "CREATE TEMP VIEW metric AS SELECT * FROM main.metric WHERE run IN (SELECT id FROM main.run WHERE started <= \(at) AND coalesce(ended, started) <= \(at))"
    }

    /// Versions with the judgement that they had by then: the newest run that an arrow of the lineage says it was judged in.
    private static func models(_ at: Int64) -> String {
        let judged =
            "(SELECT substr(target, 5) FROM main.edge WHERE source = 'model:' || model || '@v' || version AND relation = 'judged_in' AND at <= \(at) ORDER BY at DESC LIMIT 1)"
        return """
            CREATE TEMP VIEW model_version AS SELECT model, version, digest, created, run, dataset, authors,
                CASE WHEN judged IS json_extract(body, '$.evaluationRun') THEN body
                    WHEN judged IS NULL THEN json_remove(body, '$.evaluationRun', '$.evaluation', '$.testScores')
                    ELSE json_set(json_remove(body, '$.evaluation', '$.testScores'), '$.evaluationRun', judged) END AS body
            FROM (SELECT *, \(judged) AS judged FROM main.model_version WHERE created <= \(at))
            """
    }

    /// Versions that had been deleted by then, and their stages; what else is said of them is said now.
    private static func states(_ at: Int64) -> String {
        let moves = "FROM main.stage_move m WHERE m.model = s.model AND m.version = s.version"
        return """
            CREATE TEMP VIEW version_state AS SELECT model, version, description, CASE WHEN EXISTS (SELECT 1 \(moves)) THEN
                coalesce((SELECT m.stage \(moves) AND m.at <= \(at) ORDER BY m.id DESC LIMIT 1), 'none') ELSE stage END AS stage, updated, CASE WHEN deleted <= \(at) THEN deleted END AS deleted
            FROM main.version_state s
            """
    }

    private static func names(_ at: Int64) -> String {
        """
        CREATE TEMP VIEW registered_model AS SELECT name, kind, description, created, updated, CASE WHEN deleted <= \(at) THEN deleted END AS deleted,
            numbered
        FROM main.registered_model WHERE created <= \(at)
        """
    }

    private static func principals(_ at: Int64) -> String {
        """
        CREATE TEMP VIEW principal AS SELECT id, kind, name, password, created, EXISTS (
            SELECT 1 FROM main.event WHERE subject = 'user:' || id AND kind = 'user.disabled' AND at <= \(at)) AS disabled
        FROM main.principal WHERE created <= \(at)
        """
    }

    /// The last thing that the record says of each principal and role.
    private static func roles(_ at: Int64) -> String {
        """
        CREATE TEMP VIEW role_binding AS SELECT principal, role FROM (
            SELECT substr(subject, 6) AS principal, json_extract(body, '$.role') AS role, kind,
                row_number() OVER (PARTITION BY subject, json_extract(body, '$.role') ORDER BY seq DESC) AS place
            FROM main.event WHERE at <= \(at) AND subject >= 'user:' AND subject < 'user;' AND kind IN ('user.added', 'service.added', 'role.granted', 'role.revoked'))
        WHERE place = 1 AND kind != 'role.revoked'
        """
    }

    /// The last thing that the record says of each identity at a provider, of those whose user was not shut out.
    private static func identities(_ at: Int64) -> String {
        """
        CREATE TEMP VIEW identity AS SELECT issuer, name AS subject, substr(owner, 6) AS principal, at AS linked FROM (
            SELECT json_extract(body, '$.issuer') AS issuer, json_extract(body, '$.subject') AS name, subject AS owner, at, kind,
                row_number() OVER (PARTITION BY json_extract(body, '$.issuer'), json_extract(body, '$.subject') ORDER BY seq DESC) AS place
            FROM main.event WHERE at <= \(at) AND subject >= 'user:' AND subject < 'user;' AND kind IN ('identity.linked', 'identity.unlinked'))
        WHERE place = 1 AND kind = 'identity.linked' AND NOT EXISTS (
            SELECT 1 FROM main.event WHERE subject = owner AND kind = 'user.disabled' AND at <= \(at))
        """
    }

    private static func tokens(_ at: Int64) -> String {
        """
        CREATE TEMP VIEW token AS SELECT name, principal, hash, hint, scopes, created, expires, CASE WHEN revoked <= \(at) THEN revoked END AS revoked,
            parent, renewable_until
        FROM main.token WHERE created <= \(at)
        """
    }
}
