import DuckDB
import Support
import Tables

/// The table that expectations are checked on, as the compiler needs it.
struct CheckedTable {
    let engine: DuckDB
    /// What stands after FROM: the rows, with NaN as a missing value.
    let relation: String
    let columns: [TypedColumn]
    /// Further tables by name: what stands after FROM.
    let others: [String: String]
    private let types: [String: String]
    private let places: [String: Int]

    /// - Parameter text: all that the expectations say, to know which columns they speak of.
    /// - Throws: what the engine throws for an unknown relation.
    init(engine: DuckDB, relation: String, columns: [TypedColumn], others: [String: String], speakingOf text: String) throws(MartletError) {
        self.engine = engine
        self.columns = columns
        self.others = others
        places = Dictionary(columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let answer = try Answer(engine, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM \(relation))")
        let types = Dictionary((0..<answer.rowCount).map { (answer.text($0, 0), answer.text($0, 1)) }, uniquingKeysWith: { first, _ in first })
        let floats = columns.filter { ["DOUBLE", "FLOAT"].contains(types[$0.name]) && text.contains($0.name) }.map { SQL.name($0.name) }
        let replaced = floats.map { "CASE WHEN isnan(\($0)) THEN NULL ELSE \($0) END AS \($0)" }
        self.types = types
        self.relation = replaced.isEmpty ? relation : "(SELECT * REPLACE (\(replaced.joined(separator: ", "))) FROM \(relation))"
    }

    /// The place of a column, from 0; nil where there is none of that name.
    func place(of name: String) -> Int? { places[name] }

    /// The kind of a column.
    /// - Throws: `invalidInput` with the nearest name.
    func kind(of name: String) throws(MartletError) -> ColumnKind {
        guard let place = places[name] else {
            throw MartletError(.invalidInput, "there is no column “\(name)”.\(didYouMean(name, among: columns.map(\.name)))")
        }
        return columns[place].kind
    }

    /// The engine's type of a column, such as `BIGINT`.
    func type(of name: String) -> String { types[name] ?? "VARCHAR" }

    /// The rows with their numbers, from 0, in the column `martlet_row`.
    var numbered: String { "SELECT *, row_number() OVER () - 1 AS martlet_row FROM \(relation)" }
}
