import DuckDB
import Support
import Tables

/// Expectations on a column or a table as a whole.
extension ExpectationCompiler {
    // MARK: Figures of a column

    func compileFigure(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let name = SQL.name(columnName)
        switch expectation.type {
        case .uniqueCountToBeBetween, .uniqueProportionToBeBetween:
            let distinct = scan.groups(of: [columnName], where: condition, "count(v)")
            let known = scan.groups(of: [columnName], where: condition, "coalesce(sum(n) FILTER (WHERE v IS NOT NULL), 0)")
            let isShare = expectation.type == .uniqueProportionToBeBetween
            return Compiled { answers in
                let count = Double(answers.count(distinct))
                return judged(isShare ? (answers.count(known) == 0 ? 0 : count / Double(answers.count(known))) : count)
            }
        case .minToBeBetween, .maxToBeBetween: return try compileExtreme(&scan, name, kind)
        default: break
        }
        guard kind.isNumeric, kind != .timestamp else {
            throw MartletError(.invalidInput, "“\(columnName)” holds \(kind.rawValue) values; this figure is of numbers.")
        }
        let function =
            switch expectation.type {
            case .meanToBeBetween: "avg"
            case .medianToBeBetween: "median"
            case .stdevToBeBetween: "stddev_samp"
            default: "sum"
            }
        let figure = scan.rows("\(function)(CAST(\(name) AS DOUBLE))", where: condition)
        return Compiled { answers in judged(answers[figure]) }
    }

    /// Least and greatest values; of text and moments as well, compared by the engine.
    private func compileExtreme(_ scan: inout ValidationScan, _ name: String, _ kind: ColumnKind) throws(MartletError) -> Compiled {
        let function = expectation.type == .minToBeBetween ? "min" : "max"
        let value = comparable(name, kind)
        let figure = scan.rows("\(function)(\(value))", where: condition)
        let filter = condition.map { " FILTER (WHERE \($0))" } ?? ""
        let within = scan.rows("CAST(\(try bounds(on: "\(function)(\(value))\(filter)", kind)) AS INTEGER)")
        return Compiled { answers in ExpectationResult(expectation, success: answers[within] == 1, observed: answers.value(figure)) }
    }

    private func judged(_ value: Double?) -> ExpectationResult {
        ExpectationResult(expectation, success: value.map(isWithinBounds) ?? false, observed: JSONValue(value))
    }

    func compileQuantiles(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        guard kind.isNumeric, kind != .timestamp else {
            throw MartletError(.invalidInput, "“\(columnName)” holds \(kind.rawValue) values; quantiles are of numbers.")
        }
        let quantiles = expectation.arguments["quantile_ranges"]["quantiles"].elements.compactMap(\.double)
        let ranges = expectation.arguments["quantile_ranges"]["value_ranges"].elements.map { $0.elements.map(\.double) }
        let handles = quantiles.map { scan.rows("quantile_disc(CAST(\(SQL.name(columnName)) AS DOUBLE), \($0))", where: condition) }
        return Compiled { answers in
            let values = handles.map { answers[$0] }
            let within = zip(values, ranges).map { value, range -> Bool in
                guard let value, range.count == 2 else { return false }
                return value >= range[0] ?? -.infinity && value <= range[1] ?? .infinity
            }
            let observed: JSONValue = ["quantiles": .array(quantiles.map { .number($0) }), "values": .array(values.map { JSONValue($0) })]
            return ExpectationResult(expectation, success: within.allSatisfy(\.self), observed: observed)
        }
    }

    // MARK: Sets of values

    func compileDistinct(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let set = try Set(literals(expectation.arguments["value_set"].elements, kind))
        let members = set.sorted().joined(separator: ", ")
        let value = comparable("v", kind)
        let outside = scan.groups(of: [columnName], where: condition, "count(*) FILTER (WHERE v IS NOT NULL AND \(value) NOT IN (\(members)))")
        let inside = scan.groups(of: [columnName], where: condition, "count(*) FILTER (WHERE \(value) IN (\(members)))")
        let examples = scan.groups(of: [columnName], where: condition, "CAST(to_json(min(v, 20)) AS VARCHAR)")
        return Compiled { answers in
            let isWithin = answers.count(outside) == 0
            let isComplete = answers.count(inside) == set.count
            let success =
                switch expectation.type {
                case .distinctToBeInSet: isWithin
                case .distinctToContainSet: isComplete
                default: isWithin && isComplete
                }
            return ExpectationResult(expectation, success: success, observed: .array(answers.list(examples)))
        }
    }

