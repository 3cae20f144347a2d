/// A column that divides the rows: each row's code is an index into the labels, or -1 where the value is missing.
package struct Segmentation: Sendable, Equatable {
    package var name: String
    package var codes: [Int32]
    package var labels: [String]

    package init(name: String, codes: [Int32], labels: [String]) {
        self.name = name
        self.codes = codes
        self.labels = labels
    }

    /// For each label the rows that have it, in order. Codes outside the labels are missing values.
    func rows(count: Int) -> [[Int]] {
        var rows = [[Int]](repeating: [], count: labels.count)
        for (row, code) in codes.prefix(count).enumerated() where code >= 0 && Int(code) < labels.count { rows[Int(code)].append(row) }
        return rows
    }
}
