internal import Database

/// The text of a statement's conditions with their arguments: values never become part of the text.
struct SQLCondition {
    var text: String
    var arguments: [SQLValue] = []
    /// How often the tested expression stands in the text.
    var uses = 1
}

extension SearchTest {
    /// The test as a condition on an expression.
    /// - Parameter prefix: an expression that is the value's first 64 characters and stands in an index, for whole texts that must be equal.
    func condition(on expression: String, indexedPrefix prefix: String? = nil) -> SQLCondition {
        switch self {
        case .number(let comparison, let value): SearchTest.number(comparison, value, expression)
        case .text(.equal, let value):
            if let prefix {
                SQLCondition(text: "\(prefix) = substr(?, 1, 64) AND \(expression) = ?", arguments: [.text(value), .text(value)])
            } else {
                SQLCondition(text: "\(expression) = ?", arguments: [.text(value)])
            }
        case .text(let comparison, let value): SQLCondition(text: "\(expression) \(comparison.rawValue) ?", arguments: [.text(value)])
        case .like(let pattern, ignoresCase: true): SQLCondition(text: "\(expression) LIKE ?", arguments: [.text(pattern)])
        case .like(let pattern, ignoresCase: false): SQLCondition(text: "\(expression) GLOB ?", arguments: [.text(SearchTest.glob(pattern))])
        case .isIn(let values): SearchTest.list("\(expression) IN", values)
        case .isNotIn(let values): SearchTest.list("\(expression) NOT IN", values)
        case .exists: SQLCondition(text: "\(expression) IS NOT NULL")
        case .isMissing: SQLCondition(text: "\(expression) IS NULL")
        }
    }

    /// A stored NaN is a text, and greater than every number to the database: it is unequal to all of them, and nothing else.
    private static func number(_ comparison: Comparison, _ value: Double, _ expression: String) -> SQLCondition {
        let text = "\(expression) \(comparison.rawValue) ?"
        guard comparison == .greater || comparison == .greaterOrEqual else { return SQLCondition(text: text, arguments: [.real(value)]) }
        // The bound comes first: what stands in the expression is bound before the value.
        return SQLCondition(text: "\(expression) < '' AND \(text)", arguments: [.real(value)], uses: 2)
    }

    private static func list(_ start: String, _ values: [String]) -> SQLCondition {
        SQLCondition(text: "\(start) (\(values.map { _ in "?" }.joined(separator: ", ")))", arguments: values.map(SQLValue.text))
    }

    /// A pattern of `LIKE` as one of `GLOB`, which knows upper and lower case.
    private static func glob(_ pattern: String) -> String {
        pattern.reduce(into: "") { glob, character in
            switch character {
            case "%": glob.append("*")
            case "_": glob.append("?")
            case "*", "?", "[": glob.append("[\(character)]")
            default: glob.append(character)
            }
        }
    }
}
