import DuckDB
import Support
import Tables

/// Expectations that judge several values of a row.
extension ExpectationCompiler {
    func compileRows(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let names = expectation.columns
        let isJudged = judging(names.map(SQL.name))
        let wrong = condition(and: "(\(isJudged)) AND NOT coalesce(\(try expectedRow(names)), false)")
        let all = scan.rows("count(*)", where: condition)
        let judged = scan.rows("count(*)", where: condition(and: isJudged))
        let unexpected = scan.rows("count(*)", where: wrong)
        let failure = try self.failure(names)
        return Compiled(
            judge: { answers throws(MartletError) in
                let rows = answers.count(all)
                if let failure, answers.count(judged) > 0 { throw failure }
                return judge(rows: rows, missing: rows - answers.count(judged), unexpected: answers.count(unexpected))
            }, unexpected: Compiled.Unexpected(columns: names, condition: wrong))
    }

    private func expectedRow(_ names: [String]) throws(MartletError) -> String {
        switch expectation.type {
        case .multicolumnSumEqual: return try expectedSum(names)
        case .multicolumnEqual:
            var parts: [String] = []
            for name in names.dropFirst() { parts.append(try equal(names[0], name, nullsAreEqual: true)) }
            return parts.joined(separator: " AND ")
        case .uniqueWithinRecord:
            var parts: [String] = []
            for (i, name) in names.enumerated() {
                for other in names[..<i] { parts.append("NOT (\(try equal(name, other, nullsAreEqual: true)))") }
            }
            return parts.joined(separator: " AND ")
        case .pairInSet: return try expectedPair(names)
        case .pairEqual: return try equal(names[0], names[1], nullsAreEqual: false)
        default:
            let kinds = (try kind(of: names[0]), try kind(of: names[1]))
            guard areComparable(kinds.0, kinds.1) else { return "false" }
            let sign = expectation.arguments["or_equal"].flag == true ? ">=" : ">"
            return "\(comparable(SQL.name(names[0]), kinds.0)) \(sign) \(comparable(SQL.name(names[1]), kinds.1))"
        }
    }

    private func areComparable(_ one: ColumnKind, _ other: ColumnKind) -> Bool {
        let numbers: [ColumnKind] = [.integer, .number, .boolean]
        return one == other || (numbers.contains(one) && numbers.contains(other))
    }

    /// Whether two columns of a row are equal. Values of different kinds never are.
    private func equal(_ one: String, _ other: String, nullsAreEqual: Bool) throws(MartletError) -> String {
        let kinds = (try kind(of: one), try kind(of: other))
        let (a, b) = (SQL.name(one), SQL.name(other))
        guard areComparable(kinds.0, kinds.1) else { return nullsAreEqual ? "(\(a) IS NULL AND \(b) IS NULL)" : "false" }
        return "(\(comparable(a, kinds.0)) \(nullsAreEqual ? "IS NOT DISTINCT FROM" : "=") \(comparable(b, kinds.1)))"
    }

    private func expectedSum(_ names: [String]) throws(MartletError) -> String {
        if try summless(names) != nil { return "false" }
        let sum = names.map { "CAST(\(SQL.name($0)) AS DOUBLE)" }.joined(separator: " + ")
        return "\(sum) = \(SQL.number(expectation.arguments["sum_total"].double ?? 0))"
    }

    /// Why rows cannot be judged where there are any.
    private func failure(_ names: [String]) throws(MartletError) -> MartletError? {
        switch expectation.type {
        case .multicolumnSumEqual:
            guard let (name, kind) = try summless(names) else { return nil }
            return MartletError(.invalidInput, "“\(name)” holds \(kind.rawValue) values, which have no sum.")
        case .pairAGreaterThanB:
            let kinds = (try kind(of: names[0]), try kind(of: names[1]))
            guard !areComparable(kinds.0, kinds.1) else { return nil }
            let (one, other) = ("“\(names[0])” holds \(kinds.0.rawValue) values", "“\(names[1])” \(kinds.1.rawValue) values")
            return MartletError(.invalidInput, "\(one) and \(other), which have no order.")
        default: return nil
        }
    }

    /// The first column whose values have no sum.
    private func summless(_ names: [String]) throws(MartletError) -> (String, ColumnKind)? {
        for name in names {
            let kind = try kind(of: name)
            if kind == .text || kind == .timestamp { return (name, kind) }
        }
        return nil
    }

    private func expectedPair(_ names: [String]) throws(MartletError) -> String {
        let kinds = (try kind(of: names[0]), try kind(of: names[1]))
        var parts: [String] = []
        for pair in expectation.arguments["value_pairs_set"].elements where pair.elements.count == 2 {
            let (a, b) = (pair.elements[0], pair.elements[1])
            let values = (a.isNull ? "NULL" : literal(a, kinds.0, column: names[0]), b.isNull ? "NULL" : literal(b, kinds.1, column: names[1]))
            guard let first = values.0, let second = values.1 else { continue }
            let (one, other) = (comparable(SQL.name(names[0]), kinds.0), comparable(SQL.name(names[1]), kinds.1))
            parts.append("(\(one) IS NOT DISTINCT FROM \(first) AND \(other) IS NOT DISTINCT FROM \(second))")
        }
        return parts.isEmpty ? "false" : "(\(parts.joined(separator: " OR ")))"
    }
}
