package import DuckDB
package import Support
package import Tables

extension RowRules {
    /// A SELECT that applies the rules to the rows of a table or subquery. Columns that no rule names pass through.
    /// - Parameters:
    ///   - source: a table's quoted name, or a query in brackets.
    ///   - columns: its columns, before the rules. Rules on other columns are left out.
    package func select(from source: String, columns: [TypedColumn]) -> String { select(from: source, columns: columns, count: rules.count) }

    /// The same with the first rules only.
    func select(from source: String, columns: [TypedColumn], count: Int) -> String {
        var query = "SELECT * FROM \(source)"
        var columns = columns
        for (rule, fitted) in zip(rules, fitted).prefix(count) {
            if let layer = rule.layer(columns, fitted) { query = "SELECT \(layer) FROM (\(query))" }
            columns = rule.columns(after: columns)
        }
        return query
    }

    /// Up to so many columns the rows that a rule changes are counted: comparing more would cost more than cleaning them.
    private static let mostCounted = 500

    /// Counts what every rule does to rows that the rules before it have changed, in one pass. Rules that only add columns change nothing.
    /// - Parameters:
    ///   - first: how many of the first rules are not asked about.
    /// - Returns: none for tables of more than 500 columns.
    package func account(
        from source: String, columns: [TypedColumn], droppingFirst first: Int = 0, engine: DuckDB
    ) throws(MartletError) -> [RuleAccount] {
        guard columns.count <= RowRules.mostCounted, rules.count > first else { return [] }
        var (query, columns, counted) = ("SELECT * FROM \(source)", columns, [Int]())
        for (i, (rule, fitted)) in zip(rules, fitted).enumerated().dropFirst(first) {
            if let layer = rule.layer(columns, fitted) {
                let marks = rule.marks(columns, fitted, number: i)
                if marks != nil { counted.append(i) }
                query = "SELECT \(layer)\(marks.map { ", \($0)" } ?? "") FROM (\(query))"
            }
            columns = rule.columns(after: columns)
        }
        guard !counted.isEmpty else { return [] }
        let sums = counted.flatMap { i in ["c", "e", "f"].map { "count(*) FILTER (martlet_\($0)\(i))" } }
        let answer = try Answer(engine, "SELECT \(sums.joined(separator: ", ")) FROM (\(query))")
        return counted.enumerated().map { place, i in
            RuleAccount(
                rule: rules[i].word, columns: rules[i].namedColumns, changed: answer.count(0, 3 * place), emptied: answer.count(0, 3 * place + 1),
                filled: answer.count(0, 3 * place + 2))
        }
    }

    /// Fits what rules learn from training rows, in their order; a rule learns from rows that the rules before it have changed.
    package func fitted(on source: String, columns: [TypedColumn], engine: DuckDB) throws(MartletError) -> RowRules {
        var copy = self
        for (i, rule) in rules.enumerated() where rule.needsFitting {
            guard case .impute(let column, let imputation) = rule else { continue }
            let kinds = rules.prefix(i).reduce(columns) { $1.columns(after: $0) }
            guard let kind = kinds.first(where: { $0.name == column })?.kind else { continue }
            let rows = "(\(copy.select(from: source, columns: columns, count: i)))"
            copy.fitted[i] = try RowRules.fit(imputation, SQL.name(column), kind, rows, engine)
        }
        return copy
    }

    private static func fit(
        _ imputation: Imputation, _ column: String, _ kind: ColumnKind, _ rows: String, _ engine: DuckDB
    ) throws(MartletError) -> FittedValue {
        let value = kind == .text ? column : "CAST(\(column) AS DOUBLE)"
        let sql =
            imputation == .median
            ? "SELECT median(\(value)) AS v FROM \(rows)"
            : "SELECT \(value) AS v FROM \(rows) WHERE \(column) IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        guard let answer = try engine.query(sql).columns.first, answer.count == 1, !answer.isMissing(0) else { return .nothing }
        if let number = answer.numbers?.first { return .number(number) }
        return answer.text?[0].map(FittedValue.text) ?? .nothing
    }
}

