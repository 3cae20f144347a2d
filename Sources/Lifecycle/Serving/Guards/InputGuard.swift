package import Tables

/// Holds rows against the data that a model learnt from: ranges, categories, missing values, and how unusual a row is as a whole.
///
/// A value's surprise is minus the logarithm of how often training has one as far out or farther, on the side that it is on (after ECOD; Li and
/// others, 2022); that of a text or a missing value is minus the logarithm of its share. The sum over the columns is held against the sums of rows
/// of the training data, which gives the outlier score: 1 less the conformal p-value (Vovk, Gammerman and Shafer, 2005), so that of rows like
/// those at most one in a thousand reaches 0.999. Columns are taken one by one: an unusual pair of usual values is not seen.
///
/// Everything is computed once for a version; a number costs a subtraction, a multiplication and a look into a table.
package final class InputGuard: Sendable {
    package let columns: [GuardedColumn]
    private let surprises: [ColumnSurprise]
    /// The middles of the columns and the surprises of their bins, one column after the other, where a look does not touch anything else.
    private let middles: [ColumnSurprise.Middle]
    private let bodies: [Double]
    /// The sums of training rows, ascending.
    private let sums: [Double]

    /// - Parameter sample: rows of the training data with these columns, in this order.
    package init(_ columns: [GuardedColumn], sample: Table) {
        self.columns = columns
        surprises = zip(columns, sample.columns).map { ColumnSurprise($0, $1) }
        middles = surprises.map(\.middle)
        let bins = ColumnSurprise.bins
        bodies = surprises.flatMap { $0.body.isEmpty ? Array(repeating: 0, count: bins) : $0.body }
        var totals = Array(repeating: 0.0, count: sample.rowCount)
        var ignored: [InputFinding] = []
        InputGuard.add(surprises, middles, bodies, sample, to: &totals, &ignored)
        sums = totals.sorted()
    }

    package var names: [String] { columns.map(\.name) }

    /// What is unlike training in the rows of a table with these columns, in this order; nil where it has other columns.
    package func check(_ table: Table) -> InputFindings? {
        guard table.columns.count == columns.count, table.rowCount > 0 else { return nil }
        var totals = Array(repeating: 0.0, count: table.rowCount)
        var found: [InputFinding] = []
        InputGuard.add(surprises, middles, bodies, table, to: &totals, &found)
        for row in totals.indices { totals[row] = score(totals[row]) }
        return InputFindings(scores: totals, findings: found, columns: columns)
    }

    private static func add(
        _ surprises: [ColumnSurprise], _ middles: [ColumnSurprise.Middle], _ bodies: [Double], _ table: Table, to sums: inout [Double],
        _ found: inout [InputFinding]
    ) {
        let bins = ColumnSurprise.bins
        for place in middles.indices {
            guard case .numbers(let numbers) = table.columns[place].values else {
                guard case .text(let text) = table.columns[place].values else { continue }
                surprises[place].add(text, to: &sums) { found.append(InputFinding(column: place, row: $0, kind: $1)) }
                continue
            }
            let middle = middles[place]
            for row in numbers.indices {
                let bin = (numbers[row] - middle.lower) * middle.scale
                if bin >= 0, bin < Double(bins) {
                    sums[row] += bodies[place * bins + Int(bin)]
                } else {
                    sums[row] += surprises[place].outside(numbers[row], row) { found.append(InputFinding(column: place, row: $0, kind: $1)) }
                }
            }
        }
    }

    /// The share of training rows that are less unusual.
    private func score(_ sum: Double) -> Double {
        var (low, high) = (0, sums.count)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] < sum { low = middle + 1 } else { high = middle }
        }
        return 1 - Double(1 + sums.count - low) / Double(sums.count + 1)
    }
}
