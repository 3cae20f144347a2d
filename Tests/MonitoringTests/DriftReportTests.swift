import Monitoring
import Statistics
import Support
import Tables
import TestSupport
import Testing

@Suite("Drift reports")
struct DriftReportTests {
    private func numbers(_ count: Int, seed: UInt64, shift: Double = 0) -> [Double] {
        var random = RandomSource(seed: seed)
        return (0..<count).map { _ in random.unit() + shift }
    }

    @Test("The column that moved is found and the others are not")
    func shift() throws {
        let reference = try Table([
            Column("still", numbers: numbers(500, seed: 1)), Column("moved", numbers: numbers(500, seed: 2)),
            Column("town", strings: (0..<500).map { "t\($0 % 3)" }),
        ])
        let current = try Table([
            Column("still", numbers: numbers(400, seed: 3)), Column("moved", numbers: numbers(400, seed: 4, shift: 0.5)),
            Column("town", strings: (0..<400).map { "t\($0 % 3)" }),
        ])
        let report = try DriftReport(reference: reference, named: "dataset:adult@v1", current: current)
        #expect(report.drifted.map(\.name) == ["moved"])
        #expect(report.columns.map(\.name) == ["still", "moved", "town"])
        #expect(report.rows == 400)
        #expect(report.json["reference"] == "dataset:adult@v1")
        #expect(report.json["drifted"] == ["moved"])
        #expect(report.json["columns"].elements.map { $0["column"] } == ["still", "moved", "town"])
    }

    @Test("Of many columns that did not move none is reported, though single tests would raise alarms")
    func correction() throws {
        let count = 60
        let reference = try Table((0..<count).map { Column("c\($0)", numbers: numbers(300, seed: UInt64($0))) })
        let current = try Table((0..<count).map { Column("c\($0)", numbers: numbers(300, seed: UInt64($0 + 1000))) })
        let report = try DriftReport(reference: reference, named: "train", current: current)
        let alarms = report.columns.filter { ($0.result.pValue ?? 1) <= $0.result.threshold }
        #expect(!alarms.isEmpty, "the premise: some test alone is below the threshold by chance")
        #expect(report.drifted.isEmpty)
        #expect(report.columns.allSatisfy { ($0.result.adjustedPValue ?? 0) >= ($0.result.pValue ?? 1) })
    }

    @Test("Numbers now are compared as categories where the reference holds text")
    func numbersAgainstText() throws {
        let reference = try Table([Column("code", strings: (0..<300).map { "\($0 % 3)" })])
        let same = try Table([Column("code", kind: .integer, numbers: (0..<300).map { Double($0 % 3) })])
        let other = try Table([Column("code", kind: .integer, numbers: (0..<300).map { Double($0 % 3 + 5) })])
        #expect(try DriftReport(reference: reference, named: "train", current: same).drifted.isEmpty)
        #expect(try DriftReport(reference: reference, named: "train", current: other).drifted.map(\.name) == ["code"])
    }

    @Test("Text now where the reference holds numbers is an error that names the column")
    func textAgainstNumbers() throws {
        let reference = try Table([Column("age", numbers: [1, 2, 3])])
        let current = try Table([Column("age", strings: ["1", "2", "three"])])
        let text = errorText { try DriftReport(reference: reference, named: "train", current: current) }
        #expect(text.contains("age"))
        #expect(errorCode { try DriftReport(reference: reference, named: "train", current: current) } == .invalidInput)
    }

    @Test("Columns of one table only are left out; without a common column, and without rows, nothing drifts")
    func leftOut() throws {
        let reference = try Table([Column("a", numbers: [1, 2, 3]), Column("b", numbers: [1, 2, 3])])
        #expect(
            try DriftReport(
                reference: reference, named: "train", current: Table([Column("b", numbers: [1, 2, 3]), Column("c", numbers: [1, 2, 3])])
            ).columns.map(\.name) == ["b"])
        #expect(try DriftReport(reference: reference, named: "train", current: .empty).columns.isEmpty)
        let empty = try DriftReport(reference: reference, named: "train", current: reference.rows([]))
        #expect(empty.drifted.isEmpty && empty.rows == 0)
        #expect(empty.columns.allSatisfy { $0.result.note != nil })
    }

    /// A reference of 3,000 rows, and how often rows drawn from it at random are called drifted.
    private func rows(_ count: Int, seed: UInt64, note: Int = 1200) throws -> Table {
        var random = RandomSource(seed: seed)
        return try Table([
            Column("age", numbers: (0..<count).map { _ in 20 + 60 * random.unit() * random.unit() }),
            Column("stay", numbers: (0..<count).map { _ in Double(1 + random.below(4)) }),
            Column("ward", strings: (0..<count).map { _ in "w\(random.below(8))" }),
            Column("payer", strings: (0..<count).map { _ in random.below(20) == 0 ? "self" : "insurer \(random.below(3))" }),
            Column("note", strings: (0..<count).map { _ in "remark \(random.below(note))" }),
        ])
    }

    @Test("Rows drawn like the reference are no drift, however few they are, and though they hold free text", arguments: [20, 50, 120, 300, 600])
    func drawnAlike(count: Int) throws {
        let reference = try rows(3000, seed: 1)
        for seed in UInt64(2)..<22 {
            let report = try DriftReport(reference: reference, named: "train", current: rows(count, seed: seed))
            #expect(report.drifted.isEmpty, "\(report.drifted.map { ($0.name, $0.result) })")
            #expect(report.columns.first { $0.name == "note" }?.result.note == "free text, not compared")
        }
    }

    @Test("What moved is found from 100 rows on, beside a free text; fewer are said to be few")
    func fewRows() throws {
        let reference = try rows(3000, seed: 1)
        func moved(_ count: Int) throws -> DriftReport {
            let now = try rows(count, seed: 5)
            let columns = now.columns.map { column in
                column.name == "age" ? Column("age", numbers: (column.numbers ?? []).map { $0 + 40 }) : column
            }
            return try DriftReport(reference: reference, named: "train", current: Table(columns))
        }
        #expect(try moved(150).drifted.map(\.name) == ["age"])
        let few = try moved(50)
        #expect(few.drifted.isEmpty)
        #expect(few.columns.first?.result.note == "50 rows are few")
        #expect(few.columns.first?.result.statistic ?? 0 > 1)
    }

    @Test("A category that is common now and was rare then is drift; texts of many rows each are no free text")
    func categories() throws {
        let reference = try Table([Column("town", strings: (0..<3000).map { "t\($0 % 200)" })])
        let same = try Table([Column("town", strings: (0..<2000).map { "t\($0 % 200)" })])
        let other = try Table([Column("town", strings: (0..<2000).map { "t\($0 % 20)" })])
        #expect(try DriftReport(reference: reference, named: "train", current: same).drifted.isEmpty)
        #expect(try DriftReport(reference: reference, named: "train", current: other).drifted.map(\.name) == ["town"])
    }
}
