import Foundation
import Serving
import Support
import Tables
import Testing

/// What holding rows against training costs: `MARTLET_BENCH_GUARDS=1`.
@Suite("Input guards, measured", .enabled(if: ProcessInfo.processInfo.environment["MARTLET_BENCH_GUARDS"] != nil, "set MARTLET_BENCH_GUARDS=1"))
struct InputGuardBench {
    @Test("Rows of 30 columns") func columns() throws {
        for texts in [0, 10] {
            let sample = try table(rows: 10_000, texts: texts, seed: 1)
            let columns = sample.columns.map { column in
                let range = column.numbers.flatMap { numbers in numbers.min().flatMap { low in numbers.max().map { low...$0 } } }
                let known = column.text.map { text in Dictionary(text.codes.map { (text.dictionary[Int($0)], 1) }, uniquingKeysWith: +) }
                return GuardedColumn(column.name, kind: column.kind, rows: 10_000, missing: 0, range: range, categories: known)
            }
            let guarding = InputGuard(columns, sample: sample)
            for rows in [1, 64] {
                let asked = try table(rows: rows, texts: texts, seed: 2)
                let rounds = 200_000 / rows
                var total = 0.0
                let start = monotonicSeconds()
                for _ in 0..<rounds { total += guarding.check(asked)?.scores[0] ?? 0 }
                let each = (monotonicSeconds() - start) / Double(rounds) * 1e6
                print("guards: \(30 - texts) numbers, \(texts) texts, \(rows) rows: \((each * 1000).rounded() / 1000) µs a request")
                #expect(total > 0)
            }
        }
    }

    private func table(rows: Int, texts: Int, seed: UInt64) throws -> Table {
        var random = RandomSource(seed: seed)
        return try Table(
            (0..<30).map { column in
                if column < texts { return Column("c\(column)", strings: (0..<rows).map { _ in "category \(random.below(20))" }) }
                return Column("c\(column)", numbers: (0..<rows).map { _ in random.unit() + random.unit() + random.unit() })
            })
    }
}
