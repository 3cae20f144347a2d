/// The tables that a query of SQL reads: what stands behind FROM and JOIN, but for what the query names itself by WITH. It is read word by word, without
/// a grammar: what cannot be told is left out.
package enum QueriedTables {
    private enum Token: Equatable {
        /// Small letters, but for what was quoted.
        case name(String, isQuoted: Bool)
        case mark(Character)
    }

    /// The parts of each table's name, in the order in which they stand; each once.
    package static func names(in query: String) -> [[String]] {
        let tokens = tokens(of: query)
        let own = ownNames(tokens)
        var tables: [[String]] = []
        // For each bracket that is open, whether a SELECT stands in it: extract(year FROM day) reads no table.
        var selects = [false]
        var i = 0
        while i < tokens.count {
            let token = tokens[i]
            i += 1
            if token == .mark("(") { selects.append(false) }
            if token == .mark(")"), selects.count > 1 { selects.removeLast() }
            if token == .name("select", isQuoted: false) { selects[selects.count - 1] = true }
            let isPlace = token == .name("from", isQuoted: false) || token == .name("join", isQuoted: false)
            guard isPlace, selects.last == true else { continue }
            if i < tokens.count, tokens[i] == .name("only", isQuoted: false) || tokens[i] == .name("lateral", isQuoted: false) { i += 1 }
            let parts = dotted(tokens, from: &i)
            let isCall = i < tokens.count && tokens[i] == .mark("(")
            if !parts.isEmpty, !isCall, parts.count > 1 || !own.contains(parts[0]), !tables.contains(parts) { tables.append(parts) }
        }
        return tables
    }

    private static func dotted(_ tokens: [Token], from i: inout Int) -> [String] {
        var parts: [String] = []
        while i < tokens.count, case .name(let name, _) = tokens[i] {
            parts.append(name)
            i += 1
            guard i < tokens.count, tokens[i] == .mark(".") else { break }
            i += 1
        }
        return parts
    }

    /// Names that the query gives to queries inside of it: `NAME AS (`.
    private static func ownNames(_ tokens: [Token]) -> Set<String> {
        var names: Set<String> = []
        for i in tokens.indices.dropFirst() where tokens[i] == .name("as", isQuoted: false) {
            guard i + 1 < tokens.count, tokens[i + 1] == .mark("("), case .name(let name, _) = tokens[i - 1] else { continue }
            names.insert(name)
        }
        return names
    }

    private static func tokens(of query: String) -> [Token] {
        var tokens: [Token] = []
        var rest = Array(query)[...]
        while let first = rest.first {
            if first == "-", rest.dropFirst().first == "-" {
                rest = rest.drop { !$0.isNewline }
            } else if first == "/", rest.dropFirst().first == "*" {
                rest = rest.dropFirst(2)
                while rest.count > 1, !(rest[rest.startIndex] == "*" && rest[rest.startIndex + 1] == "/") { rest = rest.dropFirst() }
                rest = rest.dropFirst(2)
            } else if first == "\"" || first == "'" || first == "`" {
                let (text, after) = quoted(rest, by: first)
                rest = after
                if first != "'" { tokens.append(.name(text, isQuoted: true)) } else { tokens.append(.mark("'")) }
            } else if first.isLetter || first == "_" {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
                tokens.append(.name(String(word).lowercased(), isQuoted: false))
                rest = rest.dropFirst(word.count)
            } else {
                if !first.isWhitespace { tokens.append(.mark(first)) }
                rest = rest.dropFirst()
            }
        }
        return tokens
    }

    /// A doubled quote stands for one.
    private static func quoted(_ text: ArraySlice<Character>, by quote: Character) -> (String, ArraySlice<Character>) {
        var (found, rest) = ("", text.dropFirst())
        while let next = rest.first {
            rest = rest.dropFirst()
            if next == quote {
                guard rest.first == quote else { return (found, rest) }
                rest = rest.dropFirst()
            }
            found.append(next)
        }
        return (found, rest)
    }
}
