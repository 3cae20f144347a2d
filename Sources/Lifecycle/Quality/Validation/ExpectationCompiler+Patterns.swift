import DuckDB
import Foundation
import Support
import Tables

/// Regular expressions and LIKE patterns, tested on distinct values.
extension ExpectationCompiler {
    func compilePatterns(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let arguments = expectation.arguments
        let isLike = arguments["regex"].isNull && arguments["regex_list"].isNull
        let list = arguments[isLike ? "like_pattern_list" : "regex_list"].elements.compactMap(\.text)
        let patterns = list.isEmpty ? [arguments[isLike ? "like_pattern" : "regex"].text ?? ""] : list
        let takesAll = arguments["match_on"] == "all"
        let isUnwanted = [.valuesToNotMatchRegex, .valuesToNotMatchRegexList, .valuesToNotMatchLike, .valuesToNotMatchLikeList].contains(
            expectation.type)
        guard let tests = try isLike ? likes(patterns) : regexes(patterns) else {
            return try compileForeignRegexes(&scan, patterns, kind, takesAll, isUnwanted)
        }
        return try compileTest(&scan, grouped: true) { name throws(MartletError) in
            let matches = tests.map { $0(text(name, kind)) }.joined(separator: takesAll ? " AND " : " OR ")
            return isUnwanted ? "NOT (\(matches))" : "(\(matches))"
        }
    }

    private func likes(_ patterns: [String]) throws(MartletError) -> [(String) -> String]? {
        let escape = expectation.arguments["escape"].text.map { " ESCAPE \(SQL.text($0))" } ?? ""
        for pattern in patterns {
            do { _ = try table.engine.query("SELECT '' LIKE \(SQL.text(pattern))\(escape)") } catch {
                throw MartletError(.invalidInput, "the pattern “\(pattern)” cannot be understood.", cause: error.cause)
            }
        }
        return patterns.map { pattern in { "\($0) LIKE \(SQL.text(pattern))\(escape)" } }
    }

    /// Tests by the engine; nil where it does not understand all of the patterns.
    private func regexes(_ patterns: [String]) -> [(String) -> String]? {
        var tests: [(String) -> String] = []
        for pattern in patterns {
            guard let written = PatternDialect.engine(pattern), (try? table.engine.query("SELECT regexp_matches('', \(SQL.text(written)))")) != nil
            else { return nil }
            tests.append { "regexp_matches(\($0), \(SQL.text(written)))" }
        }
        return tests
    }

    /// Regular expressions that the engine cannot do: the distinct values are judged here.
    private func compileForeignRegexes(
        _ scan: inout ValidationScan, _ patterns: [String], _ kind: ColumnKind, _ takesAll: Bool, _ isUnwanted: Bool
    ) throws(MartletError) -> Compiled {
        var readers: [NSRegularExpression] = []
        for pattern in patterns {
            do { readers.append(try NSRegularExpression(pattern: pattern.replacing("(?P<", with: "(?<"))) } catch {
                throw MartletError(.invalidInput, "the regular expression “\(pattern)” cannot be understood.")
            }
        }
        return try compileJudged(&scan, kind, before: "false") { text in
            let all = NSRange(text.startIndex..., in: text)
            func matches(_ reader: NSRegularExpression) -> Bool { reader.firstMatch(in: text, range: all) != nil }
            return (takesAll ? readers.allSatisfy(matches) : readers.contains(where: matches)) != isUnwanted
        }
    }

    /// A test of distinct values outside the engine.
    /// - Parameters:
    ///   - before: what of the SQL value `v` the engine knows to be as expected.
    ///   - isExpected: the judgement of any other value, as text.
    func compileJudged(
        _ scan: inout ValidationScan, _ kind: ColumnKind, before: String, _ isExpected: @escaping (String) -> Bool
    ) throws(MartletError) -> Compiled {
        let name = SQL.name(columnName)
        let all = scan.rows("count(*)", where: condition)
        let known = scan.rows("count(\(name))", where: condition)
        let shown = text("v", kind)
        let values = ValidationScan.values(of: [columnName], in: table.relation, where: condition)
        return Compiled(next: { answers, _ throws(MartletError) in
            let doubtful = try table.engine.query(
                "SELECT \(shown) AS t, CAST(n AS DOUBLE) FROM (\(values)) WHERE v IS NOT NULL AND NOT coalesce(\(before), false)")
            var (unexpected, wrong) = (0, [String]())
            for row in 0..<doubtful.rowCount {
                guard let text = doubtful.columns[0].text?[row], !isExpected(text) else { continue }
                unexpected += Int(exactly: doubtful.columns[1].numbers?[row] ?? 0) ?? 0
                wrong.append(text)
            }
            let result = judge(rows: answers.count(all), missing: answers.count(all) - answers.count(known), unexpected: unexpected)
            guard !wrong.isEmpty else { return Compiled(judge: { _ in result }) }
            let found = condition(and: "\(name) IS NOT NULL AND \(text(name, kind)) IN (SELECT v FROM \(try scratch.keep(wrong)))")
            return Compiled(judge: { _ in result }, unexpected: Compiled.Unexpected(columns: [columnName], source: table.numbered, condition: found))
        })
    }
}
