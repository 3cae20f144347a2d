internal import Support

/// Reads TOML 1.0. Dates and times stay text.
struct TOMLReader {
    private let text: [Unicode.Scalar]
    private var at = 0
    private var line = 1
    private var root = Table()

    /// A table while it is read: what stands in it, and how it came to be.
    private final class Table {
        enum Entry {
            case value(JSONValue)
            case table(Table)
            case tables([Table])
        }

        var keys: [String] = []
        var entries: [String: Entry] = [:]
        /// Whether it was named in brackets, or written as a whole, so that it may not be named again.
        var isDefined = false
        /// Whether it came from keys with points, so that brackets may not name it.
        var isDotted = false

        func set(_ key: String, _ entry: Entry) {
            if entries.updateValue(entry, forKey: key) == nil { keys.append(key) }
        }

        var json: JSONValue {
            .object(
                keys.compactMap { key in
                    entries[key].map { entry in
                        switch entry {
                        case .value(let value): JSONValue.Member(key, value)
                        case .table(let table): JSONValue.Member(key, table.json)
                        case .tables(let tables): JSONValue.Member(key, .array(tables.map(\.json)))
                        }
                    }
                })
        }
    }

    /// - Throws: `invalidInput` with the line.
    static func read(_ text: String) throws(MartletError) -> JSONValue {
        var reader = TOMLReader(text: Array(text.replacing("\r\n", with: "\n").unicodeScalars))
        try reader.readAll()
        return reader.root.json
    }

    private init(text: [Unicode.Scalar]) { self.text = text }

    private mutating func readAll() throws(MartletError) {
        var current = root
        while true {
            skipBlank()
            guard let next = peek else { return }
            if next == "[" { current = try header() } else { try pair(into: current) }
            skipSpaces()
            guard peek == nil || peek == "\n" || peek == "#" else { throw failure("something behind a value") }
        }
    }

    // MARK: Tables and keys

    private mutating func header() throws(MartletError) -> Table {
        take()
        let isList = peek == "["
        if isList { take() }
        let path = try key()
        try expect("]")
        if isList { try expect("]") }
        var table = root
        for name in path.dropLast() { table = try inner(name, of: table, isDotted: false) }
        guard let last = path.last else { throw failure("no name in brackets") }
        return isList ? try appended(last, table) : try defined(last, table)
    }

    private func defined(_ name: String, _ parent: Table) throws(MartletError) -> Table {
        let table: Table
        switch parent.entries[name] {
        case nil:
            table = Table()
            parent.set(name, .table(table))
        case .table(let known) where !known.isDefined && !known.isDotted: table = known
        default: throw failure("“\(name)” stands twice")
        }
        table.isDefined = true
        return table
    }

    private func appended(_ name: String, _ parent: Table) throws(MartletError) -> Table {
        let table = Table()
        table.isDefined = true
        switch parent.entries[name] {
        case nil: parent.set(name, .tables([table]))
        case .tables(let known): parent.set(name, .tables(known + [table]))
        default: throw failure("“\(name)” stands twice")
        }
        return table
    }

    private func inner(_ name: String, of table: Table, isDotted: Bool) throws(MartletError) -> Table {
        switch table.entries[name] {
        case nil:
            let inner = Table()
            inner.isDotted = isDotted
            table.set(name, .table(inner))
            return inner
        case .table(let inner):
            if isDotted, inner.isDefined { throw failure("“\(name)” is a table of its own already") }
            return inner
        case .tables(let tables):
            guard !isDotted, let last = tables.last else { throw failure("“\(name)” is a list of tables") }
            return last
        case .value: throw failure("“\(name)” is a value and no table")
        }
    }

    private mutating func pair(into table: Table) throws(MartletError) {
        let path = try key()
        try expect("=")
        skipSpaces()
        var table = table
        for name in path.dropLast() { table = try inner(name, of: table, isDotted: true) }
        guard let last = path.last, table.entries[last] == nil else { throw failure("“\(path.joined(separator: "."))” stands twice") }
        table.set(last, .value(try value(depth: 0)))
    }

