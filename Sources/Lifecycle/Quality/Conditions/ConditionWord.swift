import Support

/// A word of a row condition as Great Expectations and pandas write it: `col("x") > 5 and name in ["a", "b"]`.
enum ConditionWord: Equatable {
    case name(String)
    case text(String)
    /// A number as it was written.
    case number(String)
    /// A comparison, an operator or a bracket.
    case sign(String)

    /// Cuts a condition into words.
    /// - Throws: `invalidInput` where a text has no end or a character begins no word.
    static func words(_ condition: String) throws(MartletError) -> [ConditionWord] {
        var reader = Reader(text: Array(condition))
        var words: [ConditionWord] = []
        while let word = try reader.next() { words.append(word) }
        return words
    }

    private struct Reader {
        let text: [Character]
        var at = 0

        mutating func next() throws(MartletError) -> ConditionWord? {
            while at < text.count, text[at].isWhitespace { at += 1 }
            guard at < text.count else { return nil }
            let first = text[at]
            switch first {
            case "\"", "'": return .text(try quoted(first))
            case "`": return .name(try quoted(first))
            default: break
            }
            if first.isNumber || (first == "." && at + 1 < text.count && text[at + 1].isNumber) { return .number(number()) }
            if first.isLetter || first == "_" { return .name(take { $0.isLetter || $0.isNumber || $0 == "_" }) }
            return .sign(try sign())
        }

        private mutating func take(_ belongs: (Character) -> Bool) -> String {
            let start = at
            while at < text.count, belongs(text[at]) { at += 1 }
            return String(text[start..<at])
        }

        private mutating func number() -> String {
            let start = at
            while at < text.count {
                let isSign = "+-".contains(text[at]) && at > start && "eE".contains(text[at - 1])
                guard text[at].isNumber || ".eE_".contains(text[at]) || isSign else { break }
                at += 1
            }
            return String(text[start..<at]).replacing("_", with: "")
        }

        /// A text in quotes; a backslash keeps the next character as it is.
        private mutating func quoted(_ mark: Character) throws(MartletError) -> String {
            var value = ""
            at += 1
            while at < text.count, text[at] != mark {
                if text[at] == "\\", mark != "`", at + 1 < text.count { at += 1 }
                value.append(text[at])
                at += 1
            }
            guard at < text.count else { throw MartletError(.invalidInput, "a text that begins with \(mark) has no end.") }
            at += 1
            return value
        }

        private mutating func sign() throws(MartletError) -> String {
            for sign in ["==", "!=", "<=", ">="] where text[at...].starts(with: sign) {
                at += 2
                return sign
            }
            guard "<>()[],.&|~+-*/".contains(text[at]) else {
                throw MartletError(.invalidInput, "“\(text[at])” cannot stand there.")
            }
            at += 1
            return String(text[at - 1])
        }
    }
}
