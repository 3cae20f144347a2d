import DuckDB
import Support
import Tables

/// Expectations on the distinct values of a column as a set.
extension ExpectationCompiler {
    func compileDistinct(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let wanted = expectation.arguments["value_set"].elements.filter { !$0.isNull }
        let members = literals(wanted, kind).joined(separator: ", ")
        let value = comparable("v", kind)
        let isInside = members.isEmpty ? "false" : "\(value) IN (\(members))"
        let isOutside = "v IS NOT NULL AND NOT (\(isInside))"
        let outside = scan.groups(of: [columnName], where: condition, "count(*) FILTER (WHERE \(isOutside))")
        let examples = scan.groups(of: [columnName], where: condition, shownList("min(\(value), 20) FILTER (WHERE \(isOutside))", kind))
        let inside = scan.groups(of: [columnName], where: condition, shownList("list(\(value)) FILTER (WHERE \(isInside))", kind))
        return Compiled { answers in
            let found = Set(answers.list(inside).compactMap(\.text).map { key(of: shownValue($0, kind), kind) })
            var absent: [String: JSONValue] = [:]
            for value in wanted.reversed() where !found.contains(key(of: value, kind)) { absent[key(of: value, kind)] = value }
            let extra = answers.list(examples).compactMap(\.text).map { shownValue($0, kind) }
            return distinctResult(outside: answers.count(outside), extra: extra, absent: absent.values.sorted(by: ExpectationResult.precedes))
        }
    }

    private func distinctResult(outside: Int, extra: [JSONValue], absent: [JSONValue]) -> ExpectationResult {
        let (looksInside, looksOutside) = (expectation.type != .distinctToBeInSet, expectation.type != .distinctToContainSet)
        let success = (!looksInside || absent.isEmpty) && (!looksOutside || outside == 0)
        var result = ExpectationResult(expectation, success: success, observed: .null)
        if looksOutside {
            result.unexpectedCount = outside
            result.partialUnexpected = extra
        }
        if looksInside {
            result.missingCount = absent.count
            result.partialMissing = Array(absent.prefix(20))
        }
        return result
    }

    /// A list of values as JSON texts, in which also infinities and wide integers have a place.
    func shownList(_ list: String, _ kind: ColumnKind) -> String {
        let text = kind == .timestamp ? "epoch_us(x)" : "x"
        return "CAST(to_json(list_transform(\(list), lambda x: CAST(\(text) AS VARCHAR))) AS VARCHAR)"
    }

    /// A value from such a text.
    func shownValue(_ text: String, _ kind: ColumnKind) -> JSONValue {
        switch kind {
        case .text: return .string(text)
        case .integer: return ExpectationResult.whole(.string(text)) ?? .null
        case .number: return Double(text).map(ExpectationResult.figure) ?? .null
        case .boolean: return .bool(Double(text).map { $0 != 0 } ?? (text == "true"))
        case .timestamp: return Int64(text).map { .string(Timestamp(microseconds: $0).description) } ?? .null
        }
    }

    /// The same for values that are equal.
    private func key(of value: JSONValue, _ kind: ColumnKind) -> String {
        if kind == .timestamp, let time = value.text.flatMap(Timestamp.init) { return time.description }
        if let flag = value.flag { return flag ? "1" : "0" }
        if case .number(let number) = value { return JSONValue.text(of: number) }
        return value.compact
    }

    /// The most common value must be one, and in the set; with `ties_okay` one of several is enough.
    func compileMostCommon(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let set = literals(expectation.arguments["value_set"].elements, kind).joined(separator: ", ")
        let most = scan.groups(of: [columnName], where: condition, "coalesce(max(n) FILTER (WHERE v IS NOT NULL), 0)")
        let tiesAreFine = expectation.arguments["ties_okay"].flag == true
        return Compiled(next: { answers, scan throws(MartletError) in
            let isTop = "v IS NOT NULL AND n = \(answers.count(most))"
            let value = comparable("v", kind)
            let ties = scan.groups(of: [columnName], where: condition, "count(*) FILTER (WHERE \(isTop))")
            let hits = scan.groups(
                of: [columnName], where: condition, "count(*) FILTER (WHERE \(isTop) AND \(set.isEmpty ? "false" : "\(value) IN (\(set))"))")
            let shown = scan.groups(of: [columnName], where: condition, shownList("min(\(value), 100) FILTER (WHERE \(isTop))", kind))
            return Compiled { answers in
                let (ties, hits) = (answers.count(ties), answers.count(hits))
                let values = answers.list(shown).compactMap(\.text).map { shownValue($0, kind) }
                return ExpectationResult(expectation, success: tiesAreFine ? hits > 0 : ties == 1 && hits == 1, observed: .array(values))
            }
        })
    }
}
