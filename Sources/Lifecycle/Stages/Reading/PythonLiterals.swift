internal import Support

/// Reads the parameters of a Python file: what is assigned to names as plain values, at the top, in classes, and to `self` in their `__init__`. All else
/// is passed over; nothing is run.
struct PythonLiterals {
    /// A line with what it is indented by.
    private struct Line {
        var indent: Int
        var text: String
    }

    private let lines: [Line]
    private var at = 0

    static func read(_ text: String) throws(MartletError) -> JSONValue {
        var reader = PythonLiterals(lines: try logicalLines(text))
        return reader.block(indent: 0, ofSelf: false)
    }

    private init(lines: [Line]) { self.lines = lines }

    /// The assignments of a block, and those of blocks in it that count.
    private mutating func block(indent: Int, ofSelf: Bool) -> JSONValue {
        var found: JSONValue = .object([])
        while at < lines.count, lines[at].indent >= indent {
            let line = lines[at]
            at += 1
            guard line.indent == indent else { continue }
            let inner = at < lines.count && lines[at].indent > indent ? lines[at].indent : nil
            if let name = PythonLiterals.name(of: line.text, behind: "class ") {
                if let inner { found[name] = block(indent: inner, ofSelf: false) }
            } else if PythonLiterals.name(of: line.text, behind: "def ") == "__init__" {
                if let inner { for member in block(indent: inner, ofSelf: true).members { found[member.key] = member.value } }
            } else if let (name, value) = PythonLiterals.assignment(line.text, ofSelf: ofSelf) {
                found[name] = value
            }
            while at < lines.count, lines[at].indent > indent { at += 1 }
        }
        return found
    }

    private static func name(of line: String, behind word: String) -> String? {
        guard line.hasPrefix(word) else { return nil }
        let name = line.dropFirst(word.count).prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return name.isEmpty ? nil : String(name)
    }

    /// `name = value`, `name: type = value` or `self.name = value`.
    private static func assignment(_ line: String, ofSelf: Bool) -> (String, JSONValue)? {
        let start = ofSelf ? (line.hasPrefix("self.") ? line.dropFirst(5) : "") : line[...]
        let name = start.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard let first = name.first, !first.isNumber else { return nil }
        var rest = start.dropFirst(name.count).drop { $0 == " " || $0 == "\t" }
        if rest.first == ":" { rest = rest.drop { $0 != "=" } }
        guard rest.first == "=", rest.dropFirst().first != "=" else { return nil }
        var reader = PythonValue(Array(rest.dropFirst().unicodeScalars))
        guard let value = reader.whole() else { return nil }
        return (String(name), value)
    }

    /// Lines with those joined that brackets, three quotes and a backslash hold together, without comments and empty ones.
    private static func logicalLines(_ text: String) throws(MartletError) -> [Line] {
        var lines: [Line] = []
        var scanner = PythonLineScanner(Array(text.replacing("\r\n", with: "\n").unicodeScalars))
        while let (indent, text) = try scanner.next() { lines.append(Line(indent: indent, text: text)) }
        return lines
    }
}

/// Cuts a Python file into lines.
private struct PythonLineScanner {
    private let text: [Unicode.Scalar]
    private var at = 0

    init(_ text: [Unicode.Scalar]) { self.text = text }

    mutating func next() throws(MartletError) -> (Int, String)? {
        while at < text.count {
            let indent = text[at...].prefix { $0 == " " || $0 == "\t" }.reduce(0) { $1 == "\t" ? ($0 / 8 + 1) * 8 : $0 + 1 }
            let line = try line().drop { $0 == " " || $0 == "\t" }
            let trimmed = String(String.UnicodeScalarView(line))
            if !trimmed.isEmpty { return (indent, trimmed) }
        }
        return nil
    }

    private mutating func line() throws(MartletError) -> [Unicode.Scalar] {
        var found: [Unicode.Scalar] = []
        var depth = 0
        while at < text.count {
            let next = text[at]
            switch next {
            case "#":
                at = text[at...].firstIndex(of: "\n") ?? text.count
                continue
            case "\n":
                at += 1
                if depth == 0 { return found }
                found.append(" ")
                continue
            case "\\" where at + 1 < text.count && text[at + 1] == "\n": at += 2
            case "'", "\"": found += try quoted()
            default:
                if "([{".unicodeScalars.contains(next) { depth += 1 }
                if ")]}".unicodeScalars.contains(next) { depth = max(0, depth - 1) }
                found.append(next)
                at += 1
            }
        }
        guard depth == 0 else { throw MartletError(.invalidInput, "The Python file ends within brackets.") }
        return found
    }

    private mutating func quoted() throws(MartletError) -> [Unicode.Scalar] {
        let quote = text[at]
        let isLong = text[at...].starts(with: [quote, quote, quote])
        let close = [Unicode.Scalar](repeating: quote, count: isLong ? 3 : 1)
        let start = at
        at += close.count
        while at < text.count, !text[at...].starts(with: close) {
            guard isLong || text[at] != "\n" else { break }
            at += text[at] == "\\" ? 2 : 1
        }
        guard at < text.count, text[at] == quote else { throw MartletError(.invalidInput, "The Python file has a text without an end.") }
        at += close.count
        return Array(text[start..<at])
    }
}

/// Reads one plain value as `ast.literal_eval` does; nil for anything that would have to be run.
private struct PythonValue {
    private let text: [Unicode.Scalar]
    private var at = 0

