internal import Database
internal import Digests
internal import Experiments
internal import Objects
internal import Registry
internal import Support
internal import Tables

/// What the files of a version are and say.
struct ModelFiles {
    /// Of the graph, where there is one that can be served; else of a list of the files, which is kept.
    var digest: Digest
    var isGraph: Bool
    var details: ModelVersion.Details

    /// Looks at the files below an address.
    /// - Parameter source: what stands for the files where they are not kept here.
    static func read(_ address: String, otherwise source: String, _ context: CallContext, _ session: SQLSession) throws -> ModelFiles {
        let folder = ArtifactAddress.path(address).flatMap { try? ArtifactPath($0) }
        let files = try folder.map { try ArtifactTree.files(below: $0, in: session) } ?? []
        let start = (folder?.text.count ?? 0) + 1
        let named = files.map { (name: String($0.path.dropFirst(start)), file: $0) }
        let described = try named.first { $0.name == MLmodelFile.name }.flatMap { try MLmodelFile(object: $0.file, context.server.objects) }
        let graph = graph(named)
        let size = graph?.size ?? files.reduce(0) { $0 + $1.size }
        let digest = try graph?.digest ?? context.server.objects.put(Array(manifest(named, source).compact.utf8))
        let signature = Signature(inputs: described?.inputs ?? [], answer: .regression)
        var notes = described?.answers.map { ["It answers \($0)."] } ?? []
        if files.isEmpty { notes.append("Its files are not kept here: \(source.onOneLine.prefix(300)).") }
        let details = ModelVersion.Details(
            step: "", trainer: described?.flavor ?? "client", signature: signature, request: signature, rules: .null, parameters: .object([]),
            importance: [], notes: notes, size: size)
        return ModelFiles(digest: digest, isGraph: graph != nil, details: details)
    }

    /// The one graph among the files, where it is whole in itself.
    private static func graph(_ files: [(name: String, file: Artifact)]) -> Artifact? {
        let graphs = files.filter { $0.name.hasSuffix(".onnx") }
        guard let graph = graphs.first, graphs.count == 1 else { return nil }
        return files.contains { $0.name != graph.name && $0.name.hasPrefix(graph.name) } ? nil : graph.file
    }

    private static func manifest(_ files: [(name: String, file: Artifact)], _ source: String) -> JSONValue {
        guard !files.isEmpty else { return ["source": .string(source)] }
        return [
            "files": .array(
                files.map { ["path": .string($0.name), "sha256": .string($0.file.digest.rawValue), "bytes": .integer(Int64($0.file.size))] })
        ]
    }
}

/// A version of a prompt, whose bytes are its text.
enum PromptVersion {
    static func draft(_ name: String, source: String, tags: [KeyValue], _ context: CallContext) throws -> VersionDraft {
        guard PromptTags.sources.contains(source) else {
            throw MLflowError.invalid("Invalid prompt source: '\(source.prefix(300))'. Prompt sources must use an MLflow placeholder.")
        }
        let text = Array((tags.first { $0.key == PromptTags.text }?.value ?? "").utf8)
        let signature = Signature(inputs: [], answer: .regression)
        let details = ModelVersion.Details(
            step: "", trainer: "prompt", signature: signature, request: signature, rules: .null, parameters: .object([]), importance: [], notes: [],
            size: text.count)
        return VersionDraft(
            model: name, digest: try context.server.objects.put(text), run: nil, origin: VersionOrigin(source: source, artifacts: source),
            details: details, description: "", tags: tags)
    }
}
