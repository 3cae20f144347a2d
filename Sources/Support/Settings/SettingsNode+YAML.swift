package import Support
internal import Yams

extension SettingsNode {
    /// Whether anchors, aliases and merge keys (`<<`) are read.
    package enum Aliases: Sendable { case refused, expanded }

    /// The most values that a document may stand for with its aliases written out.
    private static let mostValues = 200_000

    /// Reads one YAML document. Refuses duplicate keys, several documents, nesting deeper than 64 and files over 4 MB.
    /// - Parameters:
    ///   - file: the name to show in errors.
    ///   - aliases: whether they are refused, or written out up to a bound.
    /// - Throws: `invalidInput` with line and column.
    package init(yaml text: String, file: String, aliases: Aliases = .refused) throws(MartletError) {
        guard text.utf8.count <= 4_000_000 else {
            throw MartletError(.invalidInput, "\(file) is larger than 4 MB; settings are meant to be read by people.")
        }
        guard !text.contains("\0") else { throw MartletError(.invalidInput, "\(file) holds a NUL byte; it is not a YAML text file.") }
        let node: Node?
        // Nodes refer to their anchors weakly: the parser, which owns them, has to outlive the reading below.
        let parser: Parser
        do {
            // Scalars are read as what they are asked for; the tags that the parser could guess are not looked at.
            parser = try Parser(yaml: text, resolver: .basic)
            node = try parser.singleRoot()
        } catch let error as YamlError { throw SettingsNode.failure(error, file: file) } catch {
            throw MartletError(.invalidInput, "\(file) is not readable YAML.", cause: "\(error)")
        }
        let empty = SettingsNode(content: .mapping([]), place: SourcePlace(file: file, line: 1, column: 1), path: "")
        self = try withExtendedLifetime(parser) { () throws(MartletError) in
            var reading = Reading(file: file, aliases: aliases)
            return try node.map { node throws(MartletError) in try SettingsNode(node, &reading, path: "", depth: 0) } ?? empty
        }
    }

    private struct Reading {
        let file: String
        let aliases: Aliases
        var values = 0
    }

    private init(_ node: Node, _ reading: inout Reading, path: String, depth: Int) throws(MartletError) {
        let place = SourcePlace(file: reading.file, line: node.mark?.line, column: node.mark?.column)
        reading.values += 1
        guard reading.values <= SettingsNode.mostValues else {
            throw MartletError(
                .invalidInput, "The YAML stands for more than \(SettingsNode.mostValues) values. Write less, or use fewer aliases.", place: place)
        }
        guard depth <= 64 else { throw MartletError(.invalidInput, "The YAML is nested deeper than 64.", place: place) }
        // Aliases are replaced by what they name before a node is seen here, so that ten lines can stand for a billion values: the anchor tells.
        guard node.anchor == nil || reading.aliases == .expanded else {
            throw MartletError(.invalidInput, "YAML anchors (&name) and aliases (*name) are not read here; write the value out.", place: place)
        }
        switch node {
        case .scalar(let scalar):
            self.init(content: .scalar(scalar.string, plain: scalar.style == .plain || scalar.style == .any), place: place, path: path)
        case .sequence(let sequence):
            var nodes: [SettingsNode] = []
            for (i, child) in sequence.enumerated() { nodes.append(try SettingsNode(child, &reading, path: "\(path)[\(i)]", depth: depth + 1)) }
            self.init(content: .list(nodes), place: place, path: path)
        case .mapping(let mapping):
            self.init(content: .mapping(try SettingsNode.entries(mapping, &reading, path: path, depth: depth)), place: place, path: path)
        case .alias: throw MartletError(.invalidInput, "YAML aliases (*name) are not read here; write the value out.", place: place)
        }
    }

    private static func entries(
        _ mapping: Node.Mapping, _ reading: inout Reading, path: String, depth: Int
    ) throws(MartletError) -> [Entry] {
        var entries: [Entry] = []
        var merged: [Entry] = []
        var known: Set<String> = []
        for (key, value) in mapping {
            let place = SourcePlace(file: reading.file, line: key.mark?.line, column: key.mark?.column)
            guard case .scalar(let scalar) = key else { throw MartletError(.invalidInput, "A key must be a single word.", place: place) }
            guard known.insert(scalar.string).inserted else { throw SettingsNode.duplicate(scalar.string, place) }
            let child = try SettingsNode(value, &reading, path: path.isEmpty ? scalar.string : "\(path).\(scalar.string)", depth: depth + 1)
            if reading.aliases == .expanded, scalar.string == "<<", scalar.style == .plain {
                for source in try child.listOrOne() { merged += try source.entries() }
            } else {
                entries.append(Entry(key: scalar.string, place: place, value: child))
            }
        }
        // What stands in the mapping itself counts before what is merged into it, which stands first.
        var before: [Entry] = []
        for entry in merged where !known.contains(entry.key) && !before.contains(where: { $0.key == entry.key }) { before.append(entry) }
        return before + entries
    }

    private static func duplicate(_ keys: String, _ place: SourcePlace) -> MartletError {
        MartletError(.invalidInput, "A key stands twice: \(keys). Keep one.", place: place)
    }

    private static func failure(_ error: YamlError, file: String) -> MartletError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return MartletError(.invalidInput, sentence(problem), place: SourcePlace(file: file, line: mark.line, column: mark.column))
        case .reader(let problem, let offset, _, let text):
            let line = offset.map { text.utf8.prefix($0).count { $0 == UInt8(ascii: "\n") } + 1 }
            return MartletError(
                .invalidInput, "The YAML cannot be read here: \(problem). Remove the character.", place: SourcePlace(file: file, line: line))
        case .duplicatedKeysInMapping(let duplicates, let context):
            return duplicate(duplicates.joined(separator: ", "), SourcePlace(file: file, line: context.mark.line, column: context.mark.column))
        default: return MartletError(.invalidInput, "\(file) is not readable YAML.", cause: "\(error)")
        }
    }

    /// What to tell for a problem that libyaml names.
    private static func sentence(_ problem: String) -> String {
        if problem.hasPrefix("Maximum nesting level") { return "The YAML is nested too deep." }
        if problem.hasSuffix("another document") { return "A second document begins here. Keep one, without “---” between its lines." }
        return "The YAML cannot be read here: \(problem). Check indentation, colons and quotes."
    }
}
