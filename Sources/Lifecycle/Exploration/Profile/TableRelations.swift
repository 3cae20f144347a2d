/// What the columns of a table have to do with each other.
package struct TableRelations: Sendable, Equatable, Codable {
    /// How closely two columns go together.
    package struct Association: Sendable, Equatable, Codable {
        /// By which figure: correlations of numbers lie from −1 to 1, Cramér's V of categories from 0 to 1.
        package enum Measure: String, Sendable, Codable, CaseIterable {
            case pearson, spearman
            case cramersV = "cramers_v"
        }

        package var first: String
        package var second: String
        package var measure: Measure
        package var value: Double

        package init(_ first: String, _ second: String, _ measure: Measure, _ value: Double) {
            self.first = first
            self.second = second
            self.measure = measure
            self.value = value
        }
    }

    /// Columns that are missing together, and in how many rows exactly these are.
    package struct MissingPattern: Sendable, Equatable, Codable {
        /// In the order of the table; empty for rows in which nothing is missing.
        package var columns: [String]
        package var rows: Int

        package init(_ columns: [String], _ rows: Int) {
            self.columns = columns
            self.rows = rows
        }
    }

    /// Of every pair of the columns that were compared, in their order: numbers with numbers, categories with categories.
    package var associations: [Association] = []
    /// The most frequent first, at most 20; empty where nothing is missing anywhere.
    package var missingPatterns: [MissingPattern] = []
    /// Rows that are the same in every column as an earlier one; nil where that was not counted.
    package var duplicateRows: Int?

    package init() {}

    /// From which size on two columns say nearly the same.
    package static let close = 0.9

    /// The size of a figure, without the last digits of its calculation.
    private static func rounded(_ value: Double) -> Double { (abs(value) * 1e6).rounded() / 1e6 }

    /// The pairs that go closely together, the closest first, each by its greatest figure.
    package var closest: [Association] {
        var best: [String: Association] = [:]
        for association in associations where abs(association.value) >= TableRelations.close {
            let pair = "\(association.first)\u{0}\(association.second)"
            if TableRelations.rounded(best[pair]?.value ?? 0) < TableRelations.rounded(association.value) { best[pair] = association }
        }
        return best.values.sorted { a, b in
            (TableRelations.rounded(b.value), a.first, a.second) < (TableRelations.rounded(a.value), b.first, b.second)
        }
    }
}
