import DuckDB
import Support
import Tables

/// Texts that must be of a form: a date's, JSON's.
extension ExpectationCompiler {
    func compileForms(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        switch expectation.type {
        case .valuesToBeJSON:
            // Python reads numbers and truth values as no JSON, and NaN in a text as JSON.
            guard kind == .text else { return try compileTest(&scan, grouped: false) { _ in "false" } }
            return try compileJudged(&scan, kind, before: "json_valid(v)") { (try? JSONValue(parsing: Array($0.utf8), takesNaN: true)) != nil }
        case _ where kind != .text:
            let known = scan.rows("count(\(SQL.name(columnName)))", where: condition)
            return try compileTest(&scan, grouped: false) { _ in "true" }.requiring(known, unfit(kind, "dates are looked for in text"))
        case .valuesToMatchStrftime:
            let form = try StrftimeForm(expectation.arguments["strftime_format"].text ?? "")
            return try compileTest(&scan, grouped: true) { name in form.condition(on: name) }
        default:
            let form = "regexp_full_match(v, '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?')"
            return try compileJudged(&scan, kind, before: "\(form) AND try_cast(v AS TIMESTAMP) IS NOT NULL") { FreeDate.isReadable($0) }
        }
    }
}
