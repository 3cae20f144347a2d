import DuckDB
import Exploration
import Support
import Tables

/// A source under inspection: the relations, how their columns are to be understood, and a profile of its rows or of a sample of them.
struct InspectedSource {
    let engine: DuckDB
    /// What stands after FROM.
    let train: String
    let test: String?
    /// All columns, in the order of the table.
    let readings: [ColumnReading]
    let target: ColumnReading
    /// How many rows `train` has.
    let rowCount: Int
    /// A table of the rows, or of a sample of them, with every value as its reading understands it.
    let cleaned: String
    /// The profile of `cleaned`.
    let profile: ProfileReport

    /// Whether `cleaned` holds every row.
    var isWhole: Bool { profile.rowCount == rowCount }

    var features: [ColumnReading] { readings.filter { $0.name != target.name } }

    /// The SELECT that makes `cleaned`.
    static func cleaning(_ readings: [ColumnReading], from relation: String) -> String {
        "SELECT \(readings.map { "\($0.value) AS \($0.sql)" }.joined(separator: ", ")) FROM \(relation)"
    }

    /// The figures of a column; those of an empty one where there is none of that name.
    func figures(_ name: String) -> ColumnProfile { profile[name] ?? ColumnProfile(name, kind: .text) }
}
