package import DuckDB
package import Support
package import Tables

/// Checks expectations on a table of the engine: one statement for nearly all figures, a second for what depends on them, and two more for the
/// examples of each that does not hold.
package struct Validation {
    private let engine: DuckDB
    private let relation: String
    private let columns: [TypedColumn]
    private let others: [String: String]

    /// - Parameters:
    ///   - relation: what stands after FROM: a quoted name, or a SELECT in parentheses. NaN in it is a missing value.
    ///   - columns: its columns with the kinds of their values.
    ///   - others: further tables by name, for counts that must be equal: what stands after FROM.
    package init(engine: DuckDB, relation: String, columns: [TypedColumn], others: [String: String] = [:]) {
        self.engine = engine
        self.relation = relation
        self.columns = columns
        self.others = others
    }

    /// Checks the expectations. One that speaks of an unknown column or cannot be judged fails, with the reason.
    /// - Parameter rejects: where the rows that were not expected are written, as Parquet; nil writes none.
    /// - Throws: what the engine throws, for an unknown relation or `cancelled`.
    package func validate(_ expectations: [Expectation], rejects: RejectedRows? = nil) throws(MartletError) -> ValidationReport {
        let spoken = expectations.map(\.arguments.compact).joined(separator: "\n")
        let table = try CheckedTable(engine: engine, relation: relation, columns: columns, others: others, speakingOf: spoken)
        let scratch = ScratchValues(engine)
        let rowCount = try Answer(engine, "SELECT count(*) FROM \(relation)").count(0, 0)
        var judged = try judgeAll(expectations[...], table, scratch)
        let examples = UnexpectedExamples(table: table)
        for i in judged.indices {
            if let unexpected = judged[i].1, judged[i].0.unexpectedCount ?? 0 > 0 { try examples.add(unexpected, to: &judged[i].0) }
        }
        var report = ValidationReport(rowCount: rowCount, results: judged.map(\.0))
        if let rejects { report.rejectedRows = try rejects.write(judged, table) }
        return report
    }

    private typealias Judged = (ExpectationResult, CompiledExpectation.Unexpected?)

    /// Judges all of them. Where one makes the engine fail, halves are asked by themselves, so that only that one has no answer.
    private func judgeAll(
        _ expectations: ArraySlice<Expectation>, _ table: CheckedTable, _ scratch: ScratchValues
    ) throws(MartletError) -> [Judged] {
        do { return try judge(Array(expectations), table, scratch) } catch {
            guard error.code == .invalidInput, let first = expectations.first else { throw error }
            if expectations.count == 1 {
                return [(ExpectationResult(first, exception: error.cause.map { "\(error.message) \($0)" } ?? error.message), nil)]
            }
            let middle = expectations.startIndex + expectations.count / 2
            return try judgeAll(expectations[..<middle], table, scratch) + judgeAll(expectations[middle...], table, scratch)
        }
    }

    private func judge(
        _ expectations: [Expectation], _ table: CheckedTable, _ scratch: ScratchValues
    ) throws(MartletError) -> [Judged] {
        var scan = ValidationScan(relation: table.relation)
        var compiled: [CompiledExpectation] = []
        for expectation in expectations {
            do { compiled.append(try ExpectationCompiler(expectation, table, scratch).compile(&scan)) } catch {
                guard error.code == .invalidInput else { throw error }
                compiled.append(CompiledExpectation(expectation, failing: error))
            }
        }
        let first = try scan.run(engine)
        var answers = compiled.map { _ in first }
        let open = compiled.indices.filter { compiled[$0].next != nil }
        if !open.isEmpty {
            var second = ValidationScan(relation: table.relation)
            for i in open {
                do { if let next = compiled[i].next { compiled[i] = try next(first, &second) } } catch {
                    guard error.code == .invalidInput else { throw error }
                    compiled[i] = CompiledExpectation(expectations[i], failing: error)
                }
            }
            let later = try second.run(engine)
            for i in open { answers[i] = later }
        }
        var judged: [Judged] = []
        for (i, compiled) in compiled.enumerated() {
            do { judged.append((try compiled.judge(answers[i]), compiled.unexpected)) } catch {
                guard error.code == .invalidInput else { throw error }
                judged.append((ExpectationResult(expectations[i], exception: error.message), nil))
            }
        }
        return judged
    }
}
