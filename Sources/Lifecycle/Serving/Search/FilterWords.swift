import Support

/// A word of a filter.
enum FilterWord: Equatable {
    /// Letters, digits, underscores, points and hyphens: a keyword, or the name of a column.
    case word(String)
    /// In backticks: always a name.
    case name(String)
    /// In single or double quotes: a value, or a name where one stands.
    case text(String)
    case number(Double, String)
    case comparison(String)
    case open, close, comma

    /// Whether it is a keyword, in any letter case.
    func isWord(_ text: String) -> Bool { if case .word(let word) = self { word.uppercased() == text } else { false } }

    /// The word as a message shows it.
    var shown: String {
        switch self {
        case .word(let text), .name(let text), .text(let text), .number(_, let text), .comparison(let text): String(text.prefix(40))
        case .open: "("
        case .close: ")"
        case .comma: ","
        }
    }
}

/// Cuts a filter into words. Control characters are no words: they stand only within quotes.
struct FilterScanner {
    private let text: [Unicode.Scalar]
    private var at = 0

    private init(_ text: String) { self.text = Array(text.unicodeScalars) }

    /// - Throws: `usage` for a quote that does not end, or what is no word.
    static func words(_ text: String) throws(MartletError) -> [FilterWord] {
        var scanner = FilterScanner(text)
        var words: [FilterWord] = []
        while scanner.skipSpace() { words.append(try scanner.next()) }
        return words
    }

    /// False where nothing follows.
    private mutating func skipSpace() -> Bool {
        while at < text.count, text[at].properties.isWhitespace { at += 1 }
        return at < text.count
    }

    private mutating func next() throws(MartletError) -> FilterWord {
        let start = text[at]
        switch start {
        case "'", "\"": return .text(try quoted(by: start))
        case "`": return .name(try quoted(by: start))
        case "(": return step(.open)
        case ")": return step(.close)
        case ",": return step(.comma)
        case "=", "!", "<", ">": return .comparison(taken { "=!<>".unicodeScalars.contains($0) })
        default: return try wordOrNumber()
        }
    }

    private mutating func step(_ word: FilterWord) -> FilterWord {
        at += 1
        return word
    }

    /// What stands between two quotes; two of them within stand for one.
    private mutating func quoted(by quote: Unicode.Scalar) throws(MartletError) -> String {
        at += 1
        var out = String.UnicodeScalarView()
        while at < text.count {
            let scalar = text[at]
            at += 1
            guard scalar == quote else {
                out.append(scalar)
                continue
            }
            guard at < text.count, text[at] == quote else { return String(out) }
            out.append(quote)
            at += 1
        }
        throw MartletError(.usage, "The filter has a text that begins with \(quote) and does not end. Close it with another \(quote).")
    }

    private mutating func wordOrNumber() throws(MartletError) -> FilterWord {
        let word = taken(FilterScanner.isOfWord)
        guard let first = word.unicodeScalars.first else {
            throw MartletError(
                .usage, "“\(String(text[at]).spelledOut)” is not expected in a filter. Write it like age > 30 AND city = 'Bern'.")
        }
        if "-+.0123456789".unicodeScalars.contains(first), let number = Double(word), number.isFinite { return .number(number, word) }
        return .word(word)
    }

    private mutating func taken(_ belongs: (Unicode.Scalar) -> Bool) -> String {
        var out = String.UnicodeScalarView()
        while at < text.count, belongs(text[at]) {
            out.append(text[at])
            at += 1
        }
        return String(out)
    }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return "_.-+".unicodeScalars.contains(scalar) || ("0"..."9").contains(scalar) || scalar.properties.isAlphabetic }
        return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
