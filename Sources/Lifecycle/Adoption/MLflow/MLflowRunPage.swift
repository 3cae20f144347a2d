import Database
import Experiments
import Support

/// Some runs of an MLflow database, one behind the other, with all that is short: read together, because old databases have no index that finds
/// the parameters of one run.
struct MLflowRunPage {
    private(set) var rows: [SQLRow] = []
    private(set) var parameters: [String: [KeyValue]] = [:]
    private(set) var tags: [String: [KeyValue]] = [:]
    private(set) var inputs: [String: [DatasetInput]] = [:]
    private(set) var models: [String: [ModelLink]] = [:]
    private(set) var modelPoints: [String: [MetricPoint]] = [:]
    /// How many points each run has, and which is the newest.
    private(set) var counts: [String: String] = [:]

    init() {}

    /// - Parameter last: the run behind which they begin.
    init(after last: String, limit: Int, in session: SQLSession) throws {
        rows = try session.rows("SELECT * FROM runs WHERE run_uuid > ? ORDER BY run_uuid LIMIT ?", [SQLValue(last), SQLValue(limit)])
        let ids = rows.compactMap { $0.text("run_uuid") }.map { SQLValue($0) }
        let places = ids.map { _ in "?" }.joined(separator: ", ")
        let tables = Set(try session.rows("SELECT name FROM sqlite_master WHERE type = 'table'").compactMap { $0.text("name") })
        let chosen = { (sql: String) in try session.rows("\(sql) IN (\(places))", ids) }
        for row in try chosen("SELECT run_uuid, key, value FROM params WHERE run_uuid") { add(row, to: &parameters) }
        for row in try chosen("SELECT run_uuid, key, value FROM tags WHERE run_uuid") { add(row, to: &tags) }
        let count = "SELECT run_uuid, count(*) AS n, max(rowid) AS newest FROM metrics WHERE run_uuid IN (\(places)) GROUP BY run_uuid"
        for row in try session.rows(count, ids) { counts[row.text("run_uuid") ?? ""] = "\(row.int("n") ?? 0) \(row.int("newest") ?? 0)" }
        if tables.isSuperset(of: ["inputs", "input_tags", "datasets"]) { try readInputs(chosen, session) }
        if tables.contains("logged_model_metrics") {
            for row in try chosen("SELECT * FROM logged_model_metrics WHERE run_id") { add(measured: row) }
        }
    }

    private func add(_ row: SQLRow, to pairs: inout [String: [KeyValue]]) {
        pairs[row.text("run_uuid") ?? "", default: []].append(KeyValue(row.text("key") ?? "", row.text("value") ?? ""))
    }

    private mutating func readInputs(_ chosen: (String) throws -> [SQLRow], _ session: SQLSession) throws {
        let datasets = "SELECT i.destination_id, i.input_uuid, d.* FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id"
        for row in try chosen("\(datasets) WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id") {
            let tags = try session.rows("SELECT name, value FROM input_tags WHERE input_uuid = ? ORDER BY name", [row["input_uuid"]])
            inputs[row.text("destination_id") ?? "", default: []].append(
                DatasetInput(
                    name: row.text("name") ?? "", digest: row.text("digest") ?? "", sourceType: row.text("dataset_source_type") ?? "",
                    source: row.text("dataset_source") ?? "", schema: row.text("dataset_schema"), profile: row.text("dataset_profile"),
                    tags: tags.map { KeyValue($0.text("name") ?? "", $0.text("value") ?? "") }))
        }
        for row in try chosen("SELECT * FROM inputs WHERE source_type IN ('RUN_INPUT', 'RUN_OUTPUT') AND source_id") {
            let direction: ModelLink.Direction = row.text("source_type") == "RUN_INPUT" ? .input : .output
            let link = ModelLink(direction, row.text("destination_id") ?? "", step: Int64(row.int("step") ?? 0))
            models[row.text("source_id") ?? "", default: []].append(link)
        }
    }

    private mutating func add(measured row: SQLRow) {
        let about = MetricAbout(
            model: row.text("model_id") ?? "", datasetName: row.text("dataset_name") ?? "", datasetDigest: row.text("dataset_digest") ?? "")
        modelPoints[row.text("run_id") ?? "", default: []].append(
            MetricPoint(
                row.text("metric_name") ?? "", row.double("metric_value") ?? .nan,
                at: Timestamp(milliseconds: Int64(row.int("metric_timestamp_ms") ?? 0)), step: Int64(row.int("metric_step") ?? 0), about: about))
    }
}
