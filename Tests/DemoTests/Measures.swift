import Demo
import Support
import Tables
import Testing

/// The numbers of a column, without the missing ones.
func numbers(_ month: LoanMonth, _ name: String) throws -> [Double] {
    try #require(month.table.column(name).numbers).filter { !$0.isNaN }
}

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

/// Per row, whether a column holds a category.
func flags(_ month: LoanMonth, _ name: String, _ category: String) -> [Bool] {
    guard let column = month.table[name] else { return [] }
    return (0..<column.count).map { column.category($0) == category }
}

/// The share of defaults among the rows whose value passes.
func defaultRate(_ month: LoanMonth, _ name: String, among rows: [Bool]? = nil, where passes: (Double) -> Bool) -> Double {
    let values = month.table[name]?.numbers ?? []
    let chosen = values.indices.filter { (rows?[$0] ?? true) && passes(values[$0]) }
    return mean(chosen.map { month.labels[$0].defaulted ? 1 : 0 })
}

/// How far two columns are apart, from 0 to 1: the greatest difference of the cumulative distributions of numbers, half the summed difference of
/// the shares of categories.
func distance(_ a: Column, _ b: Column) -> Double {
    guard let x = a.numbers?.filter({ !$0.isNaN }).sorted(), let y = b.numbers?.filter({ !$0.isNaN }).sorted() else { return categoryDistance(a, b) }
    var (i, j, greatest) = (0, 0, 0.0)
    while i < x.count, j < y.count {
        let value = min(x[i], y[j])
        while i < x.count, x[i] <= value { i += 1 }
        while j < y.count, y[j] <= value { j += 1 }
        greatest = max(greatest, abs(Double(i) / Double(x.count) - Double(j) / Double(y.count)))
    }
    return greatest
}

private func categoryDistance(_ a: Column, _ b: Column) -> Double {
    func shares(_ column: Column) -> [String: Double] {
        Dictionary((0..<column.count).compactMap { column.category($0) }.map { ($0, 1 / Double(column.count)) }, uniquingKeysWith: +)
    }
    let (x, y) = (shares(a), shares(b))
    return Set(x.keys).union(y.keys).reduce(0) { $0 + abs((x[$1] ?? 0) - (y[$1] ?? 0)) } / 2
}

/// Each row's category replaced by the share of true outcomes in it.
func scores(_ column: Column, _ outcomes: [Bool]) -> [Double] {
    var counts: [String: (all: Double, yes: Double)] = [:]
    for row in 0..<column.count {
        let category = column.category(row) ?? ""
        counts[category, default: (0, 0)].all += 1
        if outcomes[row] { counts[category, default: (0, 0)].yes += 1 }
    }
    return (0..<column.count).map { row in counts[column.category(row) ?? ""].map { $0.yes / $0.all } ?? 0 }
}

/// The chance that a true row has the higher score, a tie counting half (Mann & Whitney).
func areaUnderCurve(_ scores: [Double], _ outcomes: [Bool]) -> Double {
    let rows = zip(scores, outcomes).filter { !$0.0.isNaN }.sorted { $0.0 < $1.0 }
    var (negativesBelow, wins, start) = (0.0, 0.0, 0)
    while start < rows.count {
        let end = rows[start...].firstIndex { $0.0 != rows[start].0 } ?? rows.count
        let yes = Double(rows[start..<end].count { $0.1 })
        let no = Double(end - start) - yes
        wins += yes * (negativesBelow + no / 2)
        negativesBelow += no
        start = end
    }
    let positives = Double(rows.count) - negativesBelow
    return positives * negativesBelow == 0 ? 0.5 : wins / (positives * negativesBelow)
}
