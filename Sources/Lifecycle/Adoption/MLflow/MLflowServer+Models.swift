import Digests
import Experiments
package import Support

extension MLflowServer {
    private static let promptFilter = "tag.`\(MLflowWords.promptTag)` = 'true'"

    // MARK: - Logged models

    package func eachLoggedModel(_ visit: (ForeignLoggedModel) throws(MartletError) -> Void) throws(MartletError) {
        for (place, identifier) in identifiers.enumerated() {
            let question: JSONValue = ["experiment_ids": [.string(identifier)], "max_results": 50]
            var models: [JSONValue] = []
            do throws(MartletError) {
                try api.pages("logged-models/search", question) { (page) throws(MartletError) in models += page["models"].elements }
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
            let query = folder.isEmpty ? "" : "?artifact_directory_path=\(MLflowAPI.encoded(folder))"
            guard let list = try? api.ask("logged-models/\(MLflowAPI.encoded(id))/artifacts/directories\(query)") else { break }
            for entry in list["files"].elements {
                guard let path = entry["path"].text, path.hasPrefix(folder), path != folder else { continue }
                if entry["is_dir"] == true {
                    folders.append(path)
                } else {
                    let address = "/ajax-api/2.0/mlflow/logged-models/\(MLflowAPI.encoded(id))/artifacts/files?artifact_file_path="
                    model.files.append(ForeignFile(path, .address(address + MLflowAPI.encoded(path))))
                }
            }
        }
        return model
    }

    // MARK: - Registered models

    /// Models and prompts alike, which the server only tells apart where it is asked to.
    package func registeredModels() throws(MartletError) -> [ForeignModel] {
        var models: [ForeignModel] = []
        for filter in ["", "?filter=\(MLflowAPI.encoded(MLflowServer.promptFilter))"] {
            try api.queryPages("registered-models/search\(filter)", "max_results=100") { (page) throws(MartletError) in
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
        try api.queryPages("model-versions/search?filter=\(MLflowAPI.encoded(filter))", "max_results=1000") { (page) throws(MartletError) in
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
}
