import DuckDB
import Support

/// Reads a row condition in the spelling of Great Expectations (`col("x") > 5`, `col("x").notnull()`) or of pandas (`x > 5 and y in ["a"]`) and
/// writes it as SQL that chooses the same rows: as there, `!=` and `not in` hold where the value is missing, every other comparison does not.
struct ConditionReader {
    private let words: [ConditionWord]
    private var at = 0

    private init(_ words: [ConditionWord]) { self.words = words }

    /// - Throws: `invalidInput` with what was not understood.
    static func sql(_ condition: String) throws(MartletError) -> String {
        var reader = ConditionReader(try ConditionWord.words(condition))
        let sql = try reader.disjunction()
        guard reader.at == reader.words.count else { throw reader.failure("is not understood from the word \(reader.at + 1) on") }
        return sql
    }

    private func failure(_ what: String) -> MartletError { MartletError(.invalidInput, "it \(what).") }

    private var word: ConditionWord? { at < words.count ? words[at] : nil }

    private mutating func skip(_ signs: String...) -> Bool {
        switch word {
        case .sign(let text) where signs.contains(text), .name(let text) where signs.contains(text): at += 1
        default: return false
        }
        return true
    }

    private mutating func expect(_ sign: String) throws(MartletError) {
        guard skip(sign) else { throw failure("misses “\(sign)”") }
    }

    // MARK: Logic

    private mutating func disjunction() throws(MartletError) -> String {
        var sql = try conjunction()
        while skip("or", "|") { sql = "(\(sql) OR \(try conjunction()))" }
        return sql
    }

    private mutating func conjunction() throws(MartletError) -> String {
        var sql = try negation()
        while skip("and", "&") { sql = "(\(sql) AND \(try negation()))" }
        return sql
    }

    private mutating func negation() throws(MartletError) -> String {
        guard skip("not", "~") else { return try comparison() }
        return "(NOT coalesce(\(try negation()), false))"
    }

    /// One comparison or a chain of them: `1 < x < 5`.
    private mutating func comparison() throws(MartletError) -> String {
        var left = try sum()
        if skip("in") { return "(\(left) IN \(try list()))" }
        if skip("not") {
            try expect("in")
            return "coalesce(\(left) NOT IN \(try list()), true)"
        }
        var parts: [String] = []
        while case .sign(let sign) = word, let operation = ["==": "=", "!=": "IS DISTINCT FROM", "<": "<", ">": ">", "<=": "<=", ">=": ">="][sign] {
            at += 1
            let right = try sum()
            parts.append("\(left) \(operation) \(right)")
            left = right
        }
        return parts.isEmpty ? left : "(\(parts.joined(separator: " AND ")))"
    }

    private mutating func list() throws(MartletError) -> String {
        guard skip("[") || skip("(") else { throw failure("needs a list after “in”") }
        var values: [String] = []
        while !skip("]", ")") {
            values.append(try sum())
            _ = skip(",")
        }
        return values.isEmpty ? "(NULL)" : "(\(values.joined(separator: ", ")))"
    }

    // MARK: Values

    private mutating func sum() throws(MartletError) -> String {
        var sql = try product()
        while case .sign(let sign) = word, "+-".contains(sign) {
            at += 1
            sql = "(\(sql) \(sign) \(try product()))"
        }
        return sql
    }

    private mutating func product() throws(MartletError) -> String {
        var sql = try value()
        while case .sign(let sign) = word, "*/".contains(sign) {
            at += 1
            sql = "(\(sql) \(sign) \(try value()))"
        }
        return sql
    }

    private mutating func value() throws(MartletError) -> String {
        if skip("(") {
            let sql = try disjunction()
            try expect(")")
            return try methods(of: "(\(sql))")
        }
        if skip("-") { return "(-\(try value()))" }
        guard let word else { throw failure("ends where a value is needed") }
        at += 1
        switch word {
        case .number(let text): return text
        case .text(let text): return SQL.text(text)
        case .sign(let sign): throw failure("has “\(sign)” where a value is needed")
        case .name("True"), .name("true"): return "true"
        case .name("False"), .name("false"): return "false"
        case .name("None"): return "NULL"
        case .name(let name):
            if self.word == .sign("(") { return try methods(of: call(name)) }
            return try methods(of: SQL.name(name))
        }
    }

    /// `col("x")`, `date("2020-01-01")`, `datetime("2020-01-01T12:00:00")`.
    private mutating func call(_ function: String) throws(MartletError) -> String {
        at += 1
        guard case .text(let text)? = word else { throw failure("needs a text in “\(function)(...)”") }
        at += 1
        try expect(")")
        switch function {
        case "col": return SQL.name(text)
        case "date", "datetime": return "CAST(\(SQL.text(text)) AS TIMESTAMP)"
        default: throw failure("calls “\(function)”, which is not known")
        }
    }

    private mutating func methods(of value: String) throws(MartletError) -> String {
        guard skip(".") else { return value }
        guard case .name(let method)? = word else { throw failure("ends after a point") }
        at += 1
        try expect("(")
        try expect(")")
        switch method.lowercased() {
        case "notnull", "notna", "is_not_null": return "(\(value) IS NOT NULL)"
        case "isnull", "isna", "is_null": return "(\(value) IS NULL)"
        default: throw failure("calls “.\(method)()”, which is not known")
        }
    }
}
