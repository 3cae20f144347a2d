internal import Experiments
internal import Support

/// What may be asked of a field.
enum FieldKind {
    /// A number; milliseconds are turned into the moments that are stored where `isTime`.
    case number(isTime: Bool)
    /// A text; with lists where `takesLists`.
    case text(takesLists: Bool)

    static let number = FieldKind.number(isTime: false)
    static let time = FieldKind.number(isTime: true)
    static let text = FieldKind.text(takesLists: false)
    static let listed = FieldKind.text(takesLists: true)
}

extension FilterClause {
    /// The test of a clause on a field of that kind.
    /// - Parameter what: how errors call the field.
    func test(_ kind: FieldKind, _ what: String) throws(MLflowError) -> SearchTest {
        if case .isNull(let isNegated) = comparison { return isNegated ? .exists : .isMissing }
        switch kind {
        case .number(let isTime): return try numeric(isTime, what)
        case .text(let takesLists): return try textual(takesLists, what)
        }
    }

    private func numeric(_ isTime: Bool, _ what: String) throws(MLflowError) -> SearchTest {
        guard case .ordered(let comparison) = comparison else { throw comparator(what) }
        guard case .number(let number) = value else { throw .invalid("Expected numeric value type for \(what). Found \(shown)") }
        return .number(comparison, isTime ? number * 1000 : number)
    }

    private func textual(_ takesLists: Bool, _ what: String) throws(MLflowError) -> SearchTest {
        switch (comparison, value) {
        case (.isIn(let isNegated), .list(let list)):
            guard takesLists else { throw comparator(what) }
            return isNegated ? .isNotIn(list) : .isIn(list)
        case (.like(let ignoresCase), .text(let pattern)): return .like(pattern, ignoresCase: ignoresCase)
        case (.ordered(let comparison), .text(let text)):
            guard comparison == .equal || comparison == .unequal else { throw self.comparator(what) }
            return .text(comparison, text)
        default: throw .invalid("Expected a quoted string value for \(what) (e.g. 'my-value'). Got value \(shown)")
        }
    }

    private func comparator(_ what: String) -> MLflowError { .invalid("Invalid comparator for \(what) '\(key.text.prefix(200))'.") }

    private var shown: String {
        switch value {
        case .none: "nothing"
        case .number(let number): "\(number)"
        case .text(let text): "'\(text.prefix(100))'"
        case .list: "a list"
        }
    }
}

/// One entry of an order: a key, with its direction behind it.
struct OrderTerm {
    var key: FilterKey
    var isDescending: Bool

    private static let most = 20

    static func terms(_ texts: [String]) throws(MLflowError) -> [OrderTerm] {
        guard texts.count <= most else { throw .invalid("Invalid order_by: it has more than \(most) entries.") }
        var terms: [OrderTerm] = []
        for text in texts {
            let term = try OrderTerm(text)
            if !terms.contains(where: { $0.key == term.key }) { terms.append(term) }
        }
        return terms
    }

    private init(_ text: String) throws(MLflowError) {
        var words = text.split(whereSeparator: \.isWhitespace)
        isDescending = words.last?.uppercased() == "DESC"
        if words.count > 1, let last = words.last?.uppercased(), last == "DESC" || last == "ASC" { words.removeLast() }
        guard !words.isEmpty else { throw .invalid("Invalid order_by clause '\(text.prefix(200))'. Could not be parsed.") }
        key = try FilterParser.key(words.joined(separator: " "))
    }
}

extension MLflowError {
    static func unknown(_ key: FilterKey, of what: String, valid: [String]) -> MLflowError {
        .invalid("Invalid attribute key '\(key.text.prefix(200))' specified for \(what). Valid keys are '\(valid)'")
    }

    static func unknownEntity(_ key: FilterKey, valid: [String]) -> MLflowError {
        .invalid("Invalid entity type '\(key.entity?.prefix(100) ?? "")'. Valid values are \(valid)")
    }
}
