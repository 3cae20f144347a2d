internal import Database
internal import Digests
internal import Experiments
internal import Foundation
internal import Registry
internal import Support
internal import Tables

/// A version that the project's pipeline made, as the folder that MLflow's clients load: the graph, what it is asked with, and how to ask it.
///
/// Nothing of it is stored but the graph; the rest is written when it is asked for.
struct PipelineModel {
    /// What stands before the paths of such folders; clients put nothing below it.
    static let root = "pipeline-models"
    private static let graph = "model.onnx"

    /// A file of the folder.
    enum File {
        /// One that is kept.
        case kept(Artifact)
        /// One that is written now.
        case text(String)
    }

    let version: ModelVersion

    /// Where clients read a version that the pipeline made.
    static func address(of version: RegisteredVersion) -> String { "\(ArtifactAddress.scheme)\(root)/\(version.model)/\(version.version)" }

    /// Whether a path is one of these folders, or in them.
    static func holds(_ path: ArtifactPath) -> Bool { path.text == root || path.text.hasPrefix(root + "/") }

    /// The file of a path; nil where there is none.
    static func file(_ path: ArtifactPath, _ models: ModelStore, in session: SQLSession) throws -> File? {
        guard let (model, rest) = try model(path, models, in: session) else { return nil }
        return model.files(at: path).first { $0.name == rest }?.file
    }

    /// What a folder holds, by name.
    static func entries(of folder: ArtifactPath, _ models: ModelStore, in session: SQLSession) throws -> [ArtifactEntry] {
        guard let (model, rest) = try model(folder, models, in: session) else { return [] }
        let start = rest.isEmpty ? "" : rest + "/"
        let inside = model.files(at: folder).filter { $0.name.hasPrefix(start) }
        let entries = inside.map { (name, file) -> ArtifactEntry in
            let parts = name.dropFirst(start.count).split(separator: "/")
            return ArtifactEntry(name: String(parts[0]), size: parts.count > 1 ? nil : file.size)
        }
        return entries.sorted { $0.name < $1.name }
    }

    /// The version of a path, and what of the path is behind it.
    private static func model(_ path: ArtifactPath, _ models: ModelStore, in session: SQLSession) throws -> (PipelineModel, rest: String)? {
        let parts = path.text.split(separator: "/", maxSplits: 3).map(String.init)
        guard parts.count >= 3, parts[0] == root, let number = Int(parts[2]),
            let known = try ModelCatalog.version(parts[1], number, in: session), known.origin == nil
        else { return nil }
        let version = try models.version(parts[1], number: number, in: session)
        guard version.details.runtime == nil else { return nil }
        return (PipelineModel(version: version), parts.count == 4 ? parts[3] : "")
    }

    private func files(at path: ArtifactPath) -> [(name: String, file: File)] {
        let kept = Artifact(path: PipelineModel.graph, digest: version.digest, size: version.details.size, at: version.created)
        return [
            ("MLmodel", .text(description)), ("code/\(PipelineLoader.module).py", .text(PipelineLoader.text)), (PipelineModel.graph, .kept(kept)),
            ("requirements.txt", .text("numpy\nonnx\nonnxruntime\npandas\n")),
        ]
    }

    /// The file that says what the model is.
    private var description: String {
        """
        flavors:
          onnx:
            code: code
            data: \(PipelineModel.graph)
            providers: [CPUExecutionProvider]
          python_function:
            code: code
            data: \(PipelineModel.graph)
            loader_module: \(PipelineLoader.module)
        metadata: \((["dataset": .string(version.dataset), "sha256": .string(version.digest.rawValue)] as JSONValue).compact)
        mlflow_version: \(MLflowRoutes.version)
        model_size_bytes: \(version.details.size)
        run_id: \(JSONValue.string(version.run.rawValue).compact)
        signature:
          inputs: \(JSONValue.string(inputs.compact).compact)
          outputs: \(JSONValue.string(outputs.compact).compact)
        utc_time_created: "\(version.created.description.replacing("T", with: " ").replacing("Z", with: ""))"

        """
    }

    private var inputs: JSONValue {
        .array(
            version.details.signature.inputs.map {
                ["type": .string(PipelineModel.type(of: $0.kind)), "name": .string($0.name), "required": .bool(!$0.mayBeMissing)]
            })
    }

    private var outputs: JSONValue {
        switch version.details.signature.answer {
        case .regression: [["type": "double", "name": "value", "required": true]]
        case .binary: [["type": "double", "name": "probability", "required": true], ["type": "string", "name": "label", "required": true]]
        case .multiclass(let classes):
            .array(
                classes.map { ["type": "double", "name": .string("probability_\($0)"), "required": true] }
                    + [["type": "string", "name": "label", "required": true]])
        }
    }

    /// What MLflow calls a kind.
    private static func type(of kind: ColumnKind) -> String {
        switch kind {
        case .integer: "long"
        case .number, .timestamp: "double"
        case .text: "string"
        case .boolean: "boolean"
        }
    }
}

extension PipelineModel.File {
    var size: Int {
        switch self {
        case .kept(let artifact): artifact.size
        case .text(let text): text.utf8.count
        }
    }
}
