package import Database
package import Digests
package import Experiments
package import Objects
package import Registry
internal import Support
internal import Tables

/// What the files of a version are and say, whether a client registers it here or it is taken over from elsewhere.
package struct ModelFiles {
    /// Of the graph, where there is one that can be served; else of a list of the files, or of a prompt's text, which is kept.
    package var digest: Digest
    package var isGraph: Bool
    package var details: ModelVersion.Details

    /// Looks at the files below a folder.
    /// - Parameters:
    ///   - folder: nil where they are not kept here.
    ///   - source: what stands for the files where they are not kept here.
    package static func read(
        _ folder: ArtifactPath?, otherwise source: String, objects: any ObjectStore, in session: SQLSession
    ) throws -> ModelFiles {
        let files = try folder.map { try ArtifactTree.files(below: $0, in: session) } ?? []
        let start = (folder?.text.count ?? 0) + 1
        let named = files.map { (name: String($0.path.dropFirst(start)), file: $0) }
        let described = try named.first { $0.name == MLmodelFile.name }.flatMap { try MLmodelFile(object: $0.file, objects) }
        let graph = graph(named)
        let digest =
            try graph?.digest
            ?? objects.put(manifest(named.map { FileList.Entry(path: $0.name, digest: $0.file.digest, size: $0.file.size) }, source).compactBytes)
        var notes = described?.answers.map { ["It answers \($0)."] } ?? []
        if files.isEmpty { notes.append("Its files are not kept here: \(source.onOneLine.prefix(300)).") }
        let size = graph?.size ?? files.reduce(0) { $0 + $1.size }
        return ModelFiles(
            digest: digest, isGraph: graph != nil,
            details: details(described?.flavor ?? "client", inputs: described?.inputs ?? [], notes: notes, size: size))
    }

    /// A prompt, whose bytes are its text.
    package static func prompt(_ text: String, objects: any ObjectStore) throws -> ModelFiles {
        let bytes = Array(text.utf8)
        return ModelFiles(digest: try objects.put(bytes), isGraph: false, details: details("prompt", inputs: [], notes: [], size: bytes.count))
    }

    private static func details(_ trainer: String, inputs: [Signature.Field], notes: [String], size: Int) -> ModelVersion.Details {
        let signature = Signature(inputs: inputs, answer: .regression)
        return ModelVersion.Details(
            step: "", trainer: trainer, signature: signature, request: signature, rules: .null, parameters: .object([]), importance: [], notes: notes,
            size: size)
    }

    /// The one graph among the files, where it is whole in itself.
    private static func graph(_ files: [(name: String, file: Artifact)]) -> Artifact? {
        let graphs = files.filter { $0.name.hasSuffix(".onnx") }
        guard let graph = graphs.first, graphs.count == 1 else { return nil }
        return files.contains { $0.name != graph.name && $0.name.hasPrefix(graph.name) } ? nil : graph.file
    }

    private static func manifest(_ files: [FileList.Entry], _ source: String) -> JSONValue {
        files.isEmpty ? ["source": .string(source)] : FileList(entries: files).json
    }
}