    init(_ text: [Unicode.Scalar]) { self.text = text }

    mutating func whole() -> JSONValue? {
        guard let value = value(depth: 0) else { return nil }
        skip()
        // Several values with commas are a tuple.
        guard at < text.count, text[at] == "," else { return ended(value) }
        var values = [value]
        while takes(",") {
            skip()
            if at == text.count { break }
            guard let next = self.value(depth: 0) else { return nil }
            values.append(next)
        }
        return ended(.array(values))
    }

    /// A value where nothing follows it; nil, not a null, where something does.
    private func ended(_ value: JSONValue) -> JSONValue? {
        guard at == text.count else { return nil }
        return value
    }

    private mutating func value(depth: Int) -> JSONValue? {
        skip()
        guard depth < 64, at < text.count else { return nil }
        switch text[at] {
        case "[": return list("]", depth)
        case "(": return tuple(depth)
        case "{": return mapping(depth)
        case "'", "\"": return strings()
        default: return word()
        }
    }

    private mutating func list(_ close: Unicode.Scalar, _ depth: Int) -> JSONValue? {
        at += 1
        var values: [JSONValue] = []
        while true {
            if takes(close) { return .array(values) }
            guard let next = value(depth: depth + 1) else { return nil }
            values.append(next)
            if takes(",") { continue }
            guard takes(close) else { return nil }
            return .array(values)
        }
    }

    private mutating func tuple(_ depth: Int) -> JSONValue? {
        let start = at
        guard let value = list(")", depth) else { return nil }
        let hasComma = text[start..<at].dropLast().last { $0 != " " && $0 != "\t" } == ","
        return value.elements.count == 1 && !hasComma ? value.elements[0] : value
    }

    private mutating func mapping(_ depth: Int) -> JSONValue? {
        at += 1
        var found: JSONValue = .object([])
        while true {
            if takes("}") { return found }
            guard let key = value(depth: depth + 1), takes(":"), let value = value(depth: depth + 1) else { return nil }
            switch key {
            case .string(let name): found[name] = value
            case .integer(let number): found["\(number)"] = value
            default: return nil
            }
            if takes(",") { continue }
            guard takes("}") else { return nil }
            return found
        }
    }

    /// Texts that follow each other are one.
    private mutating func strings() -> JSONValue? {
        var found = String.UnicodeScalarView()
        while at < text.count, text[at] == "'" || text[at] == "\"" {
            guard string(into: &found) else { return nil }
            skip()
        }
        return .string(String(found))
    }

    private mutating func string(into found: inout String.UnicodeScalarView) -> Bool {
        let quote = text[at]
        let close = [Unicode.Scalar](repeating: quote, count: text[at...].starts(with: [quote, quote, quote]) ? 3 : 1)
        at += close.count
        while at < text.count, !text[at...].starts(with: close) {
            if text[at] == "\\" {
                guard escaped(into: &found) else { return false }
            } else {
                found.append(text[at])
                at += 1
            }
        }
        guard at < text.count else { return false }
        at += close.count
        return true
    }

    private mutating func escaped(into found: inout String.UnicodeScalarView) -> Bool {
        guard at + 1 < text.count else { return false }
        let sign = text[at + 1]
        at += 2
        let plain: [Unicode.Scalar: Unicode.Scalar] = [
            "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", "\"": "\"", "a": "\u{07}", "b": "\u{08}", "f": "\u{0C}", "v": "\u{0B}", "0": "\0",
        ]
        if let scalar = plain[sign] {
            found.append(scalar)
        } else if sign == "\n" {
            return true
        } else if let count = ["x": 2, "u": 4, "U": 8][String(sign)] {
            let digits = String(String.UnicodeScalarView(text[at...].prefix(count)))
            guard let number = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(number) else { return false }
            at += count
            found.append(scalar)
        } else {
            found.append("\\")
            found.append(sign)
        }
        return true
    }

    private mutating func word() -> JSONValue? {
        let found = text[at...].prefix { !" \t\n,)]}:".unicodeScalars.contains($0) }
        let word = String(String.UnicodeScalarView(found))
        at += found.count
        switch word {
        case "True": return true
        case "False": return false
        case "None": return .null
        default: return PythonValue.number(word)
        }
    }

    private static func number(_ word: String) -> JSONValue? {
        let sign = word.hasPrefix("-") ? "-" : ""
        let figures = (word.hasPrefix("-") || word.hasPrefix("+") ? word.dropFirst() : word[...]).filter { $0 != "_" }.lowercased()
        guard let first = figures.first, first.isNumber || first == "." else { return nil }
        for (mark, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where figures.hasPrefix(mark) {
            return Int64(sign + figures.dropFirst(2), radix: radix).map(JSONValue.integer)
        }
        if let whole = Int64(sign + figures) { return .integer(whole) }
        let full = (figures.hasPrefix(".") ? "0" : "") + figures + (figures.hasSuffix(".") ? "0" : "")
        return Double(sign + full.replacing(".e", with: ".0e")).map(JSONValue.number)
    }

    private mutating func takes(_ sign: Unicode.Scalar) -> Bool {
        skip()
        guard at < text.count, text[at] == sign else { return false }
        at += 1
        return true
    }

    private mutating func skip() { while at < text.count, " \t\n".unicodeScalars.contains(text[at]) { at += 1 } }
}
