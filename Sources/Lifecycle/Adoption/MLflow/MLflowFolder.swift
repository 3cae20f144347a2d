import Digests
import Experiments
package import Support

/// A folder of MLflow's file store, `mlruns`: a folder for each experiment, in it one for each run.
package final class MLflowFolder: ForeignStore {
    private let root: String
    /// The folders of the experiments, in the order in which they are given.
    private let folders: [String]
    private let place: ArtifactPlace
    package private(set) var leftOut: [String: Int] = [:]
    /// The points that logged models have of a run, by experiment and then by run.
    private var modelPoints: [Int: [RunID: [MetricPoint]]] = [:]

    private static let pointsAtOnce = 20_000

    /// - Throws: `notFound`, `invalidInput` for a folder without experiments.
    package init(_ path: String) throws(MartletError) {
        root = path
        place = ArtifactPlace(base: path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/"))
        let active = FolderFiles.folders(in: path).filter { $0 != "models" && !$0.hasPrefix(".") }.map { "\(path)/\($0)" }
        let deleted = FolderFiles.folders(in: "\(path)/.trash").map { "\(path)/.trash/\($0)" }
        folders = (active + deleted).filter { FileWindow.size(of: "\($0)/meta.yaml") != nil }
        guard FolderFiles.exists(path) else { throw MartletError(.notFound, "There is no folder \(path).") }
        guard !folders.isEmpty else {
            throw MartletError(
                .invalidInput, "\(path) holds no experiment of MLflow’s: none of its folders has a meta.yaml. Name the folder “mlruns” itself.")
        }
    }

    package func origin(of _: ForeignRun) -> String { "mlflow" }

    package func experiments() throws(MartletError) -> [ForeignExperiment] {
        var experiments: [ForeignExperiment] = []
        for folder in folders {
            let meta = try MetaFile(in: folder)
            experiments.append(
                ForeignExperiment(
                    number: meta.integer("experiment_id"), name: meta.text("name") ?? (folder.split(separator: "/").last.map(String.init) ?? ""),
                    created: meta.time("creation_time"), isDeleted: meta.text("lifecycle_stage") == "deleted",
                    tags: try FolderFiles("\(folder)/tags").texts().map { KeyValue($0.name, $0.text) }))
        }
        return experiments
    }

    package func eachRun(_ visit: (ForeignRun) throws(MartletError) -> Void) throws(MartletError) {
        for (number, folder) in folders.enumerated() {
            for name in FolderFiles.folders(in: folder) where !["tags", "datasets", "traces", "models", "assessments"].contains(name) {
                let path = "\(folder)/\(name)"
                guard FileWindow.size(of: "\(path)/meta.yaml") != nil else { continue }
                guard let meta = try? MetaFile(in: path), let id = meta.text("run_id") ?? meta.text("run_uuid") else {
                    leftOut["folders of runs whose meta.yaml cannot be read", default: 0] += 1
                    continue
                }
                let tags = try FolderFiles("\(path)/tags").texts()
                let tag = { (key: String) in tags.first { $0.name == key }?.text }
                try visit(
                    ForeignRun(
                        id: RunID(id), place: path, experiment: number, name: meta.text("run_name") ?? tag(MLflowWords.nameTag) ?? "",
                        parent: tag(MLflowWords.parentTag).map { RunID($0) }, status: MLflowWords.status(meta.text("status")),
                        started: meta.time("start_time") ?? Timestamp(microseconds: 0), ended: meta.time("end_time"),
                        isDeleted: meta.text("lifecycle_stage") == "deleted", user: meta.text("user_id") ?? tag(MLflowWords.userTag) ?? ""))
            }
        }
    }

    // MARK: - One run

    package func isRead(_ run: ForeignRun, upTo text: String) -> Bool {
        let cursor = FileCursor(text)
        guard cursor.notes["mark"].text == mark(of: run), cursor.notes["artifacts"].text == artifacts(of: run).mark else { return false }
        return FolderFiles("\(run.place)/metrics").entries.allSatisfy { cursor.files[$0.path]?.size == $0.size }
    }

    package func read(
        _ run: ForeignRun, after text: String, _ keep: (ForeignBatch) throws(MartletError) -> Void
    ) throws(MartletError) {
        var cursor = FileCursor(text)
        let (mark, artifacts) = (mark(of: run), artifacts(of: run))
        var batch = try head(of: run)
        batch.cursor = cursor.text
        try keep(batch)
        try readMetrics(of: run, &cursor, keep)
        if cursor.notes["artifacts"].text != artifacts.mark { try RunArtifacts.read(artifacts, cursor: cursor.text, keep) }
        if artifacts.links > 0 { leftOut["links among artifacts", default: 0] += artifacts.links }
        cursor.notes = ["mark": .string(mark), "artifacts": .string(artifacts.mark)]
        var last = ForeignBatch()
        (last.status, last.ended, last.deletes, last.cursor) = (run.status, run.ended, run.isDeleted, cursor.text)
        try keep(last)
    }

    private func head(of run: ForeignRun) throws(MartletError) -> ForeignBatch {
        var batch = ForeignBatch()
        batch.name = run.name
        batch.parameters = try FolderFiles("\(run.place)/params").texts().map { KeyValue($0.name, $0.text) }
        batch.tags = try FolderFiles("\(run.place)/tags").texts().map { KeyValue($0.name, $0.text) }
        batch.points = try points(ofModelsIn: run.experiment)[run.id] ?? []
        for folder in FolderFiles.folders(in: "\(run.place)/inputs") {
            let meta = try MetaFile(in: "\(run.place)/inputs/\(folder)")
            guard let id = meta.text("source_id") else { continue }
            if meta.text("source_type") == "MODEL" { batch.models.append(ModelLink(.input, id)) } else { batch.inputs += dataset(id, of: run, meta) }
        }
        for folder in FolderFiles.folders(in: "\(run.place)/outputs") {
            let meta = try MetaFile(in: "\(run.place)/outputs/\(folder)")
            if let id = meta.text("destination_id") { batch.models.append(ModelLink(.output, id, step: Int64(meta.integer("step") ?? 0))) }
        }
        return batch
    }

    private func dataset(_ id: String, of run: ForeignRun, _ input: MetaFile) -> [DatasetInput] {
        guard !id.contains("/"), let meta = try? MetaFile(in: "\(folders[run.experiment])/datasets/\(id)") else {
            leftOut["inputs whose dataset is not described", default: 0] += 1
            return []
        }
        let tags = input.pairs("tags").map { KeyValue($0.key, $0.value) }
        return [
            DatasetInput(
                name: meta.text("name") ?? "", digest: meta.text("digest") ?? "", sourceType: meta.text("source_type") ?? "",
                source: meta.text("source") ?? "", schema: meta.text("schema"), profile: meta.text("profile"), tags: tags)
        ]
    }

    private func readMetrics(
        of run: ForeignRun, _ cursor: inout FileCursor, _ keep: (ForeignBatch) throws(MartletError) -> Void
    ) throws(MartletError) {
        var batch = ForeignBatch()
        for file in FolderFiles("\(run.place)/metrics").entries where cursor.files[file.path]?.size != file.size {
            let begin = cursor.files[file.path]?.offset ?? 0
            var lines = try LineFile("\(run.place)/metrics/\(file.path)", from: begin <= file.size ? begin : 0)
            while try lines.next({ (line) throws(MartletError) in take(line, of: file.path, into: &batch) }) {
                guard batch.points.count >= MLflowFolder.pointsAtOnce else { continue }
                cursor.files[file.path] = FileCursor.Position(offset: lines.offset, size: -1)
                batch.cursor = cursor.text
                try keep(batch)
                batch = ForeignBatch()
            }
            cursor.files[file.path] = FileCursor.Position(offset: lines.offset, size: file.size)
        }
        batch.cursor = cursor.text
        try keep(batch)
    }

    private func take(_ line: UnsafeRawBufferPointer, of metric: String, into batch: inout ForeignBatch) {
        if let read = MetricLine(line, metric: metric) {
            batch.points.append(read.point)
        } else if !line.isEmpty {
            leftOut["lines of metrics that cannot be read", default: 0] += 1
        }
    }

    /// What changes when anything but points and artifacts does.
    private func mark(of run: ForeignRun) -> String {
        let parts = ["params", "tags", "inputs", "outputs"].map { FolderFiles("\(run.place)/\($0)").mark }
        let points = (modelPoints[run.experiment] ?? (try? points(ofModelsIn: run.experiment)))?[run.id]?.count ?? 0
        let words = ["\(run.name)", run.status.rawValue, "\(run.ended?.microseconds ?? 0)", "\(run.isDeleted)", "\(points)"]
        return Digest(of: (parts + words).joined(separator: "\n")).short
    }

    private func artifacts(of run: ForeignRun) -> FolderFiles {
        let own = "\(run.place)/artifacts"
        if FolderFiles.exists(own) { return FolderFiles(own) }
        let named = (try? MetaFile(in: run.place))?.text("artifact_uri").flatMap(place.folder)
        return FolderFiles(named ?? own)
    }

    // MARK: - Logged models

    package func eachLoggedModel(_ visit: (ForeignLoggedModel) throws(MartletError) -> Void) throws(MartletError) {
        for (number, folder) in folders.enumerated() {
            for name in FolderFiles.folders(in: "\(folder)/models") {
                let path = "\(folder)/models/\(name)"
                guard let meta = try? MetaFile(in: path), let id = meta.text("model_id") else { continue }
                var model = ForeignLoggedModel(
                    id: id, experiment: number, name: meta.text("name") ?? "", run: meta.text("source_run_id").map { RunID($0) },
                    type: meta.text("model_type") ?? "", status: MLflowWords.modelStatus(meta.text("status")))
                (model.message, model.created) = (meta.text("status_message") ?? "", meta.time("creation_timestamp"))
                model.isDeleted = meta.text("lifecycle_stage") == "deleted"
                model.parameters = try FolderFiles("\(path)/params").texts().map { KeyValue($0.name, $0.text) }
                model.tags = try FolderFiles("\(path)/tags").texts().map { KeyValue($0.name, $0.text) }
                let files = FolderFiles("\(path)/artifacts")
                model.files = files.entries.map { ForeignFile($0.path, .file(files.path(of: $0))) }
                model.mark = FolderFiles(path).mark
                try visit(model)
            }
        }
    }

    package func registeredModels() throws(MartletError) -> [ForeignModel] {
        var models: [ForeignModel] = []
        for name in FolderFiles.folders(in: "\(root)/models") {
            let path = "\(root)/models/\(name)"
            guard let meta = try? MetaFile(in: path) else { continue }
            var model = ForeignModel(
                name: meta.text("name") ?? name, description: meta.text("description") ?? "",
                tags: try FolderFiles("\(path)/tags").texts().map { KeyValue($0.name, $0.text) })
            model.aliases = try FolderFiles("\(path)/aliases").texts().map { KeyValue($0.name, $0.text.filter { !$0.isWhitespace }) }
            for folder in FolderFiles.folders(in: path) where folder.hasPrefix("version-") {
                guard let meta = try? MetaFile(in: "\(path)/\(folder)"), let number = meta.integer("version"), number > 0 else { continue }
                guard meta.text("current_stage") != "Deleted_Internal" else { continue }
                let run = meta.text("run_id").flatMap { $0.isEmpty ? nil : RunID($0) }
                var version = ForeignModel.Version(number: number, source: meta.text("source") ?? "", run: run)
                version.loggedModel = meta.text("model_id") ?? ""
                (version.description, version.stage) = (meta.text("description") ?? "", meta.text("current_stage") ?? "")
                version.tags = try FolderFiles("\(path)/\(folder)/tags").texts().map { KeyValue($0.name, $0.text) }
                model.versions.append(version)
            }
            model.versions.sort { $0.number < $1.number }
            models.append(model)
        }
        return models
    }

    /// The points that the logged models of an experiment hold, by the run that measured them.
    private func points(ofModelsIn experiment: Int) throws(MartletError) -> [RunID: [MetricPoint]] {
        if let known = modelPoints[experiment] { return known }
        var points: [RunID: [MetricPoint]] = [:]
        let folder = "\(folders[experiment])/models"
        for model in FolderFiles.folders(in: folder) {
            for file in FolderFiles("\(folder)/\(model)/metrics").entries {
                var lines = try LineFile("\(folder)/\(model)/metrics/\(file.path)", from: 0)
                while try lines.next({ (line) throws(MartletError) in
                    guard let read = MetricLine(line, metric: file.path, model: model), let run = read.run else { return }
                    points[run, default: []].append(read.point)
                }) {}
            }
        }
        modelPoints[experiment] = points
        return points
    }
}
