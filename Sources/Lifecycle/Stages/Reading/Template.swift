internal import Settings
internal import Support

/// How values become options of a command: DVC's section `parsing`.
package struct TemplateStyle: Sendable, Equatable {
    /// Whether a false value becomes `--no-name` rather than nothing.
    package var writesFalse = false
    /// Whether each element of a list gets the option's name.
    package var repeatsName = false

    package init() {}
}

/// Texts with `${name}` in them, as DVC fills them in.
struct Template {
    let context: TemplateContext
    let style: TemplateStyle

    /// Fills in all texts of a value, also those of keys.
    /// - Parameter key: where it stands in the stage, which says what may be filled in; nil for `foreach`, `matrix` and `wdir`.
    func filled(_ value: JSONValue, key: String?) throws(MartletError) -> JSONValue {
        switch value {
        case .string(let text): return try filled(text, key: key)
        case .array(let elements):
            var filled: [JSONValue] = []
            for element in elements { filled.append(try self.filled(element, key: key)) }
            return .array(filled)
        case .object(let members):
            var filled: [JSONValue.Member] = []
            for member in members {
                filled.append(JSONValue.Member(Template.text(try self.filled(member.key, key: key)), try self.filled(member.value, key: key)))
            }
            return .object(filled)
        default: return value
        }
    }

    private func filled(_ text: String, key: String?) throws(MartletError) -> JSONValue {
        let parts = Template.parts(text)
        if parts.count == 1, case .name(let inner) = parts[0] {
            let value = try context.value(Template.checked(inner))
            try check(value, key: key)
            return value
        }
        var filled = ""
        for part in parts {
            switch part {
            case .text(let text): filled += text
            case .name(let inner):
                let value = try context.value(Template.checked(inner))
                try check(value, key: key)
                filled += key == nil ? Template.text(value) : try option(value)
            }
        }
        return .string(Template.unescaped(filled))
    }

    /// Lists and mappings cannot stand in a text, but for mappings in a command, which become its options.
    private func check(_ value: JSONValue, key: String?) throws(MartletError) {
        guard let key else { return }
        switch value {
        case .object where key == "cmd": return
        case .object, .array:
            throw MartletError(.invalidInput, "A \(value.members.isEmpty ? "list" : "mapping") cannot be filled in here; only single values can.")
        default: return
        }
    }

    // MARK: Parts

    private enum Part {
        case text(String)
        case name(String)
    }

    /// Whether a text has something to fill in.
    static func isTemplate(_ text: String) -> Bool { parts(text).contains { if case .name = $0 { true } else { false } } }

    /// Cuts at `${…}`, which ends with its line at the latest; `\${` begins none.
    private static func parts(_ text: String) -> [Part] {
        let bytes = Array(text.utf8)
        var parts: [Part] = []
        var start = 0
        var place = 0
        while place + 1 < bytes.count {
            guard bytes[place] == UInt8(ascii: "$"), bytes[place + 1] == UInt8(ascii: "{"), place == 0 || bytes[place - 1] != UInt8(ascii: "\\"),
                let end = bytes[(place + 2)...].firstIndex(where: { $0 == UInt8(ascii: "}") || $0 == 0x0A }), bytes[end] == UInt8(ascii: "}")
            else {
                place += 1
                continue
            }
            if start < place { parts.append(.text(String(decoding: bytes[start..<place], as: UTF8.self))) }
            parts.append(.name(String(decoding: bytes[(place + 2)..<end], as: UTF8.self)))
            place = end + 1
            start = place
        }
        if start < bytes.count { parts.append(.text(String(decoding: bytes[start...], as: UTF8.self))) }
        return parts
    }

    private static func unescaped(_ text: String) -> String {
        var filled = ""
        var rest = text[...]
        while let found = rest.firstRange(of: "\\${") {
            filled += rest[..<found.lowerBound] + "${"
            rest = rest[found.upperBound...]
        }
        return filled + rest
    }

    /// A name as it is looked up, `a[0].b` as `a.0.b`.
    /// - Throws: `invalidInput` where it is none.
    private static func checked(_ name: String) throws(MartletError) -> String {
        let fault = MartletError(.invalidInput, "“${\(name)}” is no name of a variable. Write it as ${a}, ${a.b} or ${a[0]}.")
        var words = [""]
        var isInBrackets = false
        var mayFollow = true
        for character in name {
            switch character {
            case "." where !isInBrackets, "[" where !isInBrackets:
                guard words.last != "" || !mayFollow else { throw fault }
                words.append("")
                mayFollow = true
                isInBrackets = character == "["
            case "]":
                guard isInBrackets, words.last != "" else { throw fault }
                isInBrackets = false
                mayFollow = false
            case ".", "[": throw fault
            default:
                guard mayFollow else { throw fault }
                words[words.count - 1].append(character)
            }
        }
        guard !isInBrackets, words.allSatisfy({ !$0.isEmpty }) else { throw fault }
        return words.joined(separator: ".")
    }

    // MARK: Values as text

    /// A single value as Python shows it, truth values in lower case.
    static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): PythonNumbers.text(number)
        case .null: "None"
        case .array, .object: value.compact
        }
    }

    /// A value in a command: a mapping as options `--name value`, those inside others with points between their names.
    private func option(_ value: JSONValue) throws(MartletError) -> String {
        guard case .object = value else { return Template.text(value) }
        var options: [String] = []
        for (name, value) in Template.flat(value, path: "") { options += try option(name, value) }
        return options.joined(separator: " ")
    }

    private func option(_ name: String, _ value: JSONValue) throws(MartletError) -> [String] {
        switch value {
        case .bool(true): return ["--\(name)"]
        case .bool(false): return style.writesFalse ? ["--no-\(name)"] : []
        case .string(let text): return ["--\(name) \(Template.quoted(text))"]
        case .array(let elements):
            var words: [String] = []
            for element in elements {
                switch element {
                case .string(let text): words.append(Template.quoted(text))
                case .bool(let flag): words.append(flag ? "True" : "False")
                case .array, .object: throw MartletError(.invalidInput, "“\(name)” holds a list within a list, which cannot become an option.")
                default: words.append(Template.text(element))
                }
            }
            if style.repeatsName { return words.map { "--\(name) \($0)" } }
            return words.isEmpty ? [] : ["--\(name) \(words.joined(separator: " "))"]
        default: return ["--\(name) \(Template.text(value))"]
        }
    }

    private static func flat(_ value: JSONValue, path: String) -> [(String, JSONValue)] {
        value.members.flatMap { member in
            let name = path.isEmpty ? member.key : "\(path).\(member.key)"
            if case .object = member.value { return flat(member.value, path: name) }
            return [(name, member.value)]
        }
    }

    /// A word for a shell, in quotes where it needs some.
    private static func quoted(_ text: String) -> String {
        guard !text.isEmpty else { return "''" }
        let isSafe = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || "@%+=:,./-_".utf8.contains(byte)
        }
        return isSafe ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\"'\"'") + "'"
    }
}
