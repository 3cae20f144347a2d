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
    /// - Parameter dropsOutliers: whether rows go that a rule leaves out of the training part.
    func select(from source: String, columns: [TypedColumn], count: Int, dropsOutliers: Bool = false) -> String {
        var query = "SELECT * FROM \(source)"
        var columns = columns
        for (rule, fitted) in zip(rules, fitted).prefix(count) {
            if dropsOutliers, let drops = rule.drops(columns, fitted) { query = "SELECT * FROM (\(query)) WHERE NOT (\(drops))" }
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
    ///   - dropped: the rows that rules leave out, by the rule's place.
    /// - Returns: in tables of more than 500 columns only what rules leave out.
    package func account(
        from source: String, columns: [TypedColumn], droppingFirst first: Int = 0, dropped: [Int: Int] = [:], engine: DuckDB
    ) throws(MartletError) -> [RuleAccount] {
        var accounts = try accounts(from: source, columns: columns, droppingFirst: first, engine)
        for (i, rows) in dropped {
            accounts[i, default: RuleAccount(rule: rules[i].word, columns: rules[i].namedColumns, changed: 0, emptied: 0, filled: 0)].dropped = rows
        }
        return accounts.sorted { $0.key < $1.key }.map(\.value)
    }

    /// What every rule changes, by the rule's place.
    func accounts(
        from source: String, columns: [TypedColumn], droppingFirst first: Int, _ engine: DuckDB
    ) throws(MartletError) -> [Int: RuleAccount] {
        guard columns.count <= RowRules.mostCounted, rules.count > first else { return [:] }
        var (query, columns, counted) = ("SELECT * FROM \(source)", columns, [Int]())
        for (i, (rule, fitted)) in zip(rules, fitted).enumerated().dropFirst(first) {
            if let layer = rule.layer(columns, fitted) {
                let marks = rule.marks(columns, fitted, number: i)
                if marks != nil { counted.append(i) }
                query = "SELECT \(layer)\(marks.map { ", \($0)" } ?? "") FROM (\(query))"
            }
            columns = rule.columns(after: columns)
        }
        guard !counted.isEmpty else { return [:] }
        let sums = counted.flatMap { i in ["c", "e", "f"].map { "count(*) FILTER (martlet_\($0)\(i))" } }
        let answer = try Answer(engine, "SELECT \(sums.joined(separator: ", ")) FROM (\(query))")
        var accounts: [Int: RuleAccount] = [:]
        for (place, i) in counted.enumerated() {
            accounts[i] = RuleAccount(
                rule: rules[i].word, columns: rules[i].namedColumns, changed: answer.count(0, 3 * place), emptied: answer.count(0, 3 * place + 1),
                filled: answer.count(0, 3 * place + 2))
        }
        return accounts
    }

    /// Fits what rules learn from training rows, in their order; a rule learns from rows that the rules before it have changed.
    package func fitted(on source: String, columns: [TypedColumn], engine: DuckDB) throws(MartletError) -> RowRules {
        var copy = self
        for (i, rule) in rules.enumerated() where rule.needsFitting {
            guard let column = rule.namedColumns.first else { continue }
            let kinds = rules.prefix(i).reduce(columns) { $1.columns(after: $0) }
            guard let kind = kinds.first(where: { $0.name == column })?.kind else { continue }
            let rows = "(\(copy.select(from: source, columns: columns, count: i, dropsOutliers: true)))"
            switch rule {
            case .impute(_, let imputation): copy.fitted[i] = try RowRules.fit(imputation, SQL.name(column), kind, rows, engine)
            case .outliers(_, let method, let factor, _): copy.fitted[i] = try RowRules.fit(method, factor, SQL.name(column), rows, engine)
            default: continue
            }
        }
        return copy
    }

    private static func fit(
        _ imputation: Imputation, _ column: String, _ kind: ColumnKind, _ rows: String, _ engine: DuckDB
    ) throws(MartletError) -> FittedValue {
        let value = kind == .text ? column : "CAST(\(column) AS DOUBLE)"
        let sql =
            switch imputation {
            case .median: "SELECT median(\(value)) AS v FROM \(rows)"
            case .mean: "SELECT avg(\(value)) AS v FROM \(rows) WHERE isfinite(\(value))"
            default: "SELECT \(value) AS v FROM \(rows) WHERE \(column) IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
            }
        guard let answer = try engine.query(sql).columns.first, answer.count == 1, !answer.isMissing(0) else { return .nothing }
        if let number = answer.numbers?.first { return .number(number) }
        return answer.text?[0].map(FittedValue.text) ?? .nothing
    }

    /// The limits of outliers among finite values; none where these do not spread.
    private static func fit(
        _ method: OutlierMethod, _ factor: Double, _ column: String, _ rows: String, _ engine: DuckDB
    ) throws(MartletError) -> FittedValue {
        let middle =
            switch method {
            case .iqr: "quantile_cont(v, 0.25) AS a, quantile_cont(v, 0.75) AS b, b - a AS s"
            case .zScore: "avg(v) AS a, a AS b, stddev_samp(v) AS s"
            case .mad: "median(v) AS a, a AS b, 1.4826 * mad(v) AS s"
            }
        let answer = try Answer(
            engine, "SELECT a, b, s FROM (SELECT \(middle) FROM (SELECT CAST(\(column) AS DOUBLE) AS v FROM \(rows)) WHERE isfinite(v))")
        guard let a = answer.number(0, 0), let b = answer.number(0, 1), let spread = answer.number(0, 2), spread > 0 else { return .nothing }
        let (low, high) = (a - factor * spread, b + factor * spread)
        return low.isFinite && high.isFinite ? .range(low: low, high: high) : .nothing
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

    /// The changes that the rule makes, a column each: the column after it, and the values before and after as SQL for people to read.
    func changes(of columns: [TypedColumn], _ fitted: FittedValue?) -> [(column: String, before: String, after: String)] {
        if case .dateParts(let column, let parts) = self {
            return parts.map { ($0.columnName(of: column), SQL.name(column), "\($0.sqlFunction)(\(SQL.name(column)))") }
        }
        return columns.filter { touches($0.name, $0.kind) }.compactMap { column in
            let name = SQL.name(column.name)
            guard let value = expression(name, column.kind, fitted) else { return nil }
            return (column.name, RowRule.readable(name, column.kind), RowRule.readable(value, kind(after: column.kind)))
        }
    }

    /// Whole numbers without a fraction, whatever type the engine holds them in.
    private static func readable(_ value: String, _ kind: ColumnKind) -> String {
        guard kind == .integer || kind == .number else { return value }
        return "regexp_replace(CAST(CAST(\(value) AS DOUBLE) AS VARCHAR), '\\.0$', '')"
    }

    /// A condition on rows that the rule leaves out of the training part; nil where it leaves none out.
    func drops(_ columns: [TypedColumn], _ fitted: FittedValue?) -> String? {
        guard case .outliers(let name, _, _, .drop) = self, case .range(let low, let high) = fitted, columns.contains(where: { $0.name == name })
        else { return nil }
        return "coalesce(\(RowRule.isOutside("CAST(\(SQL.name(name)) AS DOUBLE)", low, high)), false)"
    }

    /// A condition on rows with a value that a strict cast does not fit; nil for other rules.
    func misfits(_ columns: [TypedColumn]) -> String? {
        guard case .castStrictly(let name, let wanted, _) = self, let column = columns.first(where: { $0.name == name }) else { return nil }
        let value = SQL.name(name)
        return RowRule.cast(value, column.kind, to: wanted).map { "(\(value) IS NOT NULL AND (\($0)) IS NULL)" }
    }

    private static func isOutside(_ n: String, _ low: Double, _ high: Double) -> String {
        "(\(n) < \(SQL.number(low)) OR \(n) > \(SQL.number(high)))"
    }

    /// The new value of an outlier's column; nil where nothing is one.
    private static func outlier(_ c: String, _ action: OutlierAction, _ fitted: FittedValue?) -> String? {
        guard case .range(let low, let high) = fitted else { return action == .clip ? "CAST(\(c) AS DOUBLE)" : nil }
        let n = "CAST(\(c) AS DOUBLE)"
        switch action {
        case .clip:
            return
                "CASE WHEN \(n) < \(SQL.number(low)) THEN \(SQL.number(low)) WHEN \(n) > \(SQL.number(high)) THEN \(SQL.number(high)) ELSE \(n) END"
        case .missing: return "CASE WHEN \(isOutside(n, low, high)) THEN NULL ELSE \(c) END"
        case .drop: return nil
        }
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
        case .cast(_, let wanted), .castStrictly(_, let wanted, _): return RowRule.cast(c, kind, to: wanted)
        case .outliers(_, _, _, let action): return RowRule.outlier(c, action, fitted)
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
    fileprivate var sqlFunction: String {
        switch self {
        case .weekday: "isodow"
        case .dayOfYear: "dayofyear"
        default: rawValue
        }
    }
}
