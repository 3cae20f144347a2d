import Support
package import Tables

/// The columns of a training table that can tell rows apart; all others are left out, with the reason.
struct FeatureColumns: Sendable {
    let columns: [Column]
    /// One sentence per reason for which columns were left out.
    let notes: [String]

    init(_ table: Table) {
        var kept: [Column] = []
        var empty: [String] = []
        var constant: [String] = []
        for column in table.columns {
            switch Self.content(column) {
            case .varied: kept.append(column)
            case .allMissing: empty.append(column.name)
            case .constant: constant.append(column.name)
            }
        }
        columns = kept
        var notes: [String] = []
        if !empty.isEmpty { notes.append("Left out, because every value is missing: \(Self.list(empty)).") }
        if !constant.isEmpty { notes.append("Left out, because every value is the same: \(Self.list(constant)).") }
        self.notes = notes
    }

    var names: [String] { columns.map(\.name) }

    private enum Content {
        case varied, allMissing, constant
    }

    /// One value beside missing ones still varies: whether it is missing may tell something.
    private static func content(_ column: Column) -> Content {
        let missing = (0..<column.count).count { column.isMissingOrEmpty($0) }
        guard missing < column.count else { return .allMissing }
        guard missing == 0 else { return .varied }
        let varies: Bool =
            switch column.values {
            case .numbers(let numbers): numbers.contains { $0 != numbers[0] }
            case .text(let text): (0..<column.count).contains { text[$0] != text[0] }
            }
        return varies ? .varied : .constant
    }

    private static func list(_ names: [String]) -> String {
        names.count <= 12 ? names.joined(separator: ", ") : names.prefix(12).joined(separator: ", ") + " and \(names.count - 12) more"
    }
}

extension Column {
    /// Whether a value is missing as a model sees it: an empty text is missing too, since requests cannot tell the two apart.
    func isMissingOrEmpty(_ row: Int) -> Bool {
        switch values {
        case .numbers(let numbers): numbers[row].isNaN
        case .text(let text): text.codes[row] < 0 || text.dictionary[Int(text.codes[row])].isEmpty
        }
    }

    /// The texts of a column with the number of rows of each, most frequent first, ties in Unicode order; empty texts are left out.
    func frequencies() -> [(text: String, rows: Int)] {
        guard let text else { return [] }
        var counts = [Int](repeating: 0, count: text.dictionary.count)
        for code in text.codes where code >= 0 { counts[Int(code)] += 1 }
        var byText: [String: Int] = [:]
        for (name, rows) in zip(text.dictionary, counts) where rows > 0 && !name.isEmpty { byText[name, default: 0] += rows }
        return byText.map { (text: $0.key, rows: $0.value) }.sorted { ($1.rows, $0.text) < ($0.rows, $1.text) }
    }

    /// What the model's signature says of the column, after the training data.
    package var signatureField: Signature.Field {
        let missing = (0..<count).contains { isMissingOrEmpty($0) }
        guard let numbers else {
            let categories = frequencies().prefix(100).map(\.text)
            return Signature.Field(name, kind: kind, mayBeMissing: missing, categories: categories)
        }
        let finite = numbers.filter(\.isFinite)
        return Signature.Field(name, kind: kind, mayBeMissing: missing, minimum: finite.min(), maximum: finite.max())
    }
}
