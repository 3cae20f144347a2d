internal import Experiments
internal import Objects
internal import Settings
internal import Support
internal import Tables

/// The file with which clients describe a model that they log: its flavors, and what it is asked with and answers.
struct MLmodelFile {
    static let name = "MLmodel"
    private static let largest = 1 << 20
    private static let mostInputs = 10_000

    /// What wrote the model: `sklearn`, `lightgbm`, `onnx`, …
    var flavor: String
    var inputs: [Signature.Field]
    /// What it answers, in words; nil where the file says nothing.
    var answers: String?

    /// Reads a file that is kept here; nil where it cannot be read, for it is the client's.
    init?(object: Artifact, _ objects: any ObjectStore) throws {
        guard object.size <= MLmodelFile.largest else { return nil }
        self.init(String(decoding: try objects.bytes(object.digest), as: UTF8.self))
    }

    init?(_ text: String) {
        guard let node = try? SettingsNode(yaml: text, file: MLmodelFile.name) else { return nil }
        let flavors = (try? node["flavors"]?.entries().map(\.key)) ?? []
        flavor = flavors.first { $0 != "python_function" } ?? flavors.first ?? "client"
        inputs = MLmodelFile.columns(node["signature"]?["inputs"]).map { Signature.Field($0.name, kind: $0.kind, mayBeMissing: !$0.isRequired) }
        let outputs = MLmodelFile.columns(node["signature"]?["outputs"])
        answers = outputs.isEmpty ? nil : outputs.map { $0.name.isEmpty ? $0.type : "\($0.name) (\($0.type))" }.joined(separator: ", ")
    }

    private struct Column {
        var name: String
        var type: String
        var kind: ColumnKind
        var isRequired: Bool
    }

    /// The columns of a schema, which stands in the file as a text of JSON.
    private static func columns(_ node: SettingsNode?) -> [Column] {
        guard let text = try? node?.string(), let schema = try? JSONValue(parsing: text) else { return [] }
        return schema.elements.prefix(mostInputs).enumerated().map { place, column in
            let tensor = column["tensor-spec"]
            let type = tensor["dtype"].text ?? column["type"].text ?? "object"
            let shape = tensor.isNull ? "" : " \(tensor["shape"].compact)"
            return Column(
                name: column["name"].text ?? (schema.elements.count == 1 ? "inputs" : "input \(place + 1)"), type: type + shape, kind: kind(type),
                isRequired: column["required"].flag ?? true)
        }
    }

    private static func kind(_ type: String) -> ColumnKind {
        switch type {
        case "boolean", "bool": .boolean
        case "integer", "long", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64": .integer
        case "float", "double", "float16", "float32", "float64": .number
        case "datetime": .timestamp
        default: .text
        }
    }
}
