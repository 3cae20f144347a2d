import Database
import Projects
import Support
import TestSupport
import Testing

@Suite("What refers to stored objects")
struct ReferencesTests {
    /// The columns that can hold text and refer to no object that has to be kept. What is new in the schema is put here, or into `ObjectReferences`:
    /// a column that is in neither place would let objects be removed that it names.
    private static let others = [
        "alert_delivery": "target change body error", "alert_silence": "cause actor reason", "alias_move": "model alias actor reason",
        "approval": "principal name roles via verdict meaning reason revoked_by revoked_reason",
        "approval_override": "model alias actor reason missing reviewer note", "approval_request": "model alias covers charter actor note",
        "artifact": "path", "backup_place": "path", "charter_confirmation": "digest actor", "check_result": "objective subject verdict reason",
        "dataset_version": "name run", "edge": "source relation target", "erased_object": "digest subject kind replacement",
        "erased_prediction": "id endpoint model", "erasure": "subject reason actor state found", "event": "actor kind subject previous hash",
        "experiment": "name artifacts origin", "experiment_tag": "key value", "file_state": "path digest",
        "foreign_dataset": "namespace name role event",
        "foreign_event": "digest state run namespace job parent_namespace parent_job producer body",
        "identity": "issuer subject principal", "incident": "fingerprint kind endpoint cause severity summary acknowledged_by closed_by reason",
        "label": "endpoint subject value", "lineage_delivery": "target run state error", "lineage_tally": "target reason",
        "legal_hold": "subject key reason actor",
        "logged_dataset": "name digest source_type source schema profile", "logged_model": "id name run type status message actor",
        "logged_model_metric": "model dataset_name dataset_digest run value", "logged_model_parameter": "model key value",
        "logged_model_tag": "model key value", "metric": "run split name segment", "metric_about": "model dataset_name dataset_digest",
        "metric_latest": "value", "metric_name": "name", "metric_point": "value", "model_version": "model run dataset authors",
        "monitor_result": "monitor endpoint body", "node": "ref facts", "principal": "id kind name password", "promotion_rule": "actor body",
        "registered_model": "name kind description", "registered_model_tag": "model key value", "role_binding": "principal role",
        "run": "id name parent step status parameters code error actor claimed_user", "run_input": "tags", "run_model": "direction model",
        "run_parameter": "key value", "run_tag": "key value", "session": "hash principal", "source_batch": "source name", "source_key": "source key",
        "source_state": "source state error", "stage_move": "model stage actor",
        "step_state": "step fingerprint run", "subject_key": "key", "test_opening": "model purpose",
        "token": "name principal hash hint scopes parent", "traffic_change": "endpoint model plan actor reason",
        "version_origin": "model source run_link logged_model artifacts format",
        "version_state": "model description stage", "version_tag": "model key value", "webhook": "id name description url events",
        "webhook_delivery": "webhook event data outcome",
    ]

    @Test("Every column of the schema that can hold text is known to refer to objects, or not to") func columns() throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(path: folder.path("martlet.db"))
        let there = try database.read { session in
            try session.rows(
                "SELECT t.name AS t, c.name AS c FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' "
                    + "AND t.name NOT LIKE 'sqlite%' AND c.type NOT IN ('INTEGER', 'REAL')"
            ).map { "\($0.text("t") ?? "").\($0.text("c") ?? "")" }
        }
        var known = Set(Self.others.flatMap { table, columns in columns.split(separator: " ").map { "\(table).\($0)" } })
        for (table, columns) in ObjectReferences.columns {
            for column in columns { #expect(known.insert("\(table).\(column)").inserted, "\(table).\(column) stands in both places.") }
        }
        #expect(known.subtracting(there).isEmpty, "There are no such columns.")
        #expect(Set(there).subtracting(known).isEmpty, "Do they name stored objects? ObjectReferences, or this test, has to know.")
    }
}
