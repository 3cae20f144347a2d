import Database
import Digests
import Experiments
package import Support

/// The SQLite database of an MLflow server, which may go on writing to it: every reading is a short one.
package final class MLflowDatabase: ForeignStore {
    private let database: SQLiteSnapshot
    private let place: ArtifactPlace
    /// The number that each experiment has there, in the order in which they are given.
    private var numbers: [Int] = []
    private var page = MLflowRunPage()
    package private(set) var leftOut: [String: Int] = [:]

    private static let runsAtOnce = 100
    private static let pointsAtOnce = 20_000

    /// - Parameter artifacts: the folder that its server keeps artifacts in, where that is not `mlartifacts` beside it.
    /// - Throws: `notFound`, `corrupted`; `invalidInput` for a database of something else.
    package init(_ path: String, artifacts: String? = nil) throws(MartletError) {
        guard FileWindow.size(of: path) != nil else { throw MartletError(.notFound, "There is no file \(path).") }
        database = try SQLiteSnapshot(path: path)
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        place = ArtifactPlace(base: folder.isEmpty ? "/" : folder, destination: artifacts)
        let tables = try database.read { try $0.rows("SELECT name FROM sqlite_master WHERE type = 'table'").compactMap { $0.text("name") } }
        guard Set(["experiments", "runs", "metrics", "params", "tags"]).isSubset(of: tables) else {
            throw MartletError(.invalidInput, "\(path) is a database, but none of MLflow’s: it lacks the tables of experiments and runs.")
        }
    }

    package func origin(of _: ForeignRun) -> String { "mlflow" }

    package func experiments() throws(MartletError) -> [ForeignExperiment] {
        let (rows, tags) = try database.read { session in
            (try session.rows("SELECT * FROM experiments ORDER BY experiment_id"), try session.rows("SELECT * FROM experiment_tags ORDER BY key"))
        }
        let byExperiment = Dictionary(grouping: tags) { $0.int("experiment_id") ?? -1 }
        numbers = rows.map { $0.int("experiment_id") ?? -1 }
        return rows.map { row in
            let tags = byExperiment[row.int("experiment_id") ?? -1] ?? []
            return ForeignExperiment(
                number: row.int("experiment_id"), name: row.text("name") ?? "",
                created: row.int("creation_time").map { Timestamp(milliseconds: Int64($0)) }, isDeleted: row.text("lifecycle_stage") == "deleted",
                tags: tags.map { KeyValue($0.text("key") ?? "", $0.text("value") ?? "") })
        }
    }

    package func eachRun(_ visit: (ForeignRun) throws(MartletError) -> Void) throws(MartletError) {
        let places = Dictionary(numbers.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var last = ""
        while true {
            let loaded = try database.read { try MLflowRunPage(after: last, limit: MLflowDatabase.runsAtOnce, in: $0) }
            guard let end = loaded.rows.last?.text("run_uuid") else { return }
            (page, last) = (loaded, end)
            for row in loaded.rows {
                guard let experiment = places[row.int("experiment_id") ?? -1] else {
                    leftOut["runs without an experiment", default: 0] += 1
                    continue
                }
                try visit(run(row, experiment))
            }
        }
    }

    private func run(_ row: SQLRow, _ experiment: Int) -> ForeignRun {
        let id = row.text("run_uuid") ?? ""
        let tag = { (key: String) in self.page.tags[id]?.first { $0.key == key }?.value }
        let name = row.text("name") ?? ""
        return ForeignRun(
            id: RunID(id), place: row.text("artifact_uri") ?? "", experiment: experiment, name: name.isEmpty ? tag(MLflowWords.nameTag) ?? "" : name,
            parent: tag(MLflowWords.parentTag).map { RunID($0) }, status: MLflowWords.status(row.text("status")),
            started: Timestamp(milliseconds: Int64(row.int("start_time") ?? 0)),
            ended: row.int("end_time").map { Timestamp(milliseconds: Int64($0)) }, isDeleted: row.text("lifecycle_stage") == "deleted",
            user: row.text("user_id") ?? tag(MLflowWords.userTag) ?? "")
    }

    // MARK: - One run

    package func isRead(_ run: ForeignRun, upTo text: String) -> Bool {
        let notes = FileCursor(text).notes
        return notes["mark"].text == mark(of: run) && notes["artifacts"].text == artifacts(of: run).mark
    }

    package func read(
        _ run: ForeignRun, after text: String, _ keep: (ForeignBatch) throws(MartletError) -> Void
    ) throws(MartletError) {
        var cursor = FileCursor(text)
        let artifacts = artifacts(of: run)
        var batch = ForeignBatch()
        (batch.name, batch.cursor) = (run.name, text)
        batch.parameters = page.parameters[run.id.rawValue] ?? []
        batch.tags = page.tags[run.id.rawValue] ?? []
        batch.points = page.modelPoints[run.id.rawValue] ?? []
        batch.inputs = page.inputs[run.id.rawValue] ?? []
        batch.models = page.models[run.id.rawValue] ?? []
        try keep(batch)
        try readMetrics(of: run, cursor: text, keep)
        if cursor.notes["artifacts"].text != artifacts.mark { try RunArtifacts.read(artifacts, cursor: text, keep) }
        if artifacts.links > 0 { leftOut["links among artifacts", default: 0] += artifacts.links }
        noteMissingFiles(of: run)
        cursor.notes = ["mark": .string(mark(of: run)), "artifacts": .string(artifacts.mark)]
        var last = ForeignBatch()
        (last.status, last.ended, last.deletes, last.cursor) = (run.status, run.ended, run.isDeleted, cursor.text)
        try keep(last)
    }

    /// Counts a run whose files cannot be here; whether it has any, its database does not say.
    private func noteMissingFiles(of run: ForeignRun) {
        let isElsewhere = run.place.contains("://") && !run.place.hasPrefix("file:")
        guard isElsewhere || place.destination == nil && run.place.hasPrefix("mlflow-artifacts:"), place.folder(of: run.place) == nil else { return }
        let what =
            isElsewhere
            ? "runs with files at \(run.place.prefix { $0 != ":" })://"
            : "runs without files here; if they have any, name the server’s folder with --artifacts"
        leftOut[what, default: 0] += 1
    }

    private func readMetrics(
        of run: ForeignRun, cursor: String, _ keep: (ForeignBatch) throws(MartletError) -> Void
    ) throws(MartletError) {
        var row: Int64 = -1
        while true {
            let (points, last) = try database.read { session in
                var points: [MetricPoint] = []
                var last = row
                try session.scan(
                    "SELECT rowid, key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = ? AND rowid > ? ORDER BY rowid LIMIT ?",
                    [SQLValue(run.id), .integer(row), SQLValue(MLflowDatabase.pointsAtOnce)]
                ) { column in
                    last = column.integer(0) ?? last
                    let value = column.integer(5) == 1 ? .nan : column.double(2) ?? .nan
                    points.append(
                        MetricPoint(
                            column.text(1) ?? "", value, at: Timestamp(milliseconds: column.integer(3) ?? 0), step: column.integer(4) ?? 0))
                }
                return (points, last)
            }
            guard !points.isEmpty else { return }
            row = last
            var batch = ForeignBatch()
            (batch.points, batch.cursor) = (points, cursor)
            try keep(batch)
        }
    }

    package func eachLoggedModel(_ visit: (ForeignLoggedModel) throws(MartletError) -> Void) throws(MartletError) {
        guard try database.read({ try !$0.columns(of: "logged_models").isEmpty }) else { return }
        let places = Dictionary(numbers.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        for row in try database.read({ try $0.rows("SELECT * FROM logged_models ORDER BY creation_timestamp_ms, model_id") }) {
            guard let experiment = places[row.int("experiment_id") ?? -1] else { continue }
            try visit(model(row, experiment))
        }
    }

    private func model(_ row: SQLRow, _ experiment: Int) throws(MartletError) -> ForeignLoggedModel {
        let id = row.text("model_id") ?? ""
        let (parameters, tags) = try database.read { session in
            (
                try session.rows(
                    "SELECT param_key AS key, param_value AS value FROM logged_model_params WHERE model_id = ? ORDER BY 1", [SQLValue(id)]),
                try session.rows("SELECT tag_key AS key, tag_value AS value FROM logged_model_tags WHERE model_id = ? ORDER BY 1", [SQLValue(id)])
            )
        }
        let pair = { (row: SQLRow) in KeyValue(row.text("key") ?? "", row.text("value") ?? "") }
        var model = ForeignLoggedModel(
            id: id, experiment: experiment, name: row.text("name") ?? "", run: row.text("source_run_id").map { RunID($0) },
            type: row.text("model_type") ?? "", status: MLflowWords.modelStatus(row.int("status").map { "\($0)" }))
        (model.message, model.isDeleted) = (row.text("status_message") ?? "", row.text("lifecycle_stage") == "deleted")
        model.created = row.int("creation_timestamp_ms").map { Timestamp(milliseconds: Int64($0)) }
        (model.parameters, model.tags) = (parameters.map(pair), tags.map(pair))
        let files = FolderFiles(row.text("artifact_location").flatMap(place.folder) ?? "\(place.base)/-")
        model.files = files.entries.map { ForeignFile($0.path, .file(files.path(of: $0))) }
        let pairs = (model.parameters + model.tags).map { "\($0.key)\n\($0.value)" }
        model.mark = Digest(of: (pairs + ["\(model.status) \(model.isDeleted)", files.mark]).joined(separator: "\n")).short
        return model
    }

    package func registeredModels() throws(MartletError) -> [ForeignModel] {
        try database.read { session in
            guard try !session.columns(of: "registered_models").isEmpty else { return [] }
            return try session.rows("SELECT * FROM registered_models ORDER BY name").map { row in
                let name = row.text("name") ?? ""
                let pairs = { (sql: String) in
                    try session.rows(sql, [SQLValue(name)]).map { KeyValue($0.text("key") ?? "", $0.text("value") ?? "") }
                }
                var model = ForeignModel(
                    name: name, description: row.text("description") ?? "",
                    tags: try pairs("SELECT key, value FROM registered_model_tags WHERE name = ? ORDER BY key"))
                if try !session.columns(of: "registered_model_aliases").isEmpty {
                    let aliases = "SELECT alias AS key, CAST(version AS TEXT) AS value FROM registered_model_aliases WHERE name = ? ORDER BY alias"
                    model.aliases = try pairs(aliases)
                }
                let tags = try session.rows("SELECT * FROM model_version_tags WHERE name = ? ORDER BY key", [SQLValue(name)])
                model.versions = try session.rows("SELECT * FROM model_versions WHERE name = ? ORDER BY version", [SQLValue(name)]).compactMap {
                    row in
                    MLflowDatabase.version(row, tags.filter { $0.int("version") == row.int("version") })
                }
                return model
            }
        }
    }

    private static func version(_ row: SQLRow, _ tags: [SQLRow]) -> ForeignModel.Version? {
        guard let number = row.int("version"), number > 0, row.text("current_stage") != "Deleted_Internal" else { return nil }
        let source = row.text("source") ?? ""
        let run = row.text("run_id").flatMap { $0.isEmpty ? nil : RunID($0) }
        var version = ForeignModel.Version(number: number, source: source, run: run)
        if source.hasPrefix("models:/m-") { version.loggedModel = String(source.dropFirst("models:/".count)) }
        (version.description, version.stage) = (row.text("description") ?? "", row.text("current_stage") ?? "")
        version.tags = tags.map { KeyValue($0.text("key") ?? "", $0.text("value") ?? "") }
        return version
    }

    private func artifacts(of run: ForeignRun) -> FolderFiles { FolderFiles(place.folder(of: run.place) ?? "\(place.base)/-") }

    /// What changes when anything of a run but its artifacts does.
    private func mark(of run: ForeignRun) -> String {
        let id = run.id.rawValue
        let pairs = ((page.parameters[id] ?? []) + (page.tags[id] ?? [])).map { "\($0.key)\n\($0.value)" }.sorted()
        let words = [run.name, run.status.rawValue, "\(run.ended?.microseconds ?? 0)", "\(run.isDeleted)", page.counts[id] ?? ""]
        let others = "\(page.inputs[id]?.count ?? 0) \(page.models[id]?.count ?? 0) \(page.modelPoints[id]?.count ?? 0)"
        return Digest(of: (pairs + words + [others]).joined(separator: "\n")).short
    }
}
