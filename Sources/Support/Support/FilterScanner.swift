/// A word of a filter over runs, models or predictions: `metrics.loss < 0.5 AND name LIKE 'a%'`.
package enum FilterWord: Equatable, Sendable {
    /// Letters, digits, underscores, points and hyphens: a keyword, or a name with what it belongs to.
    case word(String)
    /// In backticks: always a name.
    case name(String)
    /// In single or double quotes: a value, or a name where one stands.
    case text(String)
    /// A number, and as it was written. One that no double can hold is infinite.
    case number(Double, String)
    case comparison(String)
    case open, close, comma

    /// Whether it is a keyword, in any letter case.
    package func isWord(_ text: String) -> Bool { if case .word(let word) = self { word.uppercased() == text } else { false } }

    /// The word as a message shows it.
    package var text: String {
        switch self {
        case .word(let text), .name(let text), .text(let text), .number(_, let text), .comparison(let text): text
        case .open: "("
        case .close: ")"
        case .comma: ","
        }
    }
}

/// Cuts a filter into words. Control characters are no words: they stand only within quotes.
package struct FilterScanner {
    /// Why a text cannot be cut, and where, in Unicode scalars from its beginning.
    package struct Fault: Error {
        package enum Kind: Sendable {
            /// A text begins with such a quote and does not end.
            case openQuote(Character)
            /// What begins no word.
            case unexpected(Character)
        }

        package var kind: Kind
        package var place: Int
    }

    private let text: [Unicode.Scalar]
    private var at = 0

    private init(_ text: String) { self.text = Array(text.unicodeScalars) }

    /// The words of a text, and where each of them begins, in Unicode scalars.
    package static func words(_ text: String) throws(Fault) -> (words: [FilterWord], places: [Int]) {
        var scanner = FilterScanner(text)
        var (words, places) = ([FilterWord](), [Int]())
        while scanner.skipSpace() {
            places.append(scanner.at)
            words.append(try scanner.next())
        }
        return (words, places)
    }

    /// False where nothing follows.
    private mutating func skipSpace() -> Bool {
        while at < text.count, text[at].properties.isWhitespace { at += 1 }
        return at < text.count
    }

    private mutating func next() throws(Fault) -> FilterWord {
        switch text[at] {
        case "'", "\"": return .text(try quoted())
        case "`": return .name(try quoted())
        case "(": return step(.open)
        case ")": return step(.close)
        case ",": return step(.comma)
        case "=", "!", "<", ">": return .comparison(take(upTo: end { "=!<>".unicodeScalars.contains(text[$0]) }))
        default: return try wordOrNumber()
        }
    }

    private mutating func step(_ word: FilterWord) -> FilterWord {
        at += 1
        return word
    }

    /// What stands between two quotes; two of them within stand for one.
    private mutating func quoted() throws(Fault) -> String {
        let (start, quote) = (at, text[at])
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
        throw Fault(kind: .openQuote(Character(quote)), place: start)
    }

    private mutating func wordOrNumber() throws(Fault) -> FilterWord {
        let start = at
        let word = take(upTo: end { FilterScanner.isOfWord(text[$0]) || isSignOfExponent($0, from: start) })
        guard !word.isEmpty else { throw Fault(kind: .unexpected(Character(text[at])), place: at) }
        return FilterScanner.number(word).map { .number($0, word) } ?? .word(word)
    }

    /// Where what belongs to a word ends.
    private func end(_ belongs: (_ place: Int) -> Bool) -> Int { (at..<text.count).first { !belongs($0) } ?? text.count }

    private mutating func take(upTo end: Int) -> String {
        var out = String.UnicodeScalarView()
        out.append(contentsOf: text[at..<end])
        at = end
        return String(out)
    }

    /// Whether the plus of an exponent stands there: the minus is of a word anyway.
    private func isSignOfExponent(_ place: Int, from start: Int) -> Bool {
        text[place] == "+" && place > start && (text[place - 1] == "e" || text[place - 1] == "E")
    }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return "_.-".unicodeScalars.contains(scalar) || ("0"..."9").contains(scalar) || scalar.properties.isAlphabetic }
        return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private static func number(_ word: String) -> Double? {
        word.utf8.allSatisfy { "+-.0123456789eE".utf8.contains($0) } ? Double(word) : nil
    }
}
