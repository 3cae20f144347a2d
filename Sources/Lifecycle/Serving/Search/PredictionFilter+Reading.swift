package import Support

extension PredictionFilter {
    /// How long a filter, and the pattern behind `LIKE`, may be, in characters; how many comparisons it may have, and how deep its brackets go.
    private static let (longest, longestPattern, mostTests, deepest) = (4000, 100, 100, 20)

    /// Reads a filter: `age > 30 AND (city = 'Bern' OR city IS NULL)`.
    ///
    /// Comparisons are `=`, `!=`, `<>`, `<`, `<=`, `>`, `>=`, `IN ('a', 'b')`, `BETWEEN 1 AND 2`, `LIKE 'B%'`, `IS NULL`, each with `NOT` too. Odd names
    /// stand in backticks, texts in quotes.
    /// - Throws: `usage` with the word that is wrong.
    package init(_ text: String) throws(MartletError) {
        guard text.unicodeScalars.count <= PredictionFilter.longest else {
            throw MartletError(.usage, "A filter has at most \(PredictionFilter.longest) characters.")
        }
        var reader = try FilterReader(text)
        self = try reader.filter(depth: PredictionFilter.deepest)
        guard reader.next == nil else { throw reader.surprise("AND, OR or the end") }
        guard leaves.count <= PredictionFilter.mostTests else {
            throw MartletError(.usage, "A filter has at most \(PredictionFilter.mostTests) comparisons. Use IN for many values.")
        }
        for case .isLike(_, let pattern) in leaves.map({ $0.test }) where pattern.unicodeScalars.count > PredictionFilter.longestPattern {
            throw MartletError(.usage, "A pattern behind LIKE has at most \(PredictionFilter.longestPattern) characters.")
        }
    }
}

/// Reads the words of a filter from the left.
private struct FilterReader {
    private let words: [FilterWord]
    private var at = 0

    init(_ text: String) throws(MartletError) {
        do throws(FilterScanner.Fault) { words = try FilterScanner.words(text).words } catch { throw FilterReader.failure(error) }
    }

    private static func failure(_ fault: FilterScanner.Fault) -> MartletError {
        switch fault.kind {
        case .openQuote(let quote):
            MartletError(.usage, "The filter has a text that begins with \(quote) and does not end. Close it with another \(quote).")
        case .unexpected(let character):
            MartletError(
                .usage, "“\(String(character).spelledOut)” is not expected in a filter. Write it like age > 30 AND city = 'Bern'.")
        }
    }

    var next: FilterWord? { at < words.count ? words[at] : nil }

    func surprise(_ expected: String) -> MartletError {
        let found = next.map { "“\(String($0.text.prefix(40)).spelledOut)” is not expected in the filter" } ?? "The filter ends too early"
        return MartletError(.usage, "\(found): \(expected) belongs there. Write it like age > 30 AND city = 'Bern'.")
    }

    private mutating func takes(_ keyword: String) -> Bool {
        guard next?.isWord(keyword) == true else { return false }
        at += 1
        return true
    }

    private mutating func demand(_ word: FilterWord, _ expected: String) throws(MartletError) {
        guard next == word else { throw surprise(expected) }
        at += 1
    }

    private mutating func demand(_ keyword: String) throws(MartletError) { guard takes(keyword) else { throw surprise(keyword) } }

    // MARK: Joined

    mutating func filter(depth: Int) throws(MartletError) -> PredictionFilter {
        var parts = [try conjunction(depth)]
        while takes("OR") { parts.append(try conjunction(depth)) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction(_ depth: Int) throws(MartletError) -> PredictionFilter {
        var parts = [try part(depth)]
        while takes("AND") { parts.append(try part(depth)) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func part(_ depth: Int) throws(MartletError) -> PredictionFilter {
        guard depth > 0 else { throw MartletError(.usage, "The filter has too many brackets within each other.") }
        if takes("NOT") { return .not(try part(depth - 1)) }
        guard next == .open else { return try test() }
        at += 1
        let inner = try filter(depth: depth - 1)
        try demand(.close, "a closing bracket")
        return inner
    }

    // MARK: One comparison

    private static let keywords: Set = ["AND", "OR", "NOT", "IN", "IS", "LIKE", "BETWEEN", "NULL"]

    private mutating func test() throws(MartletError) -> PredictionFilter {
        let name = try name()
        if takes("IS") {
            let isNegated = takes("NOT")
            try demand("NULL")
            return isNegated ? .not(.isMissing(name)) : .isMissing(name)
        }
        if takes("NOT") { return .not(try wordTest(name)) }
        guard case .comparison(let sign) = next else { return try wordTest(name) }
        let known = ["==": PredictionFilter.Comparison.equal, "<>": .unequal]
        guard let comparison = known[sign] ?? PredictionFilter.Comparison(rawValue: sign) else { throw surprise("=, !=, <, <=, > or >=") }
        at += 1
        return .compares(name, comparison, try value())
    }

    private mutating func wordTest(_ name: String) throws(MartletError) -> PredictionFilter {
        if takes("IN") { return .among(name, try list()) }
        if takes("LIKE") {
            guard case .text(let pattern) = try value() else {
                at -= 1
                throw surprise("a text in quotes, such as 'B%',")
            }
            return .isLike(name, pattern)
        }
        guard takes("BETWEEN") else { throw surprise("a comparison (=, !=, <, <=, >, >=, IN, LIKE, BETWEEN, IS NULL)") }
        let low = try value()
        try demand("AND")
        return .all([.compares(name, .atLeast, low), .compares(name, .atMost, try value())])
    }

    private mutating func name() throws(MartletError) -> String {
        switch next {
        case .word(let word) where !FilterReader.keywords.contains(word.uppercased()):
            at += 1
            return word
        case .name(let name), .text(let name):
            at += 1
            return name
        default: throw surprise("the name of a column")
        }
    }

    private mutating func list() throws(MartletError) -> [PredictionFilter.Value] {
        try demand(.open, "a bracket with values, such as ('a', 'b'),")
        var values = [try value()]
        while next == .comma {
            at += 1
            values.append(try value())
        }
        try demand(.close, "a comma or a closing bracket")
        return values
    }

    private mutating func value() throws(MartletError) -> PredictionFilter.Value {
        switch next {
        case .number(let number, _) where number.isFinite:
            at += 1
            return .number(number)
        case .text(let text):
            at += 1
            return .text(text)
        case let word? where word.isWord("TRUE") || word.isWord("FALSE"):
            at += 1
            return .flag(word.isWord("TRUE"))
        default: throw surprise("a number, or a text in quotes,")
        }
    }
}
