internal import Settings
package import Support

/// A `.dvc` file: the one or more outputs that it stands for, and where they were imported from.
package struct PointerFile: Sendable {
    /// Relative to the repository.
    package let path: String
    package let outputs: [TrackedOutput]
    /// Where the output comes from: the `deps` of an import, as they stand in the file.
    package let dependencies: [JSONValue]
    package let isFrozen: Bool
    let text: String

    /// Reads a pointer file.
    /// - Parameters:
    ///   - text: of the file.
    ///   - path: relative to the repository.
    /// - Throws: `invalidInput` with the line.
    package init(parsing text: String, path: String) throws(MartletError) {
        self.path = path
        self.text = text
        let node = try SettingsNode(yaml: text, file: path)
        let folder = try PointerFile.folder(node, path)
        var outputs: [TrackedOutput] = []
        for entry in try node["outs"]?.list() ?? [] { outputs.append(try OutputEntry.output(entry, in: folder, source: .pointer(path))) }
        for output in outputs where RelativePaths.isInside(path, output.path) {
            throw node.failure("\(path) lies in its own output, \(output.path). Keep pointer files beside the data.")
        }
        guard !outputs.isEmpty else { throw node.failure("\(path) names no output (“outs”). Was it written by “martlet data add” or “dvc add”?") }
        self.outputs = outputs
        var dependencies: [JSONValue] = []
        for entry in try node["deps"]?.list() ?? [] { dependencies.append(entry.json()) }
        self.dependencies = dependencies
        isFrozen = try node["frozen"]?.bool() ?? false
    }

    private static func folder(_ node: SettingsNode, _ path: String) throws(MartletError) -> String {
        let own = RelativePaths.folder(of: path)
        guard let wdir = node["wdir"] else { return own }
        guard let folder = RelativePaths.join(own, try wdir.string()) else {
            throw wdir.failure("“wdir” leads out of the repository. Data is tracked below the folder that holds .dvc.")
        }
        return folder
    }

    /// The text of a new pointer file, as DVC writes it.
    /// - Parameter name: the output's path relative to the file.
    package static func text(for output: TrackedOutput, named name: String) -> String {
        YAMLWriter.text([.init("outs", [OutputEntry.json(output, named: name)])])
    }

    /// The file's text with other contents of one output; comments, descriptions and the order of keys stay as they are.
    package func text(replacing output: TrackedOutput) -> String {
        guard let index = outputs.firstIndex(where: { $0.path == output.path }) else { return text }
        return OutputEntry.replaced(in: text, item: index, facts: OutputEntry.facts(of: output))
    }
}

/// One entry of `outs`.
enum OutputEntry {
    /// - Parameter folder: what its path is relative to.
    static func output(_ node: SettingsNode, in folder: String, source: TrackedOutput.Source) throws(MartletError) -> TrackedOutput {
        let place = try node.required("path")
        guard let path = RelativePaths.join(folder, try place.string()), !path.isEmpty else {
            throw place.failure("The path “\(try place.string())” leads out of the repository. Data is tracked below the folder that holds .dvc.")
        }
        var output = TrackedOutput(source: source, path: path)
        output.layout = node["hash"] == nil ? .legacy : .current
        if let hash = node["md5"], !hash.isNull {
            guard let name = ContentName(checking: try hash.string()) else {
                throw hash.failure("“\(try hash.string())” is no MD5 as DVC writes them.")
            }
            output.content = name
        }
        output.size = try node["size"]?.int()
        output.fileCount = try node["nfiles"]?.int()
        output.isCached = try node["cache"]?.bool() ?? true
        output.isPushed = try node["push"]?.bool() ?? true
        output.remote = try node["remote"]?.string()
        output.isExecutable = try node["isexec"]?.bool() ?? false
        return output
    }

    /// An entry, with its keys in DVC's order.
    static func json(_ output: TrackedOutput, named name: String) -> JSONValue {
        var members: [JSONValue.Member] = []
        if let content = output.content { members.append(.init("md5", .string(content.description))) }
        if let size = output.size { members.append(.init("size", JSONValue(size))) }
        if let count = output.fileCount { members.append(.init("nfiles", JSONValue(count))) }
        return .object(members + [.init("hash", "md5"), .init("path", .string(name))])
    }

    /// What is said of a content, in DVC's order.
    static func facts(of output: TrackedOutput) -> [(key: String, value: String)] {
        var facts: [(String, String)] = []
        if let content = output.content { facts.append(("md5", content.description)) }
        if let size = output.size { facts.append(("size", "\(size)")) }
        if let count = output.fileCount { facts.append(("nfiles", "\(count)")) }
        facts.append(("hash", "md5"))
        return facts
    }

    /// Changes the facts in the text of one item of `outs`: known keys where they stand, new ones behind the others, those that no longer hold are removed.
    static func replaced(in text: String, item index: Int, facts: [(key: String, value: String)]) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let range = itemLines(lines, index) else { return text }
        let dash = lines[range.lowerBound].prefix { $0 == " " }.count
        var left = facts
        var item: [String] = []
        for line in lines[range] {
            let start = line.drop { $0 == " " || $0 == "-" }
            let indent = line.count - start.count
            let key = String(start.prefix { $0 != ":" })
            guard indent == dash + 2, ["md5", "size", "nfiles", "hash", "isexec"].contains(key) else {
                item.append(line)
                continue
            }
            guard let place = left.firstIndex(where: { $0.key == key }) else { continue }
            let comment = start.firstRange(of: " #").map { String(start[$0.lowerBound...]) } ?? ""
            item.append(String(repeating: " ", count: indent) + "\(key): \(left.remove(at: place).value)\(comment)")
        }
        item += left.map { String(repeating: " ", count: dash + 2) + "\($0.key): \($0.value)" }
        item[0] = String(repeating: " ", count: dash) + "- " + item[0].drop { $0 == " " || $0 == "-" }
        lines.replaceSubrange(range, with: item)
        return lines.joined(separator: "\n")
    }

    /// The lines of an item of the top-level `outs`.
    private static func itemLines(_ lines: [String], _ index: Int) -> Range<Int>? {
        guard let head = lines.firstIndex(where: { $0.hasPrefix("outs:") }) else { return nil }
        let body = lines[(head + 1)...]
        guard let first = body.first(where: { $0.drop { $0 == " " }.hasPrefix("- ") }) else { return nil }
        let dash = first.prefix { $0 == " " }.count
        let isItem = { (line: String) in line.prefix { $0 == " " }.count == dash && line.dropFirst(dash).hasPrefix("- ") }
        let end = body.firstIndex { !$0.isEmpty && !$0.hasPrefix(" ") && !$0.hasPrefix("-") && !$0.hasPrefix("#") } ?? endOfText(lines)
        let starts = body.indices.filter { $0 < end && isItem(lines[$0]) }
        guard starts.indices.contains(index) else { return nil }
        return starts[index]..<(index + 1 < starts.count ? starts[index + 1] : end)
    }

    /// Behind the last line that holds something.
    private static func endOfText(_ lines: [String]) -> Int { (lines.lastIndex { !$0.isEmpty } ?? 0) + 1 }
}
