import DuckDB
import Support
import Tables

/// Expectations that judge every row.
extension ExpectationCompiler {
    func compileNulls(_ scan: inout ValidationScan) -> Compiled {
        let name = SQL.name(columnName)
        let all = scan.rows("count(*)", where: condition)
        let known = scan.rows("count(\(name))", where: condition)
        let wantsNull = expectation.type == .valuesToBeNull
        let unexpected = wantsNull ? Unexpected(columns: [columnName], rowCondition: condition(and: "\(name) IS NOT NULL")) : nil
        return Compiled(
            judge: { answers in
                let rows = answers.count(all)
                return judge(rows: rows, missing: nil, unexpected: wantsNull ? answers.count(known) : rows - answers.count(known))
            }, unexpected: unexpected)
    }

    /// Judgements of single values: of numbers row by row, of text by distinct value.
    func compileValues(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let name = SQL.name(columnName)
        let all = scan.rows("count(*)", where: condition)
        let known = scan.rows("count(\(name))", where: condition)
        let wrong: ValidationScan.Handle
        if kind == .text {
            wrong = scan.groups(
                of: [columnName], where: condition, "coalesce(sum(n) FILTER (WHERE v IS NOT NULL AND NOT (\(try expected("v", kind)))), 0)")
        } else {
            wrong = scan.rows("count(*)", where: condition(and: "\(name) IS NOT NULL AND NOT (\(try expected(name, kind)))"))
        }
        let found = condition(and: "\(name) IS NOT NULL AND NOT (\(try expected(name, kind)))")
        return Compiled(
            judge: { answers in
                let rows = answers.count(all)
                return judge(rows: rows, missing: rows - answers.count(known), unexpected: answers.count(wrong))
            }, unexpected: Unexpected(columns: [columnName], rowCondition: found))
    }

    /// The condition that an expected value meets.
    private func expected(_ name: String, _ kind: ColumnKind) throws(MartletError) -> String {
        let arguments = expectation.arguments
        let value = comparable(name, kind)
        switch expectation.type {
        case .valuesToBeBetween: return try bounds(on: value, kind)
        case .valuesToBeInSet, .valuesToNotBeInSet:
            let set = try literals(arguments["value_set"].elements, kind)
            return "\(value) \(expectation.type == .valuesToBeInSet ? "IN" : "NOT IN") (\(set.joined(separator: ", ")))"
        case .lengthsToBeBetween, .lengthsToEqual:
            guard kind == .text else { throw MartletError(.invalidInput, "“\(columnName)” holds \(kind.rawValue) values, which have no length.") }
            if expectation.type == .lengthsToEqual { return "length(\(name)) = \(arguments["value"].int ?? 0)" }
            return try bounds(on: "length(\(name))", .integer)
        default:
            guard kind == .text || kind == .integer else {
                throw MartletError(.invalidInput, "“\(columnName)” holds \(kind.rawValue) values; regular expressions are for text.")
            }
            let text = kind == .text ? name : "CAST(CAST(\(name) AS BIGINT) AS VARCHAR)"
            let matches = "regexp_matches(\(text), \(SQL.text(arguments["regex"].text ?? "")))"
            return expectation.type == .valuesToMatchRegex ? matches : "NOT \(matches)"
        }
    }

    func literals(_ values: [JSONValue], _ kind: ColumnKind) throws(MartletError) -> [String] {
        var literals: [String] = []
        for value in values { literals.append(try literal(value, kind)) }
        return literals
    }

    /// Every row whose value occurs more than once is unexpected, the first one too.
    func compileUnique(_ scan: inout ValidationScan) -> Compiled {
        let names = expectation.columns
        let single = names.count == 1
        let known = single ? "v IS NOT NULL" : names.indices.map { "v\($0) IS NOT NULL" }.joined(separator: " OR ")
        let all = scan.groups(of: names, where: condition, "coalesce(sum(n), 0)")
        let present = scan.groups(of: names, where: condition, "coalesce(sum(n) FILTER (WHERE \(known)), 0)")
        let wrong = scan.groups(of: names, where: condition, "coalesce(sum(n) FILTER (WHERE n > 1 AND (\(known))), 0)")
        return Compiled(
            judge: { answers in
                let rows = answers.count(all)
                return judge(rows: rows, missing: rows - answers.count(present), unexpected: answers.count(wrong))
            }, unexpected: Unexpected(columns: names, groupCondition: "n > 1 AND (\(known))"))
    }

    /// Judgements of several values of a row. Rows in which all of them are missing are not judged.
    func compileRows(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let names = expectation.columns.map(SQL.name)
        let present = names.map { "\($0) IS NOT NULL" }.joined(separator: " OR ")
        let expected: String
        switch expectation.type {
        case .multicolumnSumEqual:
            for name in expectation.columns where try !kind(of: name).isNumeric {
                throw MartletError(.invalidInput, "“\(name)” holds text, which has no sum.")
            }
            let sum = names.map { "coalesce(CAST(\($0) AS DOUBLE), 0)" }.joined(separator: " + ")
            expected = "\(sum) = \(SQL.number(expectation.arguments["sum_total"].double ?? 0))"
        default:
            guard names.count == 2 else { throw MartletError(.invalidInput, "A pair needs two columns.") }
            guard try kind(of: expectation.columns[0]).isNumeric == kind(of: expectation.columns[1]).isNumeric else {
                throw MartletError(.invalidInput, "“\(expectation.columns[0])” and “\(expectation.columns[1])” cannot be compared: one is text.")
            }
            let sign = expectation.type == .pairEqual ? "=" : (expectation.arguments["or_equal"].flag == true ? ">=" : ">")
            expected = "\(names[0]) \(sign) \(names[1])"
        }
        let wrong = condition(and: "(\(present)) AND NOT coalesce(\(expected), false)")
        let all = scan.rows("count(*)", where: condition)
        let judged = scan.rows("count(*)", where: condition(and: present))
        let unexpected = scan.rows("count(*)", where: wrong)
        return Compiled(
            judge: { answers in
                let rows = answers.count(all)
                return judge(rows: rows, missing: rows - answers.count(judged), unexpected: answers.count(unexpected))
            }, unexpected: Unexpected(columns: expectation.columns, rowCondition: wrong))
    }
}
