import DuckDB
import Support
import Tables

/// Turns one expectation into aggregates of a scan and the judgement of their answers.
struct ExpectationCompiler {
    /// An expectation with its aggregates asked for.
    struct Compiled {
        var judge: (ValidationScan.Answers) -> ExpectationResult
        /// For judgements of rows: the columns and the condition on grouped values or rows that is not expected.
        var unexpected: Unexpected?
    }

    /// How rows that were not expected are found again for examples.
    struct Unexpected {
        var columns: [String]
        /// On a row of the relation; nil where it depends on other rows.
        var rowCondition: String?
        /// On a group (`v`, `n`).
        var groupCondition: String?
    }

    let expectation: Expectation
    let columns: [TypedColumn]

    /// - Returns: nil with the reason where the expectation cannot be judged.
    func compile(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        for name in expectation.columns where expectation.type != .columnToExist && expectation.type != .columnsMatchOrderedList {
            _ = try kind(of: name)
        }
        switch expectation.type {
        case .columnToExist, .valuesToBeOfType, .valuesToBeInTypeList, .columnCountBetween, .columnCountEqual, .columnsMatchSet,
            .columnsMatchOrderedList:
            return try compileShape()
        case .rowCountBetween, .rowCountEqual: return compileRowCount(&scan)
        case .valuesToNotBeNull, .valuesToBeNull: return compileNulls(&scan)
        case .valuesToBeBetween, .valuesToBeInSet, .valuesToNotBeInSet, .valuesToMatchRegex, .valuesToNotMatchRegex, .lengthsToBeBetween,
            .lengthsToEqual:
            return try compileValues(&scan)
        case .valuesToBeUnique, .compoundColumnsUnique: return compileUnique(&scan)
        case .pairAGreaterThanB, .pairEqual, .multicolumnSumEqual: return try compileRows(&scan)
        case .minToBeBetween, .maxToBeBetween, .meanToBeBetween, .medianToBeBetween, .stdevToBeBetween, .sumToBeBetween, .uniqueCountToBeBetween,
            .uniqueProportionToBeBetween:
            return try compileFigure(&scan)
        case .quantilesToBeBetween: return try compileQuantiles(&scan)
        case .distinctToBeInSet, .distinctToContainSet, .distinctToEqualSet: return try compileDistinct(&scan)
        case .mostCommonToBeInSet: return try compileMostCommon(&scan)
        }
    }

    // MARK: Pieces

    /// The kind of a column.
    /// - Throws: `invalidInput` with the nearest name.
    func kind(of name: String) throws(MartletError) -> ColumnKind {
        guard let column = columns.first(where: { $0.name == name }) else {
            throw MartletError(.invalidInput, "there is no column “\(name)”.\(didYouMean(name, among: columns.map(\.name)))")
        }
        return column.kind
    }

    var columnName: String { expectation.column ?? "" }

    var condition: String? { expectation.rowCondition.map { "(\($0)\n)" } }

    /// The condition with a further one.
    func condition(and other: String) -> String { condition.map { "\($0) AND (\(other))" } ?? other }

    /// A value of the arguments as SQL, to be compared with a column of a kind.
    func literal(_ value: JSONValue, _ kind: ColumnKind) throws(MartletError) -> String {
        switch kind {
        case .text:
            if let text = value.text { return SQL.text(text) }
            if let flag = value.flag { return SQL.text(flag ? "true" : "false") }
            if let number = value.double { return SQL.text(JSONValue.text(of: number)) }
        case .integer, .number, .boolean:
            if let number = value.double { return SQL.number(number) }
            if let flag = value.flag { return flag ? "1e0" : "0e0" }
            if let text = value.text, let number = Double(text) { return SQL.number(number) }
        case .timestamp:
            if let text = value.text, let time = Timestamp(text) { return "make_timestamp(\(time.microseconds))" }
        }
        throw MartletError(.invalidInput, "\(value.compact) cannot be compared with the \(kind.rawValue) values of “\(columnName)”.")
    }

    /// A column as SQL, comparable with literals of its kind.
    func comparable(_ name: String, _ kind: ColumnKind) -> String { kind == .boolean ? "CAST(\(name) AS DOUBLE)" : name }

    /// `min_value` and `max_value` with their strictness, as a condition on an expression.
    func bounds(on expression: String, _ kind: ColumnKind) throws(MartletError) -> String {
        var parts: [String] = []
        let arguments = expectation.arguments
        if !arguments["min_value"].isNull {
            parts.append("\(expression) \(arguments["strict_min"].flag == true ? ">" : ">=") \(try literal(arguments["min_value"], kind))")
        }
        if !arguments["max_value"].isNull {
            parts.append("\(expression) \(arguments["strict_max"].flag == true ? "<" : "<=") \(try literal(arguments["max_value"], kind))")
        }
        return parts.joined(separator: " AND ")
    }

    /// Whether a figure lies within `min_value` and `max_value`.
    func isWithinBounds(_ value: Double) -> Bool {
        let arguments = expectation.arguments
        if let low = arguments["min_value"].double, arguments["strict_min"].flag == true ? value <= low : value < low { return false }
        if let high = arguments["max_value"].double, arguments["strict_max"].flag == true ? value >= high : value > high { return false }
        return true
    }

    /// The judgement of rows: enough of those that are judged must be as expected. With nothing to judge it holds.
    func judge(rows: Int, missing: Int?, unexpected: Int) -> ExpectationResult {
        let judged = rows - (missing ?? 0)
        let success = judged == 0 || Double(judged - unexpected) / Double(judged) >= expectation.mostly
        var result = ExpectationResult(expectation, success: success, elementCount: rows)
        result.missingCount = missing
        result.unexpectedCount = unexpected
        return result
    }
}
