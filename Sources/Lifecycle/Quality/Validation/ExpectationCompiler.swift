import DuckDB
import Support
import Tables

/// Turns one expectation into aggregates of a scan and the judgement of their answers.
struct ExpectationCompiler {
    typealias Compiled = CompiledExpectation

    let expectation: Expectation
    let table: CheckedTable
    /// The row condition as SQL; nil judges every row.
    let condition: String?
    /// Where values stand that were judged outside the engine.
    let scratch: ScratchValues

    /// - Throws: `invalidInput` for a row condition that the engine does not understand.
    init(_ expectation: Expectation, _ table: CheckedTable, _ scratch: ScratchValues) throws(MartletError) {
        self.expectation = expectation
        self.table = table
        self.scratch = scratch
        condition = try expectation.rowCondition().map { "(\($0)\n)" }
        if let condition {
            do { _ = try table.engine.query("SELECT 1 FROM \(table.relation) WHERE \(condition) LIMIT 0") } catch {
                throw MartletError(.invalidInput, "the row_condition \(condition) cannot be understood.", cause: error.cause)
            }
        }
    }

    /// - Throws: `invalidInput` with the reason where the expectation cannot be judged.
    func compile(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        for name in expectation.columns where expectation.type != .columnToExist && expectation.type != .columnsMatchOrderedList {
            _ = try kind(of: name)
        }
        switch expectation.type {
        case .columnToExist, .columnCountBetween, .columnCountEqual, .columnsMatchSet, .columnsMatchOrderedList: return try compileShape()
        case .valuesToBeOfType, .valuesToBeInTypeList, .columnTypeToBe: return try compileType(&scan)
        case .rowCountBetween, .rowCountEqual: return compileRowCount(&scan)
        case .rowCountEqualOther: return try compileOtherRowCount(&scan)
        case .unexpectedRows: return try compileUnexpectedRows(&scan)
        case .valuesToNotBeNull, .valuesToBeNull: return compileNulls(&scan)
        case .valuesToBeBetween, .valuesToBeInSet, .valuesToNotBeInSet, .lengthsToBeBetween, .lengthsToEqual: return try compileValues(&scan)
        case .valuesToMatchRegex, .valuesToNotMatchRegex, .valuesToMatchRegexList, .valuesToNotMatchRegexList, .valuesToMatchLike,
            .valuesToNotMatchLike, .valuesToMatchLikeList, .valuesToNotMatchLikeList:
            return try compilePatterns(&scan)
        case .valuesToMatchStrftime, .valuesToBeDates, .valuesToBeJSON: return try compileForms(&scan)
        case .valuesToBeUnique, .compoundColumnsUnique: return compileUnique(&scan)
        case .valuesToBeIncreasing, .valuesToBeDecreasing: return try compileOrder(&scan)
        case .zScoresToBeLessThan, .valuesToNotBeOutliers: return try compileOutliers(&scan)
        case .pairAGreaterThanB, .pairEqual, .pairInSet, .multicolumnSumEqual, .multicolumnEqual, .uniqueWithinRecord: return try compileRows(&scan)
        case .minToBeBetween, .maxToBeBetween: return try compileExtreme(&scan)
        case .meanToBeBetween, .medianToBeBetween, .stdevToBeBetween, .sumToBeBetween: return try compileFigure(&scan)
        case .uniqueCountToBeBetween, .uniqueProportionToBeBetween, .nonNullProportionToBeBetween: return try compileShare(&scan)
        case .quantilesToBeBetween: return try compileQuantiles(&scan)
        case .distinctToBeInSet, .distinctToContainSet, .distinctToEqualSet: return try compileDistinct(&scan)
        case .mostCommonToBeInSet: return try compileMostCommon(&scan)
        case .divergenceToBeLessThan: return try compileDivergence(&scan)
        }
    }

    // MARK: Pieces

    func kind(of name: String) throws(MartletError) -> ColumnKind { try table.kind(of: name) }

