package import DuckDB
import Statistics
package import Support
package import Tables

/// A table to compare, as the engine knows it.
package struct ComparedTable: Sendable {
    /// What it is called in the answer.
    package var name: String
    /// What stands after FROM.
    package var relation: String
    package var columns: [(name: String, kind: ColumnKind)]

    package init(_ name: String, relation: String, columns: [(name: String, kind: ColumnKind)]) {
        self.name = name
        self.relation = relation
        self.columns = columns
    }
}

/// Compares two tables column by column. Of tables of more than 100,000 rows a random part is compared, the same each time.
package struct TableComparer {
    let engine: DuckDB

    package init(engine: DuckDB) { self.engine = engine }

    /// - Throws: what the engine throws; `invalidInput` where the tables have no column in common.
    package func compare(_ a: ComparedTable, _ b: ComparedTable) throws(MartletError) -> TableComparison {
        let others = Dictionary(b.columns.map { ($0.name, $0.kind) }) { first, _ in first }
        let common = a.columns.filter { others[$0.name] != nil }
        guard !common.isEmpty else {
            throw MartletError(
                .invalidInput,
                "\(a.name) and \(b.name) have no column in common, so nothing can be compared. Give both the same names of columns.")
        }
        return try RelationSample.with(a.relation, in: engine) { (first) throws(MartletError) in
            try RelationSample.with(b.relation, in: engine) { (second) throws(MartletError) in
                var shifts: [ColumnShift] = []
                for group in common.runs(of: Profile.groupSize) {
                    let kinds = group.map { shared($0.kind, others[$0.name] ?? $0.kind) }
                    let left = try values(group.map(\.name), kinds, in: first)
                    let right = try values(group.map(\.name), kinds, in: second)
                    for (i, column) in group.enumerated() {
                        var shift = try ColumnComparison(kind: kinds[i], first: left[i], second: right[i]).shift(column.name)
                        if kinds[i] != column.kind || kinds[i] != others[column.name] {
                            shift.note = shift.note ?? "\(column.kind.rawValue) in one, \(others[column.name]?.rawValue ?? "") in the other"
                        }
                        shifts.append(shift)
                    }
                }
                let known = Set(a.columns.map(\.name))
                return TableComparison(
                    first: .init(
                        name: a.name, rows: first.relationRows, comparedRows: first.rowCount, own: a.columns.map(\.name).filter { others[$0] == nil }),
                    second: .init(
                        name: b.name, rows: second.relationRows, comparedRows: second.rowCount,
                        own: b.columns.map(\.name).filter { !known.contains($0) }),
                    columns: TableComparer.judged(shifts))
            }
        }
    }

    /// The kind in which two columns can be compared: numbers with numbers, everything else as text.
    private func shared(_ a: ColumnKind, _ b: ColumnKind) -> ColumnKind {
        if a == b { return a }
        let kinds: Set<ColumnKind> = [a, b]
        return kinds.isSubset(of: [.integer, .number]) ? .number : .text
    }

    private func values(_ names: [String], _ kinds: [ColumnKind], in sample: RelationSample) throws(MartletError) -> [Column] {
        let expressions = zip(names, kinds).enumerated().map { i, column in
            let measured = MeasuredColumn(name: column.0, kind: column.1)
            return "\(column.1 == .text ? measured.text : measured.number) AS c\(i)"
        }
        return try engine.query("SELECT \(expressions.joined(separator: ", ")) FROM \(sample.relation)").columns
    }

    /// Corrects for the number of columns, decides which have shifted, and puts these first.
    private static func judged(_ shifts: [ColumnShift]) -> [ColumnShift] {
        var judged = shifts
        let tested = shifts.indices.filter { shifts[$0].pValue != nil }
        let adjusted = adjustedPValues(tested.compactMap { shifts[$0].pValue }, by: .benjaminiHochberg)
        for (i, p) in zip(tested, adjusted) { judged[i].pValue = p }
        for i in judged.indices {
            guard let shift = judged[i].shift, shift >= ColumnShift.threshold else { continue }
            judged[i].isShifted = (judged[i].pValue ?? 0) <= ColumnShift.chance
        }
        return judged.enumerated().sorted { a, b in
            (a.element.isShifted ? 0 : 1, -(a.element.shift ?? -1), a.offset) < (b.element.isShifted ? 0 : 1, -(b.element.shift ?? -1), b.offset)
        }.map(\.element)
    }
}
