import Digests
import Experiments
import Foundation
import Outgoing
package import Support

/// A running MLflow server, asked by MLflow's own protocol. It blocks while it asks: keep it off Swift's cooperative threads.
package final class MLflowServer: ForeignStore {
    private let client: OutgoingClient
    private let address: OutgoingAddress
    private let headers: [(name: String, value: String)]
    /// The identifiers of the experiments, in the order in which they are given.
    private var identifiers: [String] = []
    /// The run that is visited now, as the server told it.
    private var current: JSONValue = .null
    package private(set) var leftOut: [String: Int] = [:]

    private static let promptFilter = "tag.`\(MLflowWords.promptTag)` = 'true'"
    private static let runsAtOnce = 200
    private static let pointsAtOnce = 20_000

    /// - Parameters:
    ///   - text: `http://host:port`, with or without a path. Whoever types it means it: it may be a private one.
    ///   - environment: where the client's own variables for signing in are looked for.
    /// - Throws: `invalidInput` for what is no address.
    package init(_ text: String, environment: [String: String]) throws(MartletError) {
        address = try OutgoingAddress(text)
        client = OutgoingClient(allowsPrivate: true)
        if let token = environment["MLFLOW_TRACKING_TOKEN"] {
            headers = [("authorization", "Bearer \(token)")]
        } else if let user = environment["MLFLOW_TRACKING_USERNAME"], let word = environment["MLFLOW_TRACKING_PASSWORD"] {
            headers = [("authorization", "Basic \(Data("\(user):\(word)".utf8).base64EncodedString())")]
        } else {
            headers = []
        }
    }

    package func origin(of _: ForeignRun) -> String { "mlflow" }

    package func experiments() throws(MartletError) -> [ForeignExperiment] {
        var found: [ForeignExperiment] = []
        identifiers = []
        try pages("experiments/search", ["view_type": "ALL", "max_results": 1000]) { (page) throws(MartletError) in
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
            try pages("runs/search", question) { (page) throws(MartletError) in
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

    private static func pairs(_ list: JSONValue) -> [KeyValue] { list.elements.map { KeyValue($0["key"].text ?? "", $0["value"].text ?? "") } }

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
                "run_id=\(MLflowServer.encoded(run.id.rawValue))&metric_key=\(MLflowServer.encoded(metric))&max_results=\(MLflowServer.pointsAtOnce)"
            let page = try ask("metrics/get-history?\(query)" + (token.isEmpty ? "" : "&page_token=\(MLflowServer.encoded(token))"))
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

    // MARK: - Logged models

    package func eachLoggedModel(_ visit: (ForeignLoggedModel) throws(MartletError) -> Void) throws(MartletError) {
        for (place, identifier) in identifiers.enumerated() {
            let question: JSONValue = ["experiment_ids": [.string(identifier)], "max_results": 50]
            var models: [JSONValue] = []
            do throws(MartletError) {
                try pages("logged-models/search", question) { (page) throws(MartletError) in models += page["models"].elements }
            } catch {
                // Servers before MLflow 3 have no logged models.
                guard error.code == .notFound else { throw error }
                return
            }
            for model in models { try visit(loggedModel(model, place)) }
        }
    }

    private func loggedModel(_ value: JSONValue, _ place: Int) throws(MartletError) -> ForeignLoggedModel {
        let (info, data) = (value["info"], value["data"])
        let id = info["model_id"].text ?? ""
        var model = ForeignLoggedModel(
            id: id, experiment: place, name: info["name"].text ?? "", run: info["source_run_id"].text.map { RunID($0) },
            type: info["model_type"].text ?? "", status: MLflowWords.modelStatus(info["status"].text))
        (model.message, model.created) = (info["status_message"].text ?? "", info["creation_timestamp_ms"].whole.map { Timestamp(milliseconds: $0) })
        (model.parameters, model.tags) = (MLflowServer.pairs(data["params"]), MLflowServer.pairs(info["tags"]))
        model.mark = Digest(of: info.compact + data["params"].compact).short
        var folders = [""]
        while let folder = folders.popLast() {
            let query = folder.isEmpty ? "" : "?artifact_directory_path=\(MLflowServer.encoded(folder))"
            guard let list = try? ask("logged-models/\(MLflowServer.encoded(id))/artifacts/directories\(query)") else { break }
            for entry in list["files"].elements {
                guard let path = entry["path"].text, path.hasPrefix(folder), path != folder else { continue }
                if entry["is_dir"] == true {
                    folders.append(path)
                } else {
                    let address = "/ajax-api/2.0/mlflow/logged-models/\(MLflowServer.encoded(id))/artifacts/files?artifact_file_path="
                    model.files.append(ForeignFile(path, .address(address + MLflowServer.encoded(path))))
                }
            }
        }
        return model
    }

    // MARK: - Registered models

    /// Models and prompts alike, which the server only tells apart where it is asked to.
    package func registeredModels() throws(MartletError) -> [ForeignModel] {
        var models: [ForeignModel] = []
        for filter in ["", "?filter=\(MLflowServer.encoded(MLflowServer.promptFilter))"] {
            try queryPages("registered-models/search\(filter)", "max_results=100") { (page) throws(MartletError) in
                for value in page["registered_models"].elements where !models.contains(where: { $0.name == value["name"].text }) {
                    models.append(try model(value))
                }
            }
        }
        return models
    }

    private func model(_ value: JSONValue) throws(MartletError) -> ForeignModel {
        let name = value["name"].text ?? ""
        var model = ForeignModel(name: name, description: value["description"].text ?? "", tags: MLflowServer.pairs(value["tags"]))
        model.aliases = value["aliases"].elements.compactMap { alias in
            alias["alias"].text.flatMap { name in alias["version"].whole.map { KeyValue(name, "\($0)") } }
        }
        // Versions of prompts are only found where they are asked for as such.
        let isPrompt = model.tags.contains { $0.key == MLflowWords.promptTag }
        let filter = "name='\(name.replacing("'", with: "''"))'" + (isPrompt ? " AND \(MLflowServer.promptFilter)" : "")
        try queryPages("model-versions/search?filter=\(MLflowServer.encoded(filter))", "max_results=1000") { (page) throws(MartletError) in
            for value in page["model_versions"].elements {
                guard let number = value["version"].whole, number > 0, value["name"].text == name else { continue }
                let run = value["run_id"].text.flatMap { $0.isEmpty ? nil : RunID($0) }
                var version = ForeignModel.Version(number: Int(number), source: value["source"].text ?? "", run: run)
                (version.loggedModel, version.description) = (value["model_id"].text ?? "", value["description"].text ?? "")
                if version.loggedModel.isEmpty, version.source.hasPrefix("models:/m-") { version.loggedModel = String(version.source.dropFirst(8)) }
                (version.stage, version.tags) = (value["current_stage"].text ?? "", MLflowServer.pairs(value["tags"]))
                model.versions.append(version)
            }
        }
        model.versions.sort { $0.number < $1.number }
        return model
    }

    /// Goes through the pages of a search that is asked by query.
    private func queryPages(_ call: String, _ limit: String, _ body: (JSONValue) throws(MartletError) -> Void) throws(MartletError) {
        var token = ""
        repeat {
            let page = try ask(call + (call.contains("?") ? "&" : "?") + limit + (token.isEmpty ? "" : "&page_token=\(MLflowServer.encoded(token))"))
            try body(page)
            token = page["next_page_token"].text ?? ""
        } while !token.isEmpty
    }

    // MARK: - Files

    private func readFiles(
        of run: ForeignRun, cursor: String, _ keep: (ForeignBatch) throws(MartletError) -> Void
    ) throws(MartletError) {
        var folders = [""]
        while let folder = folders.popLast() {
            let id = MLflowServer.encoded(run.id.rawValue)
            let list: JSONValue
            do throws(MartletError) {
                list = try ask("artifacts/list?run_id=\(id)" + (folder.isEmpty ? "" : "&path=\(MLflowServer.encoded(folder))"))
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
                    batch.files.append(ForeignFile(path, .address("/get-artifact?run_id=\(id)&path=\(MLflowServer.encoded(path))")))
                }
            }
            try keep(batch)
        }
    }

    package func fetch(_ path: String, into file: String) throws(MartletError) {
        var request = OutgoingRequest("GET", headers: headers)
        request.patience = 3600
        let status = try client.saveAndWait(request, to: address.appending(path), into: file)
        guard status == 200 else { throw MartletError(.unavailable, "The server answered \(status) when it was asked for a file of a run.") }
    }

    // MARK: - Asking

    /// Goes through the pages of a search.
    private func pages(_ call: String, _ question: JSONValue, _ body: (JSONValue) throws(MartletError) -> Void) throws(MartletError) {
        var question = question
        var token = ""
        repeat {
            if !token.isEmpty { question["page_token"] = .string(token) }
            let page = try ask(call, question)
            try body(page)
            token = page["next_page_token"].text ?? ""
        } while !token.isEmpty
    }

    private func ask(_ call: String, _ body: JSONValue? = nil) throws(MartletError) -> JSONValue {
        var request = OutgoingRequest(body == nil ? "GET" : "POST", headers: headers + [("content-type", "application/json")])
        if let body { request.body = Array(body.compact.utf8) }
        (request.limit, request.patience) = (256 << 20, 120)
        let answer = try client.sendAndWait(request, to: address.appending("/api/2.0/mlflow/\(call)"))
        let value = try? JSONValue(parsing: answer.bytes)
        guard answer.status == 200, let value else {
            let reason = value?["message"].text.map { " It says: \($0.prefix(300))" } ?? ""
            let hint = answer.status == 401 || answer.status == 403 ? " Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD." : ""
            throw MartletError(
                answer.status == 404 ? .notFound : .invalidInput,
                "What answers there is no MLflow server, or refused: it answered \(answer.status) to \(call.prefix { $0 != "?" }).\(reason)\(hint)")
        }
        return value
    }

    /// A text as a part of a query.
    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D || byte == 0x5F || byte == 0x2E
            return isPlain ? String(UnicodeScalar(byte)) : "%" + String(format: "%02X", byte)
        }.joined()
    }
}

extension JSONValue {
    /// A whole number, also as the text in which protocol buffers' JSON writes large ones.
    fileprivate var whole: Int64? { int.map(Int64.init) ?? text.flatMap { Int64($0) } }
}