extension RowRule {
    /// The select list that applies the rule to its columns; nil where it touches none.
    fileprivate func layer(_ columns: [TypedColumn], _ fitted: FittedValue?) -> String? {
        if case .dateParts(let column, let parts) = self {
            guard columns.contains(where: { $0.name == column }) else { return nil }
            let added = parts.map { "CAST(\($0.sqlFunction)(\(SQL.name(column))) AS BIGINT) AS \(SQL.name($0.columnName(of: column)))" }
            return "*, \(added.joined(separator: ", "))"
        }
        let changed = columns.filter { touches($0.name, $0.kind) }.compactMap { column in
            expression(SQL.name(column.name), column.kind, fitted).map { "\($0) AS \(SQL.name(column.name))" }
        }
        return changed.isEmpty ? nil : "* REPLACE (\(changed.joined(separator: ", ")))"
    }

    /// Conditions on a row: whether the rule changes (`martlet_c`), empties (`martlet_e`) and fills (`martlet_f`) a value; nil where it touches no column.
    fileprivate func marks(_ columns: [TypedColumn], _ fitted: FittedValue?, number: Int) -> String? {
        var (changed, emptied, filled) = ([String](), [String](), [String]())
        for column in columns where touches(column.name, column.kind) {
            let name = SQL.name(column.name)
            guard let value = expression(name, column.kind, fitted) else { continue }
            let (empties, fills) = ("(\(name) IS NOT NULL AND (\(value)) IS NULL)", "(\(name) IS NULL AND (\(value)) IS NOT NULL)")
            emptied.append(empties)
            filled.append(fills)
            // Of another kind, a value is no other one: 5 and “5” mean the same.
            changed += kind(after: column.kind) == column.kind ? ["((\(value)) IS DISTINCT FROM \(name))"] : [empties, fills]
        }
        guard !changed.isEmpty else { return nil }
        let any = { (conditions: [String]) in "(\(conditions.joined(separator: " OR ")))" }
        return "\(any(changed)) AS martlet_c\(number), \(any(emptied)) AS martlet_e\(number), \(any(filled)) AS martlet_f\(number)"
    }

    /// The new value of a column; nil where the rule leaves it as it is.
    private func expression(_ c: String, _ kind: ColumnKind, _ fitted: FittedValue?) -> String? {
        let n = "CAST(\(c) AS DOUBLE)"
        switch self {
        case .trim: return "nullif(\(SQL.trimmed(c)), '')"
        case .lowercase: return "lower(\(c))"
        case .stripPrefix(_, let prefix):
            return "CASE WHEN starts_with(\(c), \(SQL.text(prefix))) THEN substr(\(c), \(prefix.unicodeScalars.count + 1)) ELSE \(c) END"
        case .stripSuffix(_, let suffix):
            return "CASE WHEN ends_with(\(c), \(SQL.text(suffix))) THEN left(\(c), length(\(c)) - \(suffix.unicodeScalars.count)) ELSE \(c) END"
        case .map(_, let values):
            let cases = values.map { "WHEN \(SQL.text($0.from)) THEN \(SQL.text($0.to))" }
            return "CASE \(c) \(cases.joined(separator: " ")) ELSE \(c) END"
        case .missing(_, let markers): return RowRule.missing(c, kind, markers)
        case .cast(_, let wanted): return RowRule.cast(c, kind, to: wanted)
        case .clip(_, let low, let high):
            let cases = [
                low.map { "WHEN \(n) < \(SQL.number($0)) THEN \(SQL.number($0))" },
                high.map { "WHEN \(n) > \(SQL.number($0)) THEN \(SQL.number($0))" },
            ]
            return "CASE \(cases.compactMap(\.self).joined(separator: " ")) ELSE \(n) END"
        case .impute(_, let imputation): return RowRule.impute(c, kind, imputation, fitted)
        case .replace(_, let from, let to): return "replace(\(c), \(SQL.text(from)), \(SQL.text(to)))"
        case .round(_, let digits):
            let power = SQL.number(RoundingRule.power(digits))
            return digits >= 0 ? "(round(\(n) * \(power)) / \(power))" : "(round(\(n) / \(power)) * \(power))"
        case .dateParts: return nil
        }
    }

    private static func missing(_ c: String, _ kind: ColumnKind, _ markers: [String]) -> String? {
        if kind == .text { return "CASE WHEN \(SQL.isTrimmed(c, among: markers)) THEN NULL ELSE \(c) END" }
        let numbers = markers.compactMap(NumberText.value).map(SQL.number)
        return numbers.isEmpty ? nil : "CASE WHEN CAST(\(c) AS DOUBLE) IN (\(numbers.joined(separator: ", "))) THEN NULL ELSE \(c) END"
    }

