import DuckDB
import Statistics
import Support
import Tables

/// Compares the columns of a table with each other. What is compared is bounded, so that thousands of columns take no more time than many.
struct RelationsReader {
    let engine: DuckDB
    let relation: String
    let sample: RelationSample
    let profiles: [ColumnProfile]

    /// How many columns of each kind are compared in pairs, the first ones.
    static let mostColumns = 40
    /// About how many rows pairs are compared on.
    static let pairRows = 20_000
    /// Values of a category column beyond these are no categories.
    static let mostCategories = 100
    /// As many columns have a place in a pattern of missing values: bits that a double counts exactly.
    private static let patternColumns = 50
    private static let mostPatterns = 20
    /// In larger tables, equal rows are not looked for.
    private static let duplicateRows = 20_000_000
    private static let duplicateColumns = 1000

    func read() throws(MartletError) -> TableRelations {
        var relations = TableRelations()
        guard sample.relationRows > 0, !profiles.isEmpty else { return relations }
        relations.associations = try associations()
        relations.missingPatterns = try missingPatterns()
        relations.duplicateRows = try duplicates()
        return relations
    }

    // MARK: Pairs

    private func associations() throws(MartletError) -> [TableRelations.Association] {
        let numeric = profiles.filter { $0.kind != .boolean && $0.kind != .text && $0.distinct > 1 && $0.numbers != nil }.prefix(Self.mostColumns)
        let categories = profiles.filter { ($0.kind == .boolean || $0.kind == .text) && (2...Self.mostCategories).contains($0.distinct) }
            .prefix(Self.mostColumns)
        guard numeric.count > 1 || categories.count > 1 else { return [] }
        let measured = numeric.map { MeasuredColumn(name: $0.name, kind: $0.kind) }
        let named = categories.map { MeasuredColumn(name: $0.name, kind: $0.kind) }
        let expressions = measured.map(\.number) + named.map(\.text)
        let list = expressions.enumerated().map { "\($1) AS c\($0)" }.joined(separator: ", ")
        let step = max(1, sample.rowCount / Self.pairRows)
        let some =
            step == 1
            ? sample.relation
            : "(SELECT * FROM (SELECT *, row_number() OVER () AS martlet_place FROM \(sample.relation)) WHERE martlet_place % \(step) = 0)"
        let columns = try engine.query("SELECT \(list) FROM \(some)").columns
        let numbers = columns.prefix(measured.count).map { RankedColumn($0.numbers ?? []) }
        let codes = columns.dropFirst(measured.count).map { $0.text?.codes ?? [] }
        return correlations(measured, numbers) + dependencies(named, codes)
    }

    private func correlations(_ columns: [MeasuredColumn], _ values: [RankedColumn]) -> [TableRelations.Association] {
        var found: [TableRelations.Association] = []
        for i in columns.indices {
            for j in columns.indices.dropFirst(i + 1) {
                if let value = pearson(values[i].values, values[j].values) { found.append(.init(columns[i].name, columns[j].name, .pearson, value)) }
                if let value = spearman(values[i], values[j]) { found.append(.init(columns[i].name, columns[j].name, .spearman, value)) }
            }
        }
        return found
    }

    private func dependencies(_ columns: [MeasuredColumn], _ codes: [[Int32]]) -> [TableRelations.Association] {
        var found: [TableRelations.Association] = []
        for i in columns.indices {
            for j in columns.indices.dropFirst(i + 1) {
                if let value = cramersV(codes[i], codes[j]) { found.append(.init(columns[i].name, columns[j].name, .cramersV, value)) }
            }
        }
        return found
    }

    // MARK: Missing values

    /// One number a row, a bit for each column that is missing in it.
    private func missingPatterns() throws(MartletError) -> [TableRelations.MissingPattern] {
        let candidates = profiles.indices.filter { profiles[$0].missing > 0 }
        guard !candidates.isEmpty else { return [] }
        let chosen = candidates.sorted { (profiles[$1].missing, $0) < (profiles[$0].missing, $1) }.prefix(Self.patternColumns).sorted()
        let bits = chosen.enumerated().map { bit, i in
            let column = MeasuredColumn(name: profiles[i].name, kind: profiles[i].kind)
            return "CASE WHEN \(column.sql) IS NULL OR \(column.isNaN(column.sql)) THEN \(1 << bit) ELSE 0 END::BIGINT"
        }
        let answer = try Answer(
            engine,
            """
            SELECT pattern, count(*) AS n FROM (SELECT \(bits.joined(separator: " + ")) AS pattern FROM \(relation))
            GROUP BY pattern ORDER BY n DESC, pattern LIMIT \(Self.mostPatterns)
            """)
        return (0..<answer.rowCount).map { row in
            let pattern = answer.count(row, 0)
            let names = chosen.enumerated().filter { pattern >> $0.offset & 1 == 1 }.map { profiles[$0.element].name }
            return .init(names, answer.count(row, 1))
        }
    }

    // MARK: Duplicates

    /// Rows count as equal where 64 bits of a hash of all their values are: among ten million rows that errs once in 400,000 tables.
    private func duplicates() throws(MartletError) -> Int? {
        guard sample.relationRows <= Self.duplicateRows, profiles.count <= Self.duplicateColumns else { return nil }
        let all = hash(profiles)
        // Equal rows agree in a few columns, too: where hardly any do, most columns need not be looked at.
        let telling = hash(Array(profiles.sorted { ($1.distinct, $0.name) < ($0.distinct, $1.name) }.prefix(Self.tellingColumns)))
        guard !sample.isWhole, profiles.count > Self.tellingColumns else { return try repeated(all, in: relation) }
        let select = "SELECT h FROM (SELECT \(telling) AS h FROM \(relation)) GROUP BY h HAVING count(*) > 1"
        return try ScratchTable.with(select, in: engine) { (candidates) throws(MartletError) in
            guard try Answer(engine, "SELECT count(*) FROM \(candidates)").count(0, 0) > 0 else { return 0 }
            return try repeated(all, in: "\(relation) WHERE \(telling) IN (SELECT h FROM \(candidates))")
        }
    }

    private static let tellingColumns = 3

    private func hash(_ columns: [ColumnProfile]) -> String { "hash(\(columns.map { SQL.name($0.name) }.joined(separator: ", ")))" }

    private func repeated(_ hash: String, in rows: String) throws(MartletError) -> Int {
        let counts = "SELECT count(*) AS n FROM (SELECT \(hash) AS h FROM \(rows)) GROUP BY h"
        return try Answer(engine, "SELECT coalesce(sum(n - 1), 0) FROM (\(counts))").count(0, 0)
    }
}
