import DuckDB
import Support
import Tables

/// Expectations on a table as a whole.
extension ExpectationCompiler {
    func compileRowCount(_ scan: inout ValidationScan) -> Compiled {
        let all = scan.rows("count(*)", where: condition)
        let isEqual = expectation.type == .rowCountEqual
        return Compiled { answers in
            let count = answers.count(all)
            let success = isEqual ? count == expectation.arguments["value"].int : isWithinBounds(Double(count))
            return ExpectationResult(expectation, success: success, observed: JSONValue(count))
        }
    }

    /// As many rows as another table, one of those that the caller named.
    func compileOtherRowCount(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let name = expectation.arguments["other_table_name"].text ?? ""
        guard let other = table.others[name] else {
            let hint = didYouMean(name, among: table.others.keys.sorted())
            throw MartletError(.invalidInput, "there is no other table “\(name)”.\(hint)")
        }
        let own = scan.rows("count(*)", where: condition)
        let others = scan.selection("SELECT count(*) FROM \(other)")
        return Compiled { answers in
            let counts = (answers.count(own), answers.count(others))
            return ExpectationResult(
                expectation, success: counts.0 == counts.1, observed: ["self": JSONValue(counts.0), "other": JSONValue(counts.1)])
        }
    }

    /// A query that must find nothing; `{batch}` in it is the table.
    func compileUnexpectedRows(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let text = expectation.arguments["unexpected_rows_query"].text ?? ""
        guard text.contains("{batch}") else { throw MartletError(.invalidInput, "the query says nothing of {batch}, which is the table.") }
        var query = text.replacing("{batch}", with: table.relation)[...]
        while let last = query.last, last.isWhitespace || last == ";" { query.removeLast() }
        do { _ = try table.engine.query("SELECT 1 FROM (\(query)\n) LIMIT 0") } catch {
            throw MartletError(.invalidInput, "the query cannot be understood.", cause: error.cause)
        }
        let count = scan.selection("SELECT count(*) FROM (\(query)\n)")
        return Compiled { answers throws(MartletError) in
            let found = answers.count(count)
            var result = ExpectationResult(expectation, success: found == 0, observed: JSONValue(found))
            let rows = found == 0 ? Table.empty : try table.engine.query("SELECT * FROM (\(query)\n) LIMIT 20")
            let shown = (0..<rows.rowCount).map { row in JSONValue.object(rows.columns.map { JSONValue.Member($0.name, $0.json(row)) }) }
            result.details = ["unexpected_rows": .array(shown)]
            return result
        }
    }

    /// Judgements that need no row.
    func compileShape() throws(MartletError) -> Compiled {
        let arguments = expectation.arguments
        let names = table.columns.map(\.name)
        let result: ExpectationResult
        switch expectation.type {
        case .columnToExist:
            let wanted = arguments["column_index"].int.map { $0 < 0 ? names.count + $0 : $0 }
            let place = table.place(of: columnName)
            result = ExpectationResult(expectation, success: place != nil && (wanted.map { $0 == place } ?? true))
        case .columnCountEqual:
            result = ExpectationResult(expectation, success: names.count == arguments["value"].int, observed: JSONValue(names.count))
        case .columnCountBetween:
            result = ExpectationResult(expectation, success: isWithinBounds(Double(names.count)), observed: JSONValue(names.count))
        case .columnsMatchSet: result = setResult(names)
        default: result = listResult(names)
        }
        return Compiled { _ in result }
    }

    private func setResult(_ names: [String]) -> ExpectationResult {
        let (own, wanted) = (Set(names), Set(expectation.arguments["column_set"].elements.compactMap(\.text)))
        let (extra, absent) = (own.subtracting(wanted).sorted(), wanted.subtracting(own).sorted())
        let success = absent.isEmpty && (extra.isEmpty || expectation.arguments["exact_match"].flag == false)
        var result = ExpectationResult(expectation, success: success, observed: JSONValue(names.sorted()))
        guard !extra.isEmpty || !absent.isEmpty else { return result }
        var mismatched: JSONValue = .object([])
        if !extra.isEmpty { mismatched["unexpected"] = JSONValue(extra) }
        if !absent.isEmpty { mismatched["missing"] = JSONValue(absent) }
        result.details = ["mismatched": mismatched]
        return result
    }

    private func listResult(_ names: [String]) -> ExpectationResult {
        let wanted = expectation.arguments["column_list"].elements.compactMap(\.text)
        var result = ExpectationResult(expectation, success: wanted == names, observed: JSONValue(names))
        guard wanted != names else { return result }
        let mismatched = (0..<max(wanted.count, names.count)).compactMap { i -> JSONValue? in
            let (expected, found) = (i < wanted.count ? wanted[i] : nil, i < names.count ? names[i] : nil)
            return expected == found ? nil : ["Expected Column Position": JSONValue(i), "Expected": JSONValue(expected), "Found": JSONValue(found)]
        }
        result.details = ["mismatched": .array(mismatched)]
        return result
    }
}
