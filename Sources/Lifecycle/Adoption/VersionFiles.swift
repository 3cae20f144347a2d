import Database
import Digests
import Experiments
import Objects
import Registry
import Settings
import Support
import Tables

/// What the files of an adopted version are, as far as they are here.
struct VersionFiles {
    /// Of the graph, where there is one that can be served; else of a list of the files, which is kept.
    let digest: Digest
    let isGraph: Bool
    let details: ModelVersion.Details

    /// - Parameters:
    ///   - folder: where the files are; nil where they are not here.
    ///   - tags: those of the version, which hold the text of a prompt.
    init(_ folder: ArtifactPath?, source: String, tags: [KeyValue], objects: any ObjectStore, _ session: SQLSession) throws {
        let files = try folder.map { try ArtifactTree.files(below: $0, in: session) } ?? []
        let name = { (file: Artifact) in String(file.path.dropFirst((folder?.text.count ?? 0) + 1)) }
        let graphs = files.filter { $0.path.hasSuffix(".onnx") }
        let isWhole = graphs.count == 1 && !files.contains { $0.path != graphs[0].path && $0.path.hasPrefix(graphs[0].path) }
        isGraph = isWhole
        let prompt = tags.first { $0.key == MLflowWords.promptText }?.value
        if let prompt {
            digest = try objects.put(Array(prompt.utf8))
        } else if isWhole {
            digest = graphs[0].digest
        } else {
            let list = files.map { ["path": .string(name($0)), "sha256": .string($0.digest.rawValue), "bytes": JSONValue($0.size)] as JSONValue }
            digest = try objects.put(Array((files.isEmpty ? ["source": .string(source)] : ["files": .array(list)] as JSONValue).compact.utf8))
        }
        let described = try files.first { name($0) == "MLmodel" && $0.size < 1 << 20 }.map {
            String(decoding: try objects.bytes($0.digest), as: UTF8.self)
        }
        let node = described.flatMap { try? SettingsNode(yaml: $0, file: "MLmodel") }
        let flavors = (try? node?["flavors"]?.entries().map(\.key)) ?? []
        let signature = Signature(inputs: VersionFiles.inputs(node?["signature"]?["inputs"]), answer: .regression)
        let elsewhere = files.isEmpty && prompt == nil ? ["Its files are not kept here: \(source.onOneLine.prefix(300))."] : []
        details = ModelVersion.Details(
            step: "", trainer: prompt == nil ? flavors.first { $0 != "python_function" } ?? flavors.first ?? "client" : "prompt",
            signature: signature, request: signature, rules: .null, parameters: .object([]), importance: [], notes: elsewhere,
            size: isWhole ? graphs[0].size : files.reduce(0) { $0 + $1.size })
    }

    /// The columns that a model is asked with, which stand in its description as a text of JSON.
    private static func inputs(_ node: SettingsNode?) -> [Signature.Field] {
        guard let text = try? node?.string(), let schema = try? JSONValue(parsing: text) else { return [] }
        return schema.elements.prefix(10_000).enumerated().map { place, column in
            let type = column["tensor-spec"]["dtype"].text ?? column["type"].text ?? ""
            let kind: ColumnKind =
                switch type {
                case "boolean", "bool": .boolean
                case "integer", "long", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64": .integer
                case "float", "double", "float16", "float32", "float64": .number
                case "datetime": .timestamp
                default: .text
                }
            return Signature.Field(column["name"].text ?? "input \(place + 1)", kind: kind, mayBeMissing: !(column["required"].flag ?? true))
        }
    }
}
