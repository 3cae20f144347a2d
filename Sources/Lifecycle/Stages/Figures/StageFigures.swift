internal import Settings
package import Support
package import Versions

/// The metrics or parameters of a repository's pipelines, in the workspace or in a commit.
package struct StageFigures: Sendable, Equatable {
    package enum Kind: Sendable { case metrics, parameters }

    /// A figure: a value in a file, under its name with points between.
    package struct Name: Sendable, Hashable {
        package var file: String
        package var key: String
    }

    /// Single values, in the order of the files and of what stands in them.
    package private(set) var names: [Name] = []
    package private(set) var values: [Name: JSONValue] = [:]

    /// Gathers what stands in the files that stages and `dvc.yaml` name.
    /// - Parameter commit: the commit; the workspace where it is nil.
    /// - Throws: `invalidInput` with file and line.
    package init(_ kind: Kind, of repository: Repository, in commit: String? = nil) throws(MartletError) {
        let files = if let commit { try StageSearch.files(of: repository, in: commit) } else { try StageSearch.files(of: repository) }
        let source = commit.map { StageSource.commit($0, of: repository.git) } ?? .folder(repository.root)
        let reader = FigureReader(repository: repository, source: source)
        for path in try StageFigures.paths(kind, files, source) {
            guard let value = try reader.values(path, files) else { continue }
            for (key, value) in StageFigures.flat(value, kind, path: "") { add(value, Name(file: path, key: key)) }
        }
    }

    private mutating func add(_ value: JSONValue, _ name: Name) {
        if values.updateValue(value, forKey: name) == nil { names.append(name) }
    }

    /// The files, relative to the repository.
    private static func paths(_ kind: Kind, _ files: [StageFile], _ source: StageSource) throws(MartletError) -> [String] {
        var paths: [String] = []
        if kind == .parameters, try source.read(ParameterFile.defaultName) != nil { paths.append(ParameterFile.defaultName) }
        for file in files {
            let folder = RelativePaths.folder(of: file.path)
            for stage in file.stages {
                paths +=
                    kind == .metrics
                    ? stage.outputs.filter { $0.kind == .metric }.map { stage.path($0.path) } : stage.parameters.map { stage.path($0.file) }
            }
            paths += (kind == .metrics ? file.metrics : file.parameters).map { StagePath.joined(folder, $0) }
        }
        var seen: Set<String> = []
        return paths.filter { seen.insert($0).inserted }
    }

    /// Single values with their names: of metrics numbers, truth values and texts; of parameters also lists, as text.
    private static func flat(_ value: JSONValue, _ kind: Kind, path: String) -> [(String, JSONValue)] {
        switch value {
        case .object(let members): return members.flatMap { flat($0.value, kind, path: path.isEmpty ? $0.key : "\(path).\($0.key)") }
        case .array: return kind == .metrics || path.isEmpty ? [] : [(path, .string(PythonText.of(value)))]
        case .null: return kind == .metrics || path.isEmpty ? [] : [(path, value)]
        default: return path.isEmpty ? [] : [(path, value)]
        }
    }
}

/// Reads files of figures, from the cache where Git does not keep them.
private struct FigureReader {
    let repository: Repository
    let source: StageSource

    func values(_ path: String, _ files: [StageFile]) throws(MartletError) -> JSONValue? {
        if let value = try source.values(path) { return value }
        for file in files {
            for stage in file.stages {
                guard let output = stage.outputs.first(where: { stage.path($0.path) == path }),
                    let text = try source.text(StageLock.path(of: file.path)),
                    let version = try StageLock.stages(text, file.path)[stage.name]?.outputs.first(where: { $0.path == output.path })?.version,
                    let bytes = try? repository.cache.bytes(version.name, version.layout, limit: 64_000_000)
                else { continue }
                return try ParameterFile.parse(bytes, name: path)
            }
        }
        return nil
    }
}

/// Lists as Python shows them.
enum PythonText {
    static func of(_ value: JSONValue) -> String {
        switch value {
        case .array(let elements): "[\(elements.map(of).joined(separator: ", "))]"
        case .object(let members): "{\(members.map { "'\($0.key)': \(of($0.value))" }.joined(separator: ", "))}"
        case .string(let text): text.contains("'") && !text.contains("\"") ? "\"\(text)\"" : "'\(text.replacing("'", with: "\\'"))'"
        case .bool(let flag): flag ? "True" : "False"
        case .null: "None"
        case .integer(let number): String(number)
        case .number(let number): PythonNumbers.text(number)
        }
    }
}
