import DuckDB
import Support
import Tables

/// Expectations that judge every value of a column.
extension ExpectationCompiler {
    func compileNulls(_ scan: inout ValidationScan) -> Compiled {
        let name = SQL.name(columnName)
        let all = scan.rows("count(*)", where: condition)
        let known = scan.rows("count(\(name))", where: condition)
        let wantsNull = expectation.type == .valuesToBeNull
        let found = condition(and: "\(name) IS \(wantsNull ? "NOT " : "")NULL")
        return Compiled(
            judge: { answers in
                let rows = answers.count(all)
                return judge(rows: rows, missing: nil, unexpected: wantsNull ? answers.count(known) : rows - answers.count(known))
            }, unexpected: Compiled.Unexpected(columns: [columnName], condition: found))
    }

    /// Ranges, sets and lengths.
    func compileValues(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let isLength = expectation.type == .lengthsToBeBetween || expectation.type == .lengthsToEqual
        do { _ = try expected("v", kind) } catch {
            // A limit of another kind matters only where there is a value to hold against it.
            let known = scan.rows("count(\(SQL.name(columnName)))", where: condition)
            return try compileTest(&scan, grouped: false) { _ in "true" }.requiring(known, error)
        }
        return try compileTest(&scan, grouped: kind == .text || isLength) { name throws(MartletError) in try expected(name, kind) }
    }

    /// The condition that an expected value meets.
    private func expected(_ name: String, _ kind: ColumnKind) throws(MartletError) -> String {
        let arguments = expectation.arguments
        let value = comparable(name, kind)
        switch expectation.type {
        case .valuesToBeInSet, .valuesToNotBeInSet:
            let set = literals(arguments["value_set"].elements, kind)
            let isWanted = expectation.type == .valuesToBeInSet
            if set.isEmpty { return isWanted ? "false" : "true" }
            return "\(value) \(isWanted ? "IN" : "NOT IN") (\(set.joined(separator: ", ")))"
        case .lengthsToEqual: return "length(\(text(name, kind))) = \(arguments["value"].int ?? 0)"
        case .lengthsToBeBetween: return try bounds(on: "length(\(text(name, kind)))", .integer)
        default: return try bounds(on: value, kind)
        }
    }

    /// A value as the text that pandas makes of it.
    func text(_ name: String, _ kind: ColumnKind) -> String {
        switch kind {
        case .text: name
        case .boolean: "CASE WHEN \(name) THEN 'True' ELSE 'False' END"
        case .integer where ["DOUBLE", "FLOAT"].contains(table.type(of: columnName)): "CAST(CAST(\(name) AS BIGINT) AS VARCHAR)"
        case .number where table.type(of: columnName) != "FLOAT": "CAST(CAST(\(name) AS DOUBLE) AS VARCHAR)"
        default: "CAST(\(name) AS VARCHAR)"
        }
    }

    /// A test of single values.
    /// - Parameters:
    ///   - grouped: whether distinct values are tested instead of rows, for tests that cost more than a comparison of numbers.
    ///   - expected: what an expected value meets, given the SQL of the value.
    func compileTest(
        _ scan: inout ValidationScan, grouped: Bool, expected: (String) throws(MartletError) -> String
    ) throws(MartletError) -> Compiled {
        let name = SQL.name(columnName)
        let all = scan.rows("count(*)", where: condition)
        let known = scan.rows("count(\(name))", where: condition)
        let wrong: ValidationScan.Handle
        if grouped {
            let test = "v IS NOT NULL AND NOT coalesce(\(try expected("v")), false)"
            wrong = scan.groups(of: [columnName], where: condition, "coalesce(sum(n) FILTER (WHERE \(test)), 0)")
        } else {
            wrong = scan.rows("count(*)", where: condition(and: "\(name) IS NOT NULL AND NOT (\(try expected(name)))"))
        }
        let found = condition(and: "\(name) IS NOT NULL AND NOT coalesce(\(try expected(name)), false)")
        return Compiled(
            judge: { answers in
                let rows = answers.count(all)
                return judge(rows: rows, missing: rows - answers.count(known), unexpected: answers.count(wrong))
            }, unexpected: Compiled.Unexpected(columns: [columnName], condition: found))
    }

    /// Every row whose values occur more than once is unexpected, the first one too.
    func compileUnique(_ scan: inout ValidationScan) -> Compiled {
        let names = expectation.columns
        let values = names.count == 1 ? ["v"] : names.indices.map { "v\($0)" }
        let isJudged = judging(values)
        let all = scan.groups(of: names, where: condition, "coalesce(sum(n), 0)")
        let present = scan.groups(of: names, where: condition, "coalesce(sum(n) FILTER (WHERE \(isJudged)), 0)")
        let wrong = scan.groups(of: names, where: condition, "coalesce(sum(n) FILTER (WHERE n > 1 AND (\(isJudged))), 0)")
        let list = names.map(SQL.name)
        let source =
            "SELECT *, count(*) OVER (PARTITION BY \(list.joined(separator: ", "))) AS martlet_count FROM (\(table.numbered)) WHERE \(condition(and: judging(list)))"
        return Compiled(
            judge: { answers in
                let rows = answers.count(all)
                return judge(rows: rows, missing: rows - answers.count(present), unexpected: answers.count(wrong))
            }, unexpected: Compiled.Unexpected(columns: names, source: source, condition: "martlet_count > 1"))
    }

    /// Which rows of one or several columns are judged, by `ignore_row_if`: as a rule those in which not all values are missing.
    func judging(_ names: [String]) -> String {
        switch expectation.arguments["ignore_row_if"].text {
        case "never", "neither": "true"
        case "any_value_is_missing", "either_value_is_missing": names.map { "\($0) IS NOT NULL" }.joined(separator: " AND ")
        default: names.map { "\($0) IS NOT NULL" }.joined(separator: " OR ")
        }
    }

    /// Every value against the one before it, missing ones left out. What cannot be told apart, as infinity less infinity, is as expected.
    func compileOrder(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let name = SQL.name(columnName)
        let all = scan.rows("count(*)", where: condition)
        let known = scan.rows("count(\(name))", where: condition)
        let sign = (expectation.type == .valuesToBeIncreasing ? ">" : "<") + (expectation.arguments["strictly"].flag == true ? "" : "=")
        let value = comparable(name, kind)
        let same = kind == .number ? " OR (isinf(CAST(\(name) AS DOUBLE)) AND \(name) = martlet_before)" : ""
        let before = kind == .boolean ? "CAST(martlet_before AS DOUBLE)" : "martlet_before"
        let wrong = "martlet_before IS NOT NULL AND NOT (\(value) \(sign) \(before)\(same))"
        func source(_ rows: String) -> String {
            "SELECT *, lag(\(name)) OVER () AS martlet_before FROM \(rows) WHERE \(condition(and: "\(name) IS NOT NULL"))"
        }
        let unexpected = scan.selection("SELECT count(*) FROM (\(source(table.relation))) WHERE \(wrong)")
        return Compiled(
            judge: { answers throws(MartletError) in
                let (rows, present) = (answers.count(all), answers.count(known))
                if kind == .text, present > 1 { throw unfit(kind, "an order is of numbers and moments") }
                return judge(rows: rows, missing: rows - present, unexpected: answers.count(unexpected))
            },
            unexpected: Compiled.Unexpected(columns: [columnName], source: source("(\(table.numbered))"), condition: wrong))
    }
}
