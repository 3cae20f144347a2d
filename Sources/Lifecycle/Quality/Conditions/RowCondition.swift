import DuckDB
import Support

/// Which rows an expectation judges: SQL, the text of Great Expectations or of pandas, or the object that Great Expectations writes into suites.
enum RowCondition {
    /// The values of `condition_parser`; without one a text is SQL.
    static let parsers = ["great_expectations", "great_expectations__experimental__", "pandas", "sql", "spark"]

    /// The condition as SQL; nil where there is none.
    /// - Throws: `invalidInput` with what was not understood.
    static func sql(_ condition: JSONValue, parser: String?) throws(MartletError) -> String? {
        switch condition {
        case .null: return nil
        case .object: return try sql(object: condition)
        case .string(let text): return try sql(text, parser: parser)
        default: throw MartletError(.invalidInput, "A row_condition is a text or an object, not \(condition.compact).")
        }
    }

    private static func sql(_ text: String, parser: String?) throws(MartletError) -> String {
        let isOwn = text.hasPrefix("col(\"") || text.hasPrefix("col('")
        guard let parser, parser != "sql", parser != "spark" else { return isOwn ? try read(text) : text }
        return try read(text)
    }

    private static func read(_ text: String) throws(MartletError) -> String {
        do { return try ConditionReader.sql(text) } catch {
            throw MartletError(.invalidInput, "The row_condition “\(text)” cannot be understood: \(error.message)")
        }
    }

    private static func sql(object: JSONValue) throws(MartletError) -> String {
        let name = SQL.name(object["column"]["name"].text ?? object["column"].text ?? "")
        switch object["type"].text {
        case "nullity": return "(\(name) IS \(object["is_null"].flag == false ? "NOT " : "")NULL)"
        case "comparison": return try comparison(name, object["operator"].text ?? "", object["parameter"])
        case "and", "or":
            var parts: [String] = []
            for part in object["conditions"].elements { parts.append(try sql(object: part)) }
            guard !parts.isEmpty else { break }
            return "(\(parts.joined(separator: object["type"] == "and" ? " AND " : " OR ")))"
        case "pass_through":
            if let text = object["pass_through_filter"].text { return try read(text) }
        default: break
        }
        throw MartletError(.invalidInput, "The row_condition \(object.compact) is none that is known.")
    }

    private static func comparison(_ name: String, _ sign: String, _ value: JSONValue) throws(MartletError) -> String {
        let operations = ["==": "=", "!=": "IS DISTINCT FROM", "<": "<", ">": ">", "<=": "<=", ">=": ">="]
        if let operation = operations[sign] { return "(\(name) \(operation) \(try literal(value)))" }
        var values: [String] = []
        for element in value.elements { values.append(try literal(element)) }
        let list = values.isEmpty ? "(NULL)" : "(\(values.joined(separator: ", ")))"
        switch sign {
        case "IN": return "(\(name) IN \(list))"
        case "NOT_IN": return "coalesce(\(name) NOT IN \(list), true)"
        default: throw MartletError(.invalidInput, "The row_condition compares by “\(sign)”, which is not known.")
        }
    }

    private static func literal(_ value: JSONValue) throws(MartletError) -> String {
        switch value {
        case .string(let text): return SQL.text(text)
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let number): return "\(number)"
        case .number(let number): return SQL.number(number)
        default:
            throw MartletError(.invalidInput, "The row_condition compares with \(value.compact). Compare with a text, a number or a truth value.")
        }
    }
}