    private mutating func key() throws(MartletError) -> [String] {
        var path: [String] = []
        repeat {
            if !path.isEmpty { take() }
            skipSpaces()
            switch peek {
            case "\""?: path.append(try string())
            case "'"?: path.append(try literal())
            default:
                let name = word {
                    $0.properties.isASCIIHexDigit || $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_".unicodeScalars.contains($0))
                }
                guard !name.isEmpty else { throw failure("no key where one should be") }
                path.append(name)
            }
            skipSpaces()
        } while peek == "."
        return path
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(MartletError) -> JSONValue {
        guard depth < 64 else { throw failure("nesting deeper than 64") }
        switch peek {
        case "\""?: return .string(starts("\"\"\"") ? try longString() : try string())
        case "'"?: return .string(starts("'''") ? try longLiteral() : try literal())
        case "["?: return try list(depth)
        case "{"?: return try inlineTable(depth)
        default: return try plain()
        }
    }

    private mutating func list(_ depth: Int) throws(MartletError) -> JSONValue {
        take()
        var elements: [JSONValue] = []
        while true {
            skipBlank()
            if peek == "]" { break }
            elements.append(try value(depth: depth + 1))
            skipBlank()
            guard peek == "," else { break }
            take()
        }
        try expect("]")
        return .array(elements)
    }

    private mutating func inlineTable(_ depth: Int) throws(MartletError) -> JSONValue {
        guard depth < 64 else { throw failure("nesting deeper than 64") }
        take()
        let table = Table()
        skipSpaces()
        if peek != "}" {
            while true {
                try pair(into: table)
                skipSpaces()
                guard peek == "," else { break }
                take()
            }
        }
        try expect("}")
        return table.json
    }

    /// A number, a truth value or a date.
    private mutating func plain() throws(MartletError) -> JSONValue {
        var text = word { !" \t\n,]}#=".unicodeScalars.contains($0) }
        // A date and a time may stand with a space between.
        if text.count == 10, text.dropFirst(4).first == "-", peek == " ", at + 1 < self.text.count, "0"..."9" ~= self.text[at + 1] {
            take()
            text += " " + word { !" \t\n,]}#=".unicodeScalars.contains($0) }
        }
        switch text {
        case "true": return true
        case "false": return false
        case "inf", "+inf": return .number(.infinity)
        case "-inf": return .number(-.infinity)
        case "nan", "+nan", "-nan": return .number(.nan)
        default: break
        }
        let figures = text.filter { $0 != "_" }
        if let whole = TOMLReader.whole(figures) { return .integer(whole) }
        if text.contains(":") || text.dropFirst().contains("-") && !text.lowercased().contains("e") { return .string(text) }
        guard let first = figures.first, first.isNumber || "+-".contains(first), let number = Double(figures) else {
            throw failure("“\(text)” is no value")
        }
        return .number(number)
    }

    private static func whole(_ text: String) -> Int64? {
        for (mark, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.hasPrefix(mark) { return Int64(text.dropFirst(2), radix: radix) }
        return Int64(text)
    }

    // MARK: Strings

    private mutating func string() throws(MartletError) -> String {
        take()
        var found = String.UnicodeScalarView()
        while let next = peek, next != "\"" {
            guard next != "\n" else { throw failure("a text without an end") }
            take()
            if next == "\\" { try escaped(&found) } else { found.append(next) }
        }
        try expect("\"")
        return String(found)
    }

    private mutating func longString() throws(MartletError) -> String {
        skipOpening()
        var found = String.UnicodeScalarView()
        while !starts("\"\"\"") {
            guard let next = peek else { throw failure("a text without an end") }
            take()
            guard next == "\\" else {
                found.append(next)
                continue
            }
            if isLineEnd() { skipBlankLines() } else { try escaped(&found) }
        }
        return closing(&found, "\"")
    }

    private mutating func literal() throws(MartletError) -> String {
        take()
        let found = word { $0 != "'" && $0 != "\n" }
        try expect("'")
        return found
    }

    private mutating func longLiteral() throws(MartletError) -> String {
        skipOpening()
        var found = String.UnicodeScalarView()
        while !starts("'''") {
            guard let next = peek else { throw failure("a text without an end") }
            take()
            found.append(next)
        }
        return closing(&found, "'")
    }

    private mutating func skipOpening() {
        for _ in 0..<3 { take() }
        if peek == "\n" { take() }
    }

    /// Takes three quotes; up to two more belong to the text.
    private mutating func closing(_ found: inout String.UnicodeScalarView, _ quote: Unicode.Scalar) -> String {
        for _ in 0..<3 { take() }
        for _ in 0..<2 where peek == quote {
            take()
            found.append(quote)
        }
        return String(found)
    }

    /// Whether nothing but spaces follows in the line.
    private func isLineEnd() -> Bool {
        let rest = text[at...].drop { $0 == " " || $0 == "\t" }
        return rest.first == "\n"
    }

    private mutating func skipBlankLines() { while let next = peek, " \t\n".unicodeScalars.contains(next) { take() } }

    private mutating func escaped(_ found: inout String.UnicodeScalarView) throws(MartletError) {
        guard let next = peek else { throw failure("a text without an end") }
        take()
        switch next {
        case "b": found.append("\u{08}")
        case "t": found.append("\t")
        case "n": found.append("\n")
        case "f": found.append("\u{0C}")
        case "r": found.append("\r")
        case "e": found.append("\u{1B}")
        case "\"", "\\": found.append(next)
        case "u", "U", "x":
            let count = next == "u" ? 4 : next == "U" ? 8 : 2
            let digits = String(String.UnicodeScalarView(text[at...].prefix(count)))
            guard digits.unicodeScalars.count == count, let number = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(number) else {
                throw failure("an escape that TOML does not have")
            }
            at += count
            found.append(scalar)
        default: throw failure("an escape that TOML does not have")
        }
    }

    // MARK: Signs

    private var peek: Unicode.Scalar? { at < text.count ? text[at] : nil }

    private mutating func take() {
        guard let next = peek else { return }
        if next == "\n" { line += 1 }
        at += 1
    }

    private func starts(_ sign: String) -> Bool { text[at...].starts(with: sign.unicodeScalars) }

    private mutating func word(_ belongs: (Unicode.Scalar) -> Bool) -> String {
        let found = text[at...].prefix(while: belongs)
        at += found.count
        return String(String.UnicodeScalarView(found))
    }

    private mutating func expect(_ sign: Unicode.Scalar) throws(MartletError) {
        skipSpaces()
        guard peek == sign else { throw failure("no “\(sign)” where one should be") }
        take()
    }

    private mutating func skipSpaces() { while peek == " " || peek == "\t" { take() } }

    /// Spaces, empty lines and comments.
    private mutating func skipBlank() {
        while let next = peek {
            if next == "#" { while let next = peek, next != "\n" { take() } } else if " \t\n".unicodeScalars.contains(next) { take() } else { return }
        }
    }

    private func failure(_ what: String) -> MartletError {
        MartletError(.invalidInput, "The TOML cannot be read in line \(line): \(what).")
    }
}
