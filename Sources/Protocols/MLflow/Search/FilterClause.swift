internal import Experiments
internal import Support

/// What a filter names: a key of something, such as a metric; of the thing itself where nothing is said.
struct FilterKey: Equatable {
    var entity: String?
    var key: String

    /// As it was written, for errors.
    var text: String { entity.map { "\($0).\(key)" } ?? key }
}

/// One clause of a filter. All of them must hold.
struct FilterClause: Equatable {
    enum Comparison: Equatable {
        case ordered(SearchTest.Comparison)
        case like(ignoresCase: Bool)
        case isIn(isNegated: Bool)
        case isNull(isNegated: Bool)
    }

    enum Value: Equatable {
        case none
        case number(Double)
        case text(String)
        case list([String])
    }

    var key: FilterKey
    var comparison: Comparison
    var value: Value
    /// Where in the filter it begins.
    var place = 0
}

/// Reads filters: clauses joined by AND, as MLflow has them for everything that can be searched.
struct FilterParser {
    /// Each may join a table, and so may each entry of an order: together they are no more than the database joins (64).
    private static let mostClauses = 40
    private static let longest = 100_000

    private let tokens: [FilterWord]
    private let places: [Int]
    private let end: Int
    private var at = 0

    private init(_ text: String) throws(MLflowError) {
        do throws(FilterScanner.Fault) { (tokens, places) = try FilterScanner.words(text) } catch { throw FilterParser.failure(error) }
        end = text.unicodeScalars.count
    }

    private static func failure(_ fault: FilterScanner.Fault) -> MLflowError {
        switch fault.kind {
        case .openQuote(let quote): MLflowError.invalid("Invalid filter: a text that begins with \(quote) does not end.").at(fault.place)
        case .unexpected(let character): MLflowError.invalid("Invalid filter: ‘\(character)’ is not expected.").at(fault.place)
        }
    }

    static func clauses(_ filter: String?) throws(MLflowError) -> [FilterClause] {
        guard let filter, !filter.isEmpty else { return [] }
        guard filter.utf8.count <= longest else { throw .invalid("Invalid filter: it is longer than \(longest) bytes.") }
        var parser = try FilterParser(filter)
        guard !parser.tokens.isEmpty else { throw .invalid("Invalid filter '\(filter)'. Could not be parsed.") }
        return try parser.all()
    }

    /// Reads a key that stands alone.
    static func key(_ text: String) throws(MLflowError) -> FilterKey {
        var parser = try FilterParser(text)
        let key = try parser.key()
        guard parser.at == parser.tokens.count else { throw .invalid("Invalid order_by clause '\(text.prefix(200))'. Could not be parsed.") }
        return key
    }

    private mutating func all() throws(MLflowError) -> [FilterClause] {
        var clauses: [FilterClause] = []
        while true {
            let place = place
            do throws(MLflowError) { clauses.append(try clause()) } catch { throw error.at(place) }
            clauses[clauses.count - 1].place = place
            guard clauses.count <= FilterParser.mostClauses else {
                throw .invalid("Invalid filter: it has more than \(FilterParser.mostClauses) clauses.")
            }
            guard at < tokens.count else { return clauses }
            guard tokens[at].isWord("AND") else { throw unexpected("AND") }
            at += 1
            if at == tokens.count { return clauses }
        }
    }

    private mutating func clause() throws(MLflowError) -> FilterClause {
        let key = try key()
        if takes("IS") {
            let isNegated = takes("NOT")
            guard takes("NULL") else { throw unexpected("NULL") }
            return FilterClause(key: key, comparison: .isNull(isNegated: isNegated), value: .none)
        }
        if takes("NOT") {
            guard takes("IN") else { throw unexpected("IN") }
            return FilterClause(key: key, comparison: .isIn(isNegated: true), value: try list())
        }
        if takes("IN") { return FilterClause(key: key, comparison: .isIn(isNegated: false), value: try list()) }
        if takes("LIKE") { return FilterClause(key: key, comparison: .like(ignoresCase: false), value: try value()) }
        if takes("ILIKE") { return FilterClause(key: key, comparison: .like(ignoresCase: true), value: try value()) }
        guard case .comparison(let text)? = current else { throw unexpected("a comparison") }
        guard let comparison = SearchTest.Comparison(rawValue: text) else { throw .invalid("Invalid comparator '\(text.prefix(20))' in the filter.") }
        at += 1
        return FilterClause(key: key, comparison: .ordered(comparison), value: try value())
    }

    /// `entity.key`, where either may stand in quotes; points behind the first belong to the key.
    private mutating func key() throws(MLflowError) -> FilterKey {
        switch current {
        case .name(let text)?, .text(let text)?:
            at += 1
            return FilterKey(entity: nil, key: text)
        case .word(let word)?:
            at += 1
            guard let point = word.firstIndex(of: ".") else { return FilterKey(entity: nil, key: word) }
            let (entity, rest) = (String(word[..<point]), String(word[word.index(after: point)...]))
            guard rest.isEmpty else { return FilterKey(entity: entity, key: rest) }
            switch current {
            case .name(let text)?, .text(let text)?:
                at += 1
                return FilterKey(entity: entity, key: text)
            default: throw unexpected("a key")
            }
        default: throw unexpected("a key")
        }
    }

    private mutating func value() throws(MLflowError) -> FilterClause.Value {
        switch current {
        case .text(let text)?:
            at += 1
            return .text(text)
        case .number(let number, _)?:
            at += 1
            return .number(number)
        case .word(let text)? where !["true", "false", "null"].contains(text.lowercased()):
            throw .invalid(
                "Parameter value is either not quoted or unidentified quote types used for string value \(text.prefix(200)). Use either single or double quotes."
            )
        default: throw unexpected("a number or a text in quotes")
        }
    }

    private mutating func list() throws(MLflowError) -> FilterClause.Value {
        guard current == .open else { throw unexpected("a list in parentheses") }
        at += 1
        var texts: [String] = []
        while true {
            switch current {
            case .text(let text)?: texts.append(text)
            case .number(_, let text)?, .word(let text)?:
                throw .invalid(
                    "While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in list: \(text.prefix(100))"
                )
            case .close? where texts.isEmpty:
                throw .invalid("While parsing a list in the query, expected a non-empty list of string values, but got empty list")
            case .comma?:
                throw .invalid("While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list")
            default: throw unexpected("a text in quotes")
            }
            at += 1
            if current == .comma {
                at += 1
                if current != .close { continue }
            }
            guard current == .close else { throw unexpected("a closing parenthesis") }
            at += 1
            return .list(texts)
        }
    }

    // MARK: - Words

    /// Where the current word begins; the end of the filter where there is none.
    private var place: Int { at < places.count ? places[at] : end }

    private var current: FilterWord? { at < tokens.count ? tokens[at] : nil }

    private mutating func takes(_ word: String) -> Bool {
        guard current?.isWord(word) == true else { return false }
        at += 1
        return true
    }

    private func unexpected(_ expected: String) -> MLflowError {
        let found = current.map { "there is “\($0.text.prefix(100))”" } ?? "it ends"
        return MLflowError.invalid("Invalid clause(s) in filter string: \(found) where \(expected) should stand.").at(place)
    }
}
