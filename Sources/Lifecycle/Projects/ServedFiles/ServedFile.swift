internal import Data
internal import Database
internal import Digests
internal import Exploration
internal import Objects
internal import Pipelines
package import Registry
internal import Serving
package import Support
internal import Tables
internal import Training

/// A model's file that is served as it is.
package struct ServedFile: Sendable {
    package var path: String
    /// The data that it was trained on, to which requests are compared; nil where that is not known.
    package var reference: String?
    /// The column of the reference that the model answers.
    package var target: String?
    /// The Python that runs it, where it needs one; nil for the one of the settings, of the environment or of the project.
    package var python: String?

    package init(path: String, reference: String? = nil, target: String? = nil, python: String? = nil) {
        self.path = path
        self.reference = reference
        self.target = target
        self.python = python
    }
}

extension Project {
    /// Makes files champions: a single one of the project's main model, several each of the model that is called like it.
    /// - Throws: `usage` where two are called alike; what `take` of one throws.
    package func take(_ served: [ServedFile]) throws(MartletError) -> [ModelVersion] {
        guard served.count > 1 else { return try served.map { file throws(MartletError) in try take(file) } }
        let names = served.map { ServingTemplate.name(of: $0.path) }
        guard Set(names).count == names.count else {
            throw MartletError(
                .usage, "Two of the files are called alike, and each is served under its name. Rename one: \(names.joined(separator: ", ")).")
        }
        var versions: [ModelVersion] = []
        for (name, one) in zip(names, served) {
            let other = file.serving.model == name ? file.serving : file.serving.other(name, model: name)
            guard other.model == file.serving.model || name != file.serving.endpoint else {
                throw MartletError(.usage, "“\(name)” is the endpoint of the model \(file.serving.model). Rename the file.")
            }
            versions.append(try serving(other).take(one))
        }
        return versions
    }

    /// Makes a file the champion: registers it, unless its version stands there already, and moves the alias.
    /// - Throws: `notFound`; `invalidInput` for what is no model or does not fit the reference; `refused` where the rule of promotion, or the
    ///   project itself, wants more than a file.
    package func take(_ served: ServedFile) throws(MartletError) -> ModelVersion {
        guard file.kind == .serving else { throw refusal(served) }
        let content = try content(of: served)
        let dataset = try served.reference.map { path throws(MartletError) in try keep(reference: path) }
        if let champion = try champion(), champion.digest == content.digest, isAsServed(champion, served, dataset) {
            return champion
        }
        let signature = try signature(of: content, served, dataset)
        let version = try database.write { session in
            try models.register(
                model: file.model, digest: content.digest, run: RunID(""), dataset: dataset?.reference.description ?? "",
                details: try details(signature, served, content), in: session)
        }
        let decision = try promote(version.reference.description, reason: "Served from the file \(served.path).")
        guard decision.passes else { throw MartletError(.refused, decision.sentence) }
        return version
    }

    /// Whether the champion, whose bytes are the same, came with the same words.
    private func isAsServed(_ champion: ModelVersion, _ served: ServedFile, _ dataset: DatasetVersion?) -> Bool {
        (dataset == nil || champion.dataset == dataset?.reference.description)
            && (served.python == nil || champion.details.parameters["python"].text == served.python)
    }

    private func refusal(_ served: ServedFile) -> MartletError {
        let how =
            file.isTrackingOnly
            ? "Write “serving: {endpoint: \(ServingTemplate.name(of: served.path)), model: \(ServingTemplate.name(of: served.path))@champion}” and “promotion: {champion: {gates: none}}” into \(ProjectFile.name), or serve the file from a folder of its own (-C)."
            : "Its versions come from its pipeline and pass its gates. Serve the file from a folder of its own: martlet serve -C FOLDER \(served.path)."
        return MartletError(.refused, "\(file.project) does not serve files. \(how)")
    }

    private func signature(of content: ServedContent, _ served: ServedFile, _ dataset: DatasetVersion?) throws(MartletError) -> Signature {
        let data = try dataset?.part("train").map { part throws(MartletError) in
            try PreparedFile.load(objects.path(part.digest), engine: openDuckDB())
        }
        do throws(MartletError) {
            switch content.runtime {
            case .python: return try pythonSignature(content, served, data: data)
            case .lightGBM: return try treesSignature(content.bytes, data: data)
            case .composite: throw MartletError(.defect, "A file is no chain or ensemble.")
            case nil: return try DescribedGraph.signature(locator: engines, bytes: content.bytes, data: data, target: served.target)
            }
        } catch {
            guard error.code == .invalidInput || error.code == .notFound else { throw error }
            throw MartletError(error.code, "\(served.path): \(error.message)", place: error.place, cause: error.cause)
        }
    }

    private func details(_ signature: Signature, _ served: ServedFile, _ content: ServedContent) throws(MartletError) -> ModelVersion.Details {
        var parameters: JSONValue = ["file": .string(served.path)]
        if let python = served.python, content.runtime == .python { parameters["python"] = .string(python) }
        var details = ModelVersion.Details(
            step: "", trainer: "file", signature: signature, request: signature, rules: try JSONText.value(RowRules([])),
            parameters: parameters, importance: [], notes: [], size: content.size)
        details.takesTensors = true
        details.runtime = content.runtime
        return details
    }

    /// Keeps a file's rows as the version of a dataset, whole, as what a model was trained on.
    private func keep(reference path: String) throws(MartletError) -> DatasetVersion {
        let temporary = objects.temporaryPath()
        let table = try KeptTable(of: path, in: root, to: temporary, engine: openDuckDB())
        let part = DatasetVersion.Part(split: "train", digest: try objects.adopt(file: temporary), rows: table.rows)
        let source = DatasetVersion.SourceFile(path: table.file.name, size: table.file.size, digest: try files.digest(table.file.path))
        let details = DatasetVersion.Details(
            parts: [part], columns: table.columns.map { DatasetVersion.ColumnInfo(name: $0.name, kind: $0.kind, role: .feature) },
            raw: table.columns, sources: [source], rules: try JSONText.value(RowRules([])), rejectedRows: table.rejected.count,
            rowsWithoutTarget: 0, expectationsPassed: 0, expectationsFailed: 0, validation: try store(.object([])),
            profile: try store(table.profile.json), rejects: try store(JSONText.value(table.rejected)), notes: [])
        return try datasets.add(file.project, details, run: RunID(""))
    }

    private func store(_ value: JSONValue) throws(MartletError) -> Digest { try objects.put(Array(value.pretty.utf8)) }
}
