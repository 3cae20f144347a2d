package import DuckDB
package import Exploration
package import Support
package import Tables

/// A table that a schema is held against, or that another one is compared with: figures of its columns, read once, and what else is asked for.
package struct JudgedTable {
    /// Figures of a column that can be read as numbers; NaN is missing.
    struct Figures {
        var low: Double?
        var high: Double?
        var notANumber = 0
        var infinite = 0
        /// Values that are neither 0 nor 1.
        var notBoolean = 0
    }

    /// What texts are when they are read as numbers.
    enum ReadTexts {
        /// There is no text.
        case none
        /// One of those that are no numbers.
        case notNumbers(example: String)
        case numbers(low: Double, high: Double, hasNaN: Bool)
    }

    /// Different values are counted up to so many of the most frequent, where distributions of texts are compared. Those beyond have smaller shares than
    /// any threshold.
    static let mostValues = 100_000

    /// What it is called.
    package let name: String
    package let rowCount: Int
    let columns: [TypedColumn]
    private let engine: DuckDB
    private let relation: String
    private let counts: [String: Int]
    private let figures: [String: Figures]

    /// - Parameters:
    ///   - relation: what stands after FROM.
    ///   - columns: its columns with the kinds of their values.
    ///   - judgedRows: how many rows it counts as, where some of them are kept no more; nil for those that it has.
    /// - Throws: what the engine throws, for an unknown relation or `cancelled`.
    package init(
        _ name: String, relation: String, columns: [TypedColumn], engine: DuckDB, judgedRows: Int? = nil
    ) throws(MartletError) {
        self.name = name
        self.relation = relation
        self.columns = columns
        self.engine = engine
        if let judgedRows { rowCount = judgedRows } else { rowCount = try Answer(engine, "SELECT count(*) FROM \(relation)").count(0, 0) }
        var counts: [String: Int] = [:]
        var figures: [String: Figures] = [:]
        for group in columns.runs(of: Profile.groupSize) {
            let answer = try Answer(engine, Self.scan(group, of: relation))
            for (i, column) in group.enumerated() {
                let first = i * Self.figureCount
                let notANumber = answer.count(0, first + 3)
                counts[column.name] = answer.count(0, first) - notANumber
                guard column.kind.isNumeric else { continue }
                figures[column.name] = Figures(
                    low: answer.number(0, first + 1), high: answer.number(0, first + 2), notANumber: notANumber,
                    infinite: answer.count(0, first + 4), notBoolean: answer.count(0, first + 5))
            }
        }
        self.counts = counts
        self.figures = figures
    }

    private static let figureCount = 6

    private static func scan(_ columns: ArraySlice<TypedColumn>, of relation: String) -> String {
        let inner = columns.enumerated().map { i, column in
            "\(SQL.name(column.name)) AS a\(i), \(column.kind.isNumeric ? number(column) : "CAST(NULL AS DOUBLE)") AS f\(i)"
        }
        let outer = columns.indices.map { $0 - columns.startIndex }.map { i in
            """
            count(a\(i)), min(f\(i)) FILTER (NOT isnan(f\(i))), max(f\(i)) FILTER (NOT isnan(f\(i))), count_if(isnan(f\(i))), count_if(isinf(f\(i))),
            count_if(f\(i) NOT IN (0, 1))
            """
        }
        return "SELECT \(outer.joined(separator: ", ")) FROM (SELECT \(inner.joined(separator: ", ")) FROM \(relation))"
    }

    /// The value as a double, with NaN and infinite ones.
    private static func number(_ column: TypedColumn) -> String {
        switch column.kind {
        case .boolean, .timestamp: MeasuredColumn(name: column.name, kind: column.kind).number
        default: "CAST(\(SQL.name(column.name)) AS DOUBLE)"
        }
    }

    /// The kind of a column; nil where there is none of that name.
    func kind(_ column: String) -> ColumnKind? { columns.first { $0.name == column }?.kind }

    /// The rows that hold a value.
    func present(_ column: String) -> Int { counts[column] ?? 0 }

    func figures(_ column: String) -> Figures { figures[column] ?? Figures() }

    // MARK: Texts

    private func text(_ column: String) -> String { "CAST(\(SQL.name(column)) AS VARCHAR)" }

    /// The values that are not in a list: how many rows hold one, and the 20 most frequent.
    func outside(_ allowed: [String], _ column: String) throws(MartletError) -> (rows: Int, examples: [ValueCount]) {
        let list = allowed.isEmpty ? "true" : "\(text(column)) NOT IN \(SQL.texts(allowed))"
        let answer = try Answer(
            engine,
            """
            SELECT v, n, sum(n) OVER () FROM (SELECT \(text(column)) AS v, count(*) AS n FROM \(relation)
            WHERE \(SQL.name(column)) IS NOT NULL AND \(list) GROUP BY v) ORDER BY n DESC, v LIMIT 20
            """)
        return (answer.count(0, 2), (0..<answer.rowCount).map { ValueCount(answer.text($0, 0), answer.count($0, 1)) })
    }

    /// The texts as whole numbers of 64 bits.
    func wholeNumbers(_ column: String) throws(MartletError) -> ReadTexts {
        try read(column, pattern: #"\s*[+-]?[0-9]+\s*"#, type: "BIGINT")
    }

    /// The texts as numbers, `nan` and `inf` among them.
    func numbers(_ column: String) throws(MartletError) -> ReadTexts {
        try read(column, pattern: #"(?i)\s*[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|inf|infinity|nan)\s*"#, type: "DOUBLE")
    }

    private func read(_ column: String, pattern: String, type: String) throws(MartletError) -> ReadTexts {
        let read = "CASE WHEN regexp_full_match(v, \(SQL.text(pattern))) THEN TRY_CAST(trim(v) AS \(type)) END"
        let answer = try Answer(
            engine,
            """
            SELECT min(v) FILTER (n IS NULL), CAST(min(n) FILTER (NOT isnan(CAST(n AS DOUBLE))) AS DOUBLE),
              CAST(max(n) FILTER (NOT isnan(CAST(n AS DOUBLE))) AS DOUBLE), count_if(isnan(CAST(n AS DOUBLE))), count_if(n IS NULL), count(*)
            FROM (SELECT v, \(read) AS n FROM (SELECT \(text(column)) AS v FROM \(relation)) WHERE v IS NOT NULL)
            """)
        guard answer.count(0, 5) > 0 else { return .none }
        if answer.count(0, 4) > 0 { return .notNumbers(example: answer.text(0, 0)) }
        guard let low = answer.number(0, 1), let high = answer.number(0, 2) else { return .none }
        return .numbers(low: low, high: high, hasNaN: answer.count(0, 3) > 0)
    }

    /// How many different texts there are.
    func distinct(_ column: String) throws(MartletError) -> Int {
        try Answer(engine, "SELECT count(DISTINCT \(text(column))) FROM \(relation)").count(0, 0)
    }

    /// The most frequent texts, and how many rows hold each.
    /// - Parameter limit: at most so many.
    func valueCounts(_ column: String, limit: Int = mostValues) throws(MartletError) -> [ValueCount] {
        try JudgedTable.valueCounts(column, of: relation, limit: limit, engine: engine)
    }

    /// The most frequent texts of a column of any relation.
    package static func valueCounts(_ column: String, of relation: String, limit: Int, engine: DuckDB) throws(MartletError) -> [ValueCount] {
        let text = "CAST(\(SQL.name(column)) AS VARCHAR)"
        let answer = try Answer(
            engine,
            "SELECT v, count(*) AS n FROM (SELECT \(text) AS v FROM \(relation)) WHERE v IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT \(limit)")
        return (0..<answer.rowCount).map { ValueCount(answer.text($0, 0), answer.count($0, 1)) }
    }

    // MARK: Distributions

    /// The bins of a column of numbers, as statistics for TensorFlow Data Validation have them; empty where there are none.
    func bins(_ column: String, byQuantiles: Bool) throws(MartletError) -> [ExchangedBin] {
        guard let kind = kind(column), kind.isNumeric else { return [] }
        let profile = try Profile.make(relation: relation, columns: [(column, kind)], engine: engine, comparesColumns: false)
        guard let json = profile.columns.first?.json else { return [] }
        return byQuantiles ? ExchangedBin.quantiles(json) : ExchangedBin.standard(json)
    }
}
