internal import Support

/// A word of a filter.
enum FilterToken: Equatable {
    /// Letters, digits, underscores, points and hyphens: a keyword, or a name with what it belongs to.
    case word(String)
    /// In backticks: always a name.
    case name(String)
    /// In single or double quotes: a value, or a name where one stands.
    case text(String)
    case number(Double, String)
    case comparison(String)
    case open, close, comma

    func isWord(_ text: String) -> Bool { if case .word(let word) = self { word.uppercased() == text } else { false } }
}

/// Cuts a filter into words.
struct FilterScanner {
    private let text: [Unicode.Scalar]
    private var at = 0

    init(_ text: String) { self.text = Array(text.unicodeScalars) }

    /// The words of a text, and where each of them begins.
    static func tokens(_ text: String) throws(MLflowError) -> (tokens: [FilterToken], places: [Int]) {
        var scanner = FilterScanner(text)
        var (tokens, places) = ([FilterToken](), [Int]())
        while scanner.skipSpace() {
            let place = scanner.at
            do throws(MLflowError) { tokens.append(try scanner.next()) } catch { throw error.at(place) }
            places.append(place)
        }
        return (tokens, places)
    }

    /// False where nothing follows.
    private mutating func skipSpace() -> Bool {
        while at < text.count, text[at].properties.isWhitespace { at += 1 }
        return at < text.count
    }

    private mutating func next() throws(MLflowError) -> FilterToken {
        let start = text[at]
        switch start {
        case "'", "\"": return .text(try quoted(by: start))
        case "`": return .name(try quoted(by: start))
        case "(": return step(.open)
        case ")": return step(.close)
        case ",": return step(.comma)
        case "=", "!", "<", ">": return .comparison(comparison())
        default: return try wordOrNumber()
        }
    }

    private mutating func step(_ token: FilterToken) -> FilterToken {
        at += 1
        return token
    }

    /// What stands between two quotes; two of them within stand for one.
    private mutating func quoted(by quote: Unicode.Scalar) throws(MLflowError) -> String {
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
        throw .invalid("Invalid filter: a text that begins with \(quote) does not end.")
    }

    private mutating func comparison() -> String {
        var out = String(text[at])
        at += 1
        while at < text.count, "=!<>".unicodeScalars.contains(text[at]) {
            out.unicodeScalars.append(text[at])
            at += 1
        }
        return out
    }

    private mutating func wordOrNumber() throws(MLflowError) -> FilterToken {
        let start = at
        while at < text.count, FilterScanner.isOfWord(text[at]) || isSignOfExponent(from: start) { at += 1 }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text[start..<at])
        let word = String(view)
        guard !word.isEmpty else { throw .invalid("Invalid filter: ‘\(text[at])’ is not expected.") }
        if let first = word.unicodeScalars.first, first == "-" || ("0"..."9").contains(first), let number = FilterScanner.number(word) {
            return .number(number, word)
        }
        return .word(word)
    }

    /// Whether the plus of an exponent stands here: the minus is of a word anyway.
    private func isSignOfExponent(from start: Int) -> Bool {
        text[at] == "+" && at > start && (text[at - 1] == "e" || text[at - 1] == "E")
    }

    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return "_.-".unicodeScalars.contains(scalar) || ("0"..."9").contains(scalar) || scalar.properties.isAlphabetic }
        return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private static func number(_ word: String) -> Double? {
        guard word.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }) else { return nil }
        return Double(word)
    }
}
