package import Statistics
package import Support
package import Tables

/// How far the columns of a table have moved from a reference.
package struct DriftReport: Sendable {
    package struct ColumnDrift: Sendable {
        package var name: String
        package var result: DriftResult
    }

    /// The rows that were compared.
    package var rows: Int
    /// What they were compared with.
    package var reference: String
    package var columns: [ColumnDrift]

    /// The columns that drifted, after the correction for their number.
    package var drifted: [ColumnDrift] { columns.filter(\.result.drifted) }

    /// Compares every column that both tables have.
    /// Numbers count as categories where the reference holds text.
    /// - Throws: `invalidInput` where the reference holds numbers and the table text.
    package init(reference: Table, named name: String, current: Table) throws(MartletError) {
        var names: [String] = []
        var results: [DriftResult] = []
        for column in reference.columns {
            guard let now = current[column.name] else { continue }
            names.append(column.name)
            if column.numbers != nil, now.numbers == nil {
                throw MartletError(
                    .invalidInput, "The column “\(column.name)” holds text, and numbers in \(name). Read it as numbers before comparing.")
            }
            results.append(try drift(reference: DriftSample(column), current: DriftSample(now, like: column)))
        }
        rows = current.rowCount
        self.reference = name
        columns = zip(names, corrected(results)).map { ColumnDrift(name: $0, result: $1) }
    }

    /// The report for `--json`.
    package var json: JSONValue {
        [
            "rows": JSONValue(rows), "reference": .string(reference), "drifted": JSONValue(drifted.map(\.name)),
            "columns": .array(
                columns.map { column in
                    var value = column.result.json
                    value["column"] = .string(column.name)
                    return value
                }),
        ]
    }
}

extension DriftSample {
    /// A column as a sample.
    init(_ column: Column) {
        switch column.values {
        case .numbers(let numbers): self.init(numbers: numbers)
        case .text(let text): self.init(codes: text.codes, labels: text.dictionary)
        }
    }

    /// A column as a sample of the same kind as another: numbers become categories where the other holds text.
    init(_ column: Column, like other: Column) {
        guard other.text != nil, column.numbers != nil else {
            self.init(column)
            return
        }
        let text = TextValues((0..<column.count).map { column.category($0) })
        self.init(codes: text.codes, labels: text.dictionary)
    }
}
