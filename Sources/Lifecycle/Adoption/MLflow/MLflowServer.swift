import Digests
import Experiments
import Foundation
package import Support

/// A running MLflow server, asked by MLflow's own protocol. It blocks while it asks: keep it off Swift's cooperative threads.
package final class MLflowServer: ForeignStore {
    let api: MLflowAPI
    /// The identifiers of the experiments, in the order in which they are given.
    private(set) var identifiers: [String] = []
    /// The run that is visited now, as the server told it.
    private var current: JSONValue = .null
    package private(set) var leftOut: [String: Int] = [:]

    private static let runsAtOnce = 200
    private static let pointsAtOnce = 20_000

    /// - Parameters:
    ///   - text: `http://host:port`, with or without a path. Whoever types it means it: it may be a private one.
    ///   - environment: where the client's own variables for signing in are looked for.
    /// - Throws: `invalidInput` for what is no address.
    package init(_ text: String, environment: [String: String]) throws(MartletError) { api = try MLflowAPI(text, environment: environment) }

    package func origin(of _: ForeignRun) -> String { "mlflow" }

    package func experiments() throws(MartletError) -> [ForeignExperiment] {
        var found: [ForeignExperiment] = []
        identifiers = []
        try api.pages("experiments/search", ["view_type": "ALL", "max_results": 1000]) { (page) throws(MartletError) in
            for value in page["experiments"].elements {
                identifiers.append(value["experiment_id"].text ?? "")
                found.append(
                    ForeignExperiment(
                        number: value["experiment_id"].text.flatMap { Int($0) }, name: value["name"].text ?? "",
                        created: value["creation_time"].whole.map { Timestamp(milliseconds: $0) },
                        isDeleted: value["lifecycle_stage"] == "deleted", tags: MLflowServer.pairs(value["tags"])))
            }
        }
        return found
    }

    package func eachRun(_ visit: (ForeignRun) throws(MartletError) -> Void) throws(MartletError) {
        for (place, identifier) in identifiers.enumerated() {
            let question: JSONValue = [
                "experiment_ids": [.string(identifier)], "run_view_type": "ALL", "max_results": JSONValue(MLflowServer.runsAtOnce),
                "order_by": ["attributes.start_time ASC"],
            ]
            try api.pages("runs/search", question) { (page) throws(MartletError) in
                for value in page["runs"].elements {
                    current = value
                    try visit(MLflowServer.run(value, place))
                }
            }
        }
    }

    private static func run(_ value: JSONValue, _ place: Int) -> ForeignRun {
        let info = value["info"]
        let tags = pairs(value["data"]["tags"])
        let tag = { (key: String) in tags.first { $0.key == key }?.value }
        let user = info["user_id"].text ?? ""
        return ForeignRun(
            id: RunID(info["run_id"].text ?? info["run_uuid"].text ?? ""), place: info["artifact_uri"].text ?? "", experiment: place,
            name: info["run_name"].text ?? tag(MLflowWords.nameTag) ?? "", parent: tag(MLflowWords.parentTag).map { RunID($0) },
            status: MLflowWords.status(info["status"].text), started: Timestamp(milliseconds: info["start_time"].whole ?? 0),
            ended: info["end_time"].whole.map { Timestamp(milliseconds: $0) }, isDeleted: info["lifecycle_stage"] == "deleted",
            user: user.isEmpty ? tag(MLflowWords.userTag) ?? "" : user)
    }

    static func pairs(_ list: JSONValue) -> [KeyValue] { list.elements.map { KeyValue($0["key"].text ?? "", $0["value"].text ?? "") } }

    // MARK: - One run

    /// A run that has ended counts as read where nothing of what a search shows has changed; its files are not listed anew.
    package func isRead(_ run: ForeignRun, upTo text: String) -> Bool {
        let notes = FileCursor(text).notes
        return notes["mark"].text == mark && notes["ended"] == true
    }

    private var mark: String { Digest(of: current.compact).short }

    package func read(
        _ run: ForeignRun, after text: String, _ keep: (ForeignBatch) throws(MartletError) -> Void
    ) throws(MartletError) {
        var batch = ForeignBatch()
        let data = current["data"]
        (batch.name, batch.cursor) = (run.name, text)
        (batch.parameters, batch.tags) = (MLflowServer.pairs(data["params"]), MLflowServer.pairs(data["tags"]))
        for input in current["inputs"]["dataset_inputs"].elements { batch.inputs.append(MLflowServer.input(input)) }
        for model in current["inputs"]["model_inputs"].elements { batch.models.append(ModelLink(.input, model["model_id"].text ?? "")) }
        for model in current["outputs"]["model_outputs"].elements {
            batch.models.append(ModelLink(.output, model["model_id"].text ?? "", step: model["step"].whole ?? 0))
        }
        try keep(batch)
        for metric in Set(data["metrics"].elements.compactMap { $0["key"].text }).sorted() { try readHistory(of: metric, run, cursor: text, keep) }
        try readFiles(of: run, cursor: text, keep)
        var (cursor, last) = (FileCursor(""), ForeignBatch())
        cursor.notes = ["mark": .string(mark), "ended": .bool(run.ended != nil)]
        (last.status, last.ended, last.deletes, last.cursor) = (run.status, run.ended, run.isDeleted, cursor.text)
        try keep(last)
    }

    private static func input(_ value: JSONValue) -> DatasetInput {
        let dataset = value["dataset"]
        return DatasetInput(
            name: dataset["name"].text ?? "", digest: dataset["digest"].text ?? "", sourceType: dataset["source_type"].text ?? "",
            source: dataset["source"].text ?? "", schema: dataset["schema"].text, profile: dataset["profile"].text, tags: pairs(value["tags"]))
    }

    private func readHistory(
        of metric: String, _ run: ForeignRun, cursor: String, _ keep: (ForeignBatch) throws(MartletError) -> Void
    ) throws(MartletError) {
        var token = ""
        repeat {
            let query =
                "run_id=\(MLflowAPI.encoded(run.id.rawValue))&metric_key=\(MLflowAPI.encoded(metric))&max_results=\(MLflowServer.pointsAtOnce)"
            let page = try api.ask("metrics/get-history?\(query)" + (token.isEmpty ? "" : "&page_token=\(MLflowAPI.encoded(token))"))
            var batch = ForeignBatch()
            batch.cursor = cursor
            batch.points = page["metrics"].elements.map { MLflowServer.point($0, metric) }
            try keep(batch)
            token = page["next_page_token"].text ?? ""
        } while !token.isEmpty
    }

    private static func point(_ value: JSONValue, _ metric: String) -> MetricPoint {
        let number = value["value"].double ?? value["value"].text.flatMap { Double($0) } ?? .nan
        let model = value["model_id"].text ?? ""
        let (name, digest) = (value["dataset_name"].text ?? "", value["dataset_digest"].text ?? "")
        let about = model.isEmpty && name.isEmpty ? nil : MetricAbout(model: model, datasetName: name, datasetDigest: digest)
        return MetricPoint(
            metric, number, at: Timestamp(milliseconds: value["timestamp"].whole ?? 0), step: value["step"].whole ?? 0, about: about)
    }

    // MARK: - Files

    private func readFiles(
        of run: ForeignRun, cursor: String, _ keep: (ForeignBatch) throws(MartletError) -> Void
    ) throws(MartletError) {
        var folders = [""]
        while let folder = folders.popLast() {
            let id = MLflowAPI.encoded(run.id.rawValue)
            let list: JSONValue
            do throws(MartletError) {
                list = try api.ask("artifacts/list?run_id=\(id)" + (folder.isEmpty ? "" : "&path=\(MLflowAPI.encoded(folder))"))
            } catch {
                guard folder.isEmpty, error.code != .unavailable else { throw error }
                leftOut["runs whose files the server could not list", default: 0] += 1
                return
            }
            var batch = ForeignBatch()
            batch.cursor = cursor
            for entry in list["files"].elements {
                guard let path = entry["path"].text, path.hasPrefix(folder), path != folder else { continue }
                if entry["is_dir"] == true {
                    folders.append(path)
                } else {
                    batch.files.append(ForeignFile(path, .address("/get-artifact?run_id=\(id)&path=\(MLflowAPI.encoded(path))")))
                }
            }
            try keep(batch)
        }
    }

    package func fetch(_ path: String, into file: String) throws(MartletError) { try api.fetch(path, into: file) }
}