    /// The most common value must be one, and in the set; with `ties_okay` one of several is enough.
    func compileMostCommon(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let set = try literals(expectation.arguments["value_set"].elements, kind).joined(separator: ", ")
        let known = "FILTER (WHERE v IS NOT NULL)"
        let counts = scan.groups(of: [columnName], where: condition, "CAST(to_json(max(n, 100) \(known)) AS VARCHAR)")
        let values = scan.groups(of: [columnName], where: condition, "CAST(to_json(arg_max(v, n, 100) \(known)) AS VARCHAR)")
        let members = scan.groups(
            of: [columnName], where: condition, "CAST(to_json(arg_max(\(comparable("v", kind)) IN (\(set)), n, 100) \(known)) AS VARCHAR)")
        let tiesAreFine = expectation.arguments["ties_okay"].flag == true
        return Compiled { answers in
            let top = answers.list(counts).first
            let ties = answers.list(counts).prefix { $0 == top }.count
            let hits = answers.list(members).prefix(ties).count { $0.flag == true }
            let success = tiesAreFine ? hits > 0 : ties == 1 && hits == 1
            return ExpectationResult(expectation, success: success, observed: .array(Array(answers.list(values).prefix(ties))))
        }
    }

    // MARK: Shape

    func compileRowCount(_ scan: inout ValidationScan) -> Compiled {
        let all = scan.rows("count(*)", where: condition)
        let isEqual = expectation.type == .rowCountEqual
        return Compiled { answers in
            let count = answers.count(all)
            let success = isEqual ? count == expectation.arguments["value"].int : isWithinBounds(Double(count))
            return ExpectationResult(expectation, success: success, observed: JSONValue(count))
        }
    }

    /// Judgements that need no row.
    func compileShape() throws(MartletError) -> Compiled {
        let arguments = expectation.arguments
        let names = columns.map(\.name)
        let result: ExpectationResult
        switch expectation.type {
        case .columnToExist:
            let index = names.firstIndex(of: columnName)
            let success = index != nil && (arguments["column_index"].int.map { $0 == index } ?? true)
            result = ExpectationResult(expectation, success: success)
        case .columnCountEqual:
            result = ExpectationResult(expectation, success: names.count == arguments["value"].int, observed: JSONValue(names.count))
        case .columnCountBetween:
            result = ExpectationResult(expectation, success: isWithinBounds(Double(names.count)), observed: JSONValue(names.count))
        case .columnsMatchSet:
            let set = Set(arguments["column_set"].elements.compactMap(\.text))
            let success = arguments["exact_match"].flag == false ? set.isSubset(of: names) : set == Set(names)
            result = ExpectationResult(expectation, success: success, observed: JSONValue(names))
        case .columnsMatchOrderedList:
            result = ExpectationResult(
                expectation, success: arguments["column_list"].elements.compactMap(\.text) == names, observed: JSONValue(names))
        default: result = try typeResult()
        }
        return Compiled { _ in result }
    }

    private func typeResult() throws(MartletError) -> ExpectationResult {
        let kind = try kind(of: columnName)
        let wanted =
            expectation.type == .valuesToBeOfType
            ? [expectation.arguments["type_"].text ?? ""] : expectation.arguments["type_list"].elements.compactMap(\.text)
        var success = false
        for word in wanted {
            guard let kinds = ExpectationCompiler.kinds(named: word) else {
                throw MartletError(.invalidInput, "there is no type “\(word)”.\(didYouMean(word, among: ColumnKind.allCases.map(\.rawValue)))")
            }
            success = success || kinds.contains(kind)
        }
        return ExpectationResult(expectation, success: success, observed: .string(kind.rawValue))
    }

    /// The kinds that a type's name means: our own words, and those of pandas, Python and SQL.
    private static func kinds(named word: String) -> [ColumnKind]? {
        if let kind = ColumnKind(rawValue: word) { return [kind] }
        switch word.lowercased() {
        case "int", "int8", "int16", "int32", "int64", "bigint", "smallint", "tinyint": return [.integer]
        case "float", "float32", "float64", "double", "real", "decimal", "numeric": return [.number]
        case "str", "string", "object", "varchar", "char", "category": return [.text]
        case "bool": return [.boolean]
        case "datetime", "datetime64", "datetime64[ns]", "date": return [.timestamp]
        default: return nil
        }
    }
}
