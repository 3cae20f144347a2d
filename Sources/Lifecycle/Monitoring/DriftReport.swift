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
    /// Columns of which nothing can be said, as the log does not hold them as they came.
    package var notKept: [String] = []

    /// The columns that drifted, after the correction for their number.
    package var drifted: [ColumnDrift] { columns.filter(\.result.drifted) }

    /// Below so many rows with a value a distance is no verdict: chance alone passes the threshold.
    static let fewRows = 100
    /// A distance counts where chance makes one column drift in fewer than so many of all reports.
    static let chanceLevel = 0.01

    /// Compares every column that both tables have.
    /// Numbers count as categories where the reference holds text. What is measured is Evidently's; whether it is drift is decided more
    /// carefully: a free text is no distribution to compare, and a distance counts only where chance does not explain it.
    /// - Throws: `invalidInput` where the reference holds numbers and the table text.
    package init(reference: Table, named name: String, current: Table) throws(MartletError) {
        var names: [String] = []
        var results: [DriftResult] = []
        var chances: [Double?] = []
        var free: Set<Int> = []
        for column in reference.columns {
            guard let now = current[column.name] else { continue }
            names.append(column.name)
            if column.numbers != nil, now.numbers == nil {
                throw MartletError(
                    .invalidInput, "The column “\(column.name)” holds text, and numbers in \(name). Read it as numbers before comparing.")
            }
            let (then, sample) = (DriftSample(column), DriftSample(now, like: column))
            results.append(try drift(reference: then, current: sample))
            chances.append(results[results.count - 1].method.isTest ? nil : try DriftReport.chance(then, sample))
            if then.holdsFreeText { free.insert(results.count - 1) }
        }
        rows = current.rowCount
        self.reference = name
        columns = zip(names, DriftReport.judged(results, chances, free)).map { ColumnDrift(name: $0, result: $1) }
    }

    /// The p-value of the test that asks what a distance asks: whether both samples are drawn alike.
    private static func chance(_ reference: DriftSample, _ current: DriftSample) throws(MartletError) -> Double? {
        try drift(reference: reference, current: current, method: reference.isNumeric ? .kolmogorovSmirnov : .chiSquare).pValue
    }

    /// - Parameters:
    ///   - chances: the p-values beside distances.
    ///   - free: which columns are free texts; they count neither as drifted nor in the correction for the number of columns.
    private static func judged(_ results: [DriftResult], _ chances: [Double?], _ free: Set<Int>) -> [DriftResult] {
        let compared = results.indices.filter { !free.contains($0) }
        var judged = results
        for (index, result) in zip(compared, corrected(compared.map { results[$0] })) { judged[index] = result }
        let tested = compared.filter { chances[$0] != nil }
        let likely = Dictionary(
            uniqueKeysWithValues: zip(tested, adjustedPValues(tested.compactMap { chances[$0] }, by: .benjaminiHochberg)))
        for index in results.indices where judged[index].drifted {
            let result = judged[index]
            if free.contains(index) {
                judged[index].acquit("free text, not compared")
            } else if !result.method.isTest, result.currentCount < fewRows {
                judged[index].acquit("\(result.currentCount) rows are few")
            } else if let p = likely[index], p > chanceLevel {
                judged[index].acquit("chance explains it over \(result.currentCount) rows")
            }
        }
        return judged
    }

    /// The report for `--json`.
    package var json: JSONValue {
        [
            "rows": JSONValue(rows), "reference": .string(reference), "drifted": JSONValue(drifted.map(\.name)),
            "not_kept": JSONValue(notKept),
            "columns": .array(
                columns.map { column in
                    var value = column.result.json
                    value["column"] = .string(column.name)
                    return value
                }),
        ]
    }
}

extension DriftResult {
    /// Takes a verdict of drift back, and says why.
    fileprivate mutating func acquit(_ reason: String) {
        drifted = false
        note = reason
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
