internal import Settings
package import Support
internal import Versions

/// Files of parameters: YAML, JSON, TOML and Python.
package enum ParameterFile {
    package static let defaultName = "params.yaml"

    /// Reads a file by what its name ends with; YAML where that says nothing.
    /// - Parameter name: what it is called in messages.
    /// - Throws: `notFound`; `invalidInput` with line and column where the format knows them.
    package static func read(_ path: String, name: String) throws(MartletError) -> JSONValue {
        try parse(FileBytes.read(path, limit: 64_000_000), name: name)
    }

    static func parse(_ bytes: [UInt8], name: String) throws(MartletError) -> JSONValue {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw MartletError(.invalidInput, "\(name) is not UTF-8 text.") }
        do {
            switch name.split(separator: ".").last.map({ $0.lowercased() }) {
            case "json": return try JSONValue(parsing: bytes, takesNaN: true)
            case "toml": return try TOMLReader.read(text)
            case "py": return try PythonLiterals.read(text)
            default:
                let value = try SettingsNode(yaml: text, file: name, aliases: .expanded).stageValue
                return value.isNull ? .object([]) : value
            }
        } catch { throw MartletError(error.code, error.message, place: error.place ?? SourcePlace(file: name), cause: error.cause) }
    }

    /// The value under a name with points between its keys and places in lists; nil where there is none.
    package static func value(_ name: String, in values: JSONValue) -> JSONValue? {
        var value = values
        for part in name.split(separator: ".", omittingEmptySubsequences: false) {
            switch value {
            case .object(let members):
                guard let member = members.first(where: { $0.key == part }) else { return nil }
                value = member.value
            case .array(let elements):
                guard let place = Int(part), elements.indices.contains(place) else { return nil }
                value = elements[place]
            default: return nil
            }
        }
        return value
    }
}
