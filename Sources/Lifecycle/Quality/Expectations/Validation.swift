package import DuckDB
package import Support
package import Tables

/// Checks expectations on a table of the engine: one statement for all figures, and one more for the examples of each that does not hold.
package struct Validation {
    private let engine: DuckDB
    private let relation: String
    private let columns: [TypedColumn]

    /// - Parameters:
    ///   - relation: what stands after FROM: a quoted name, or a SELECT in parentheses.
    ///   - columns: its columns with the kinds of their values.
    package init(engine: DuckDB, relation: String, columns: [TypedColumn]) {
        self.engine = engine
        self.relation = relation
        self.columns = columns
    }

    /// Checks the expectations. One that speaks of an unknown column or cannot be judged fails, with the reason.
    /// - Throws: what the engine throws, for an unknown relation or `cancelled`.
    package func validate(_ expectations: [Expectation]) throws(MartletError) -> ValidationReport {
        var scan = ValidationScan(relation: relation)
        var compiled: [ExpectationCompiler.Compiled] = []
        for expectation in expectations {
            do {
                try rehearse(expectation)
                compiled.append(try ExpectationCompiler(expectation: expectation, columns: columns).compile(&scan))
            } catch {
                guard error.code == .invalidInput else { throw error }
                let failed = ExpectationResult(expectation, exception: error.cause.map { "\(error.message) \($0)" } ?? error.message)
                compiled.append(ExpectationCompiler.Compiled { _ in failed })
            }
        }
        let answers = try scan.run(engine)
        var results: [ExpectationResult] = []
        for compiled in compiled {
            var result = compiled.judge(answers)
            if let unexpected = compiled.unexpected, result.unexpectedCount ?? 0 > 0 { try addExamples(unexpected, to: &result) }
            results.append(result)
        }
        return ValidationReport(rowCount: answers.rowCount, results: results)
    }

    /// Lets the engine read a condition or pattern without rows, so that a mistake in it is that expectation's alone.
    private func rehearse(_ expectation: Expectation) throws(MartletError) {
        if let condition = expectation.rowCondition {
            do { _ = try engine.query("SELECT 1 FROM \(relation) WHERE (\(condition)\n) LIMIT 0") } catch {
                throw MartletError(.invalidInput, "the row_condition “\(condition)” cannot be understood.", cause: error.cause)
            }
        }
        if let regex = expectation.arguments["regex"].text {
            do { _ = try engine.query("SELECT regexp_matches('', \(SQL.text(regex)))") } catch {
                throw MartletError(.invalidInput, "the regular expression “\(regex)” cannot be understood.", cause: error.cause)
            }
        }
    }

    private func addExamples(_ unexpected: ExpectationCompiler.Unexpected, to result: inout ExpectationResult) throws(MartletError) {
        let condition = result.expectation.rowCondition.map { "(\($0)\n)" }
        let names = unexpected.columns.map(SQL.name)
        let rows: String
        if let wrong = unexpected.rowCondition {
            rows = "SELECT \(names.joined(separator: ", ")) FROM \(relation) WHERE \(wrong)"
        } else {
            let values = ValidationScan.values(of: unexpected.columns, in: relation, where: condition)
            let aliases = names.count == 1 ? ["v"] : names.indices.map { "v\($0)" }
            let list = zip(aliases, names).map { "\($0) AS \($1)" }.joined(separator: ", ")
            rows =
                "SELECT \(list) FROM (SELECT *, unnest(range(least(n, 20))) FROM (\(values)) WHERE \(unexpected.groupCondition ?? "false") ORDER BY ALL LIMIT 20)"
        }
        result.partialUnexpected = Validation.values(try engine.query("\(rows) LIMIT 20"), unexpected.columns)
        guard unexpected.rowCondition != nil, names.count == 1 else { return }
        let counts = try engine.query("SELECT v, count(*) AS n FROM (SELECT \(names[0]) AS v FROM (\(rows))) GROUP BY v ORDER BY n DESC, v LIMIT 20")
        for row in 0..<counts.rowCount {
            let count = Int(counts.columns[1].numbers?[row] ?? 0)
            result.partialUnexpectedCounts.append(ExpectationResult.ValueCount(value: counts.columns[0].json(row), count: count))
        }
    }

    /// Rows as JSON: the value itself of one column, objects of several.
    private static func values(_ table: Table, _ names: [String]) -> [JSONValue] {
        (0..<table.rowCount).map { row in
            if table.columns.count == 1 { return table.columns[0].json(row) }
            return .object(zip(names, table.columns).map { JSONValue.Member($0, $1.json(row)) })
        }
    }
}