    var columnName: String { expectation.column ?? "" }

    /// The condition with a further one.
    func condition(and other: String) -> String { condition.map { "\($0) AND (\(other))" } ?? other }

    /// An error about a figure that values of this kind do not have.
    func unfit(_ kind: ColumnKind, _ what: String) -> MartletError {
        MartletError(.invalidInput, "“\(columnName)” holds \(kind.rawValue) values; \(what).")
    }

    /// A value of the arguments as SQL, to be held against a column of a kind; nil where no value of that kind equals it, as a text equals no number.
    func literal(_ value: JSONValue, _ kind: ColumnKind, column: String? = nil) -> String? {
        switch (kind, value) {
        case (.text, .string(let text)): return SQL.text(text)
        case (.integer, .integer(let number)): return "\(number)"
        case (.integer, .number), (.number, .integer), (.number, .number), (.boolean, .integer), (.boolean, .number):
            return value.double.map(SQL.number)
        case (.integer, .bool(let flag)), (.number, .bool(let flag)), (.boolean, .bool(let flag)): return flag ? "1" : "0"
        case (.timestamp, .string(let text)):
            guard let time = Timestamp(text) else { return nil }
            return
                "CAST(\(SQL.text(time.description)) AS \(table.type(of: column ?? columnName).contains("WITH TIME ZONE") ? "TIMESTAMPTZ" : "TIMESTAMP"))"
        default: return nil
        }
    }

    /// The values of a list that can be equal to one of that kind, as SQL.
    func literals(_ values: [JSONValue], _ kind: ColumnKind) -> [String] { values.compactMap { literal($0, kind) } }

    /// A limit as SQL. A number may be written as a text.
    private func limit(_ value: JSONValue, _ kind: ColumnKind) throws(MartletError) -> String {
        if let text = literal(value, kind) { return text }
        if kind != .text, kind != .timestamp, let number = value.text.flatMap(Double.init) { return SQL.number(number) }
        throw MartletError(.invalidInput, "\(value.compact) cannot be compared with the \(kind.rawValue) values of “\(columnName)”.")
    }

    /// A column as SQL, comparable with literals of its kind.
    func comparable(_ name: String, _ kind: ColumnKind) -> String { kind == .boolean ? "CAST(\(name) AS DOUBLE)" : name }

    /// `min_value` and `max_value` with their strictness, as a condition on an expression.
    func bounds(on expression: String, _ kind: ColumnKind) throws(MartletError) -> String {
        var parts: [String] = []
        let arguments = expectation.arguments
        if !arguments["min_value"].isNull {
            parts.append("\(expression) \(arguments["strict_min"].flag == true ? ">" : ">=") \(try limit(arguments["min_value"], kind))")
        }
        if !arguments["max_value"].isNull {
            parts.append("\(expression) \(arguments["strict_max"].flag == true ? "<" : "<=") \(try limit(arguments["max_value"], kind))")
        }
        return parts.isEmpty ? "\(expression) IS NOT NULL" : parts.joined(separator: " AND ")
    }

    /// Whether a figure lies within `min_value` and `max_value`; moments in seconds since 1970.
    func isWithinBounds(_ value: Double) -> Bool {
        let arguments = expectation.arguments
        func limit(_ name: String) -> Double? {
            arguments[name].double ?? arguments[name].text.flatMap { Double($0) ?? Timestamp($0)?.seconds }
        }
        if let low = limit("min_value"), arguments["strict_min"].flag == true ? value <= low : value < low { return false }
        if let high = limit("max_value"), arguments["strict_max"].flag == true ? value >= high : value > high { return false }
        return true
    }

    /// The judgement of a figure; one that is unknown does not hold.
    func judged(_ value: Double?, _ observed: JSONValue? = nil) -> ExpectationResult {
        let shown = observed ?? value.map(ExpectationResult.figure) ?? .null
        return ExpectationResult(expectation, success: value.map(isWithinBounds) ?? false, observed: shown)
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
