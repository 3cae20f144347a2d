package import Support

/// A file of DVC's settings (`.dvc/config`): sections of keys with values. Lines that are not changed stay as they are.
package struct ConfigFile: Sendable {
    private var lines: [String]
    private let name: String

    /// - Parameter name: of the file, for messages.
    /// - Throws: `invalidInput` with the line.
    package init(parsing text: String, name: String) throws(MartletError) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0.last == "\r" ? $0.dropLast() : $0) }
        if lines.last == "" { lines.removeLast() }
        self.name = name
        _ = try sections()
    }

    package var text: String { lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n" }

    /// The values by section and key; keys and the names of sections in lower case, but for what stands in quotes: `remote "Name"`.
    package func sections() throws(MartletError) -> [String: [String: String]] {
        var sections: [String: [String: String]] = [:]
        var section = ""
        for (i, line) in lines.enumerated() {
            switch ConfigFile.kind(line) {
            case .nothing: break
            case .section(let title):
                section = title
                sections[section] = sections[section] ?? [:]
            case .value(let key, let value) where !section.isEmpty: sections[section, default: [:]][key] = value
            default:
                throw MartletError(
                    .invalidInput, "This is neither a section ([core]) nor a value (key = value).", place: SourcePlace(file: name, line: i + 1))
            }
        }
        return sections
    }

    /// Sets a value; nil removes it, and a section that is left empty with it.
    package mutating func set(_ section: String, _ key: String, to value: String?) {
        let range = self.range(of: section)
        let place = range.flatMap { range in lines[range].firstIndex { if case .value(key, _) = ConfigFile.kind($0) { true } else { false } } }
        switch (place, value) {
        case (let place?, let value?): lines[place] = ConfigFile.line(key, value)
        case (let place?, nil):
            lines.remove(at: place)
            if let range = self.range(of: section), range.count == 1 { lines.removeSubrange(range) }
        case (nil, let value?):
            if let range {
                lines.insert(ConfigFile.line(key, value), at: range.upperBound)
            } else {
                lines += ["[\(section.contains("\"") ? "'\(section)'" : section)]", ConfigFile.line(key, value)]
            }
        case (nil, nil): break
        }
    }

    package mutating func remove(_ section: String) { if let range = range(of: section) { lines.removeSubrange(range) } }

    /// The lines of a section, its title the first.
    private func range(of section: String) -> Range<Int>? {
        let starts = lines.indices.filter { if case .section = ConfigFile.kind(lines[$0]) { true } else { false } }
        guard let i = starts.firstIndex(where: { if case .section(section) = ConfigFile.kind(lines[$0]) { true } else { false } }) else { return nil }
        return starts[i]..<(i + 1 < starts.count ? starts[i + 1] : lines.count)
    }

    private enum Kind {
        case nothing, other
        case section(String)
        case value(key: String, String)
    }

    private static func kind(_ line: String) -> Kind {
        let text = line.trimmingSpace
        if text.isEmpty || text.hasPrefix("#") || text.hasPrefix(";") { return .nothing }
        if text.hasPrefix("["), let end = text.lastIndex(of: "]") {
            return .section(title(unquoted(text[text.index(after: text.startIndex)..<end].trimmingSpace)))
        }
        guard let equals = text.firstIndex(of: "=") else { return .other }
        return .value(key: unquoted(text[..<equals].trimmingSpace).lowercased(), value(text[text.index(after: equals)...].trimmingSpace))
    }

    /// A value without its quotes, and without a remark behind it.
    private static func value(_ text: Substring) -> String {
        if let quote = text.first, quote == "\"" || quote == "'", let end = text.dropFirst().firstIndex(of: quote) {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        guard let remark = text.firstRange(of: " #") else { return String(text) }
        return String(text[..<remark.lowerBound].trimmingSpace)
    }

    private static func title(_ text: String) -> String {
        guard let quote = text.firstIndex(of: "\"") else { return text.lowercased() }
        return text[..<quote].lowercased() + text[quote...]
    }

    private static func unquoted(_ text: Substring) -> String {
        guard let quote = text.first, quote == "'" || quote == "\"", text.count > 1, text.last == quote else { return String(text) }
        return String(text.dropFirst().dropLast())
    }

    private static func line(_ key: String, _ value: String) -> String {
        let needsQuotes =
            value.isEmpty || value.contains { ",#'\"".contains($0) } || value.first?.isWhitespace == true || value.last?.isWhitespace == true
        guard needsQuotes else { return "    \(key) = \(value)" }
        return value.contains("\"") ? "    \(key) = '\(value)'" : "    \(key) = \"\(value)\""
    }
}

extension StringProtocol {
    fileprivate var trimmingSpace: SubSequence {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text
    }
}