    private static func impute(_ c: String, _ kind: ColumnKind, _ imputation: Imputation, _ fitted: FittedValue?) -> String? {
        switch (imputation.value(kind, fitted), kind) {
        case (.text(let text), .text): "coalesce(\(c), \(SQL.text(text)))"
        case (.number(let number), _) where kind != .text: "coalesce(CAST(\(c) AS DOUBLE), \(SQL.number(number)))"
        default: nil
        }
    }

    private static func cast(_ c: String, _ kind: ColumnKind, to wanted: ColumnKind) -> String? {
        switch (kind, wanted) {
        case (.text, .number): number(c)
        case (.text, .integer): whole(number(c))
        case (.text, .boolean):
            "CASE WHEN lower(\(SQL.trimmed(c))) IN \(SQL.texts(BooleanText.yes)) THEN 1e0 WHEN lower(\(SQL.trimmed(c))) IN \(SQL.texts(BooleanText.no)) THEN 0e0 END"
        case (.text, .timestamp):
            "CASE WHEN regexp_full_match(\(SQL.trimmed(c)), \(SQL.text(TimeText.pattern))) THEN TRY_CAST(\(SQL.trimmed(c)) AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END"
        case (.timestamp, .number): "CAST(epoch_us(\(c)) AS DOUBLE) / 1e6"
        case (.timestamp, .integer): whole("CAST(epoch_us(\(c)) AS DOUBLE) / 1e6")
        case (.timestamp, .text):
            "CASE WHEN year(\(c)) NOT BETWEEN 1000 AND 9999 THEN NULL WHEN epoch_us(\(c)) % 1000000 = 0 "
                + "THEN strftime(\(c), '%Y-%m-%dT%H:%M:%SZ') ELSE strftime(\(c), '%Y-%m-%dT%H:%M:%S.%fZ') END"
        case (.boolean, .text): "CASE CAST(\(c) AS DOUBLE) WHEN 1e0 THEN 'true' WHEN 0e0 THEN 'false' END"
        case (_, .text) where kind != .text: text(ofNumber: "CAST(\(c) AS DOUBLE)")
        case (.integer, .integer), (.number, .integer), (.boolean, .integer): whole("CAST(\(c) AS DOUBLE)")
        case (.integer, .boolean), (.number, .boolean), (.boolean, .boolean):
            "CASE WHEN CAST(\(c) AS DOUBLE) IN (0e0, 1e0) THEN CAST(\(c) AS DOUBLE) END"
        case (.integer, .timestamp), (.number, .timestamp):
            "CASE WHEN abs(CAST(\(c) AS DOUBLE)) <= \(SQL.number(TimeText.limit)) THEN make_timestamp(CAST(round(CAST(\(c) AS DOUBLE) * 1e6) AS BIGINT)) END"
        case (_, .number): "CAST(\(c) AS DOUBLE)"
        default: nil
        }
    }

    private static func number(_ c: String) -> String {
        "CASE WHEN regexp_full_match(\(SQL.trimmed(c)), \(SQL.text(NumberText.pattern))) THEN TRY_CAST(\(SQL.trimmed(c)) AS DOUBLE) END"
    }

    private static func whole(_ number: String) -> String {
        "CASE WHEN isfinite(\(number)) AND \(number) = trunc(\(number)) THEN \(number) END"
    }

    private static func text(ofNumber n: String) -> String {
        "CASE WHEN \(n) = trunc(\(n)) AND abs(\(n)) < 1e15 THEN CAST(CAST(\(n) AS BIGINT) AS VARCHAR) "
            + "WHEN abs(\(n)) >= 1e-4 AND abs(\(n)) < 1e15 THEN CAST(\(n) AS VARCHAR) END"
    }
}

extension Imputation {
    /// What a missing value of a column becomes.
    func value(_ kind: ColumnKind, _ fitted: FittedValue?) -> FittedValue {
        guard case .constant(let text) = self else { return fitted ?? .nothing }
        if kind == .text { return .text(text) }
        return Double(text).map(FittedValue.number) ?? .nothing
    }
}

extension DatePart {
    /// The engine's function for the part.
    fileprivate var sqlFunction: String { self == .weekday ? "isodow" : rawValue }
}
