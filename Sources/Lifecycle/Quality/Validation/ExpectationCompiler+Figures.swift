import DuckDB
import Foundation
import Support
import Tables

/// Expectations on the figures of a column.
extension ExpectationCompiler {
    /// Least and greatest values; of text and moments as well, compared by the engine.
    func compileExtreme(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let name = SQL.name(columnName)
        let function = expectation.type == .minToBeBetween ? "min" : "max"
        let value = comparable(name, kind)
        let known = scan.rows("count(\(name))", where: condition)
        // A wide integer is read as text, which keeps every digit.
        let isWhole = kind == .integer
        let filter = condition.map { " FILTER (WHERE \($0))" } ?? ""
        let figure = scan.rows(isWhole ? "CAST(\(function)(\(name))\(filter) AS VARCHAR)" : "\(function)(\(name))\(filter)")
        var within: ValidationScan.Handle?
        var failure: MartletError?
        do { within = scan.rows("CAST(\(try bounds(on: "\(function)(\(value))\(filter)", kind)) AS INTEGER)") } catch { failure = error }
        return Compiled { [failure, within] answers throws(MartletError) in
            if answers.count(known) == 0 { return judged(nil) }
            if let failure { throw failure }
            let shown = isWhole ? ExpectationResult.whole(answers.value(figure)) : answers[figure].map(ExpectationResult.figure)
            let observed = kind == .integer || kind == .number ? shown ?? .null : answers.value(figure)
            return ExpectationResult(expectation, success: within.flatMap { answers[$0] } == 1, observed: observed)
        }
    }

    /// Mean, median, standard deviation and sum.
    func compileFigure(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let name = SQL.name(columnName)
        let known = scan.rows("count(\(name))", where: condition)
        let type = expectation.type
        let isOfMoments = kind == .timestamp && (type == .meanToBeBetween || type == .medianToBeBetween)
        guard kind != .text, kind != .timestamp || isOfMoments else {
            let none = type == .sumToBeBetween ? judged(0, 0) : judged(nil)
            return Compiled { answers throws(MartletError) in
                if answers.count(known) > 0 { throw unfit(kind, "this figure is of numbers") }
                return none
            }
        }
        let number = isOfMoments ? "epoch(\(name))" : "CAST(\(name) AS DOUBLE)"
        switch type {
        case .sumToBeBetween: return compileSum(&scan, name, number, kind, known)
        case .stdevToBeBetween:
            let infinite = scan.rows("count(*)", where: condition(and: "isinf(\(number))"))
            let figure = scan.rows("stddev_samp(CASE WHEN abs(\(number)) < 1e150 THEN \(number) END)", where: condition)
            return Compiled { answers in judged(answers.count(infinite) > 0 ? nil : answers[figure]) }
        default:
            let figure = scan.rows("\(type == .meanToBeBetween ? "avg" : "median")(\(number))", where: condition)
            return Compiled { answers in
                let value = answers[figure]
                return judged(value, isOfMoments ? value.map { .string(Timestamp(seconds: $0).description) } : nil)
            }
        }
    }

    /// A sum over nothing is 0. Sums of whole numbers keep every digit.
    private func compileSum(
        _ scan: inout ValidationScan, _ name: String, _ number: String, _ kind: ColumnKind, _ known: ValidationScan.Handle
    ) -> Compiled {
        let sum = scan.rows("sum(\(number))", where: condition)
        guard kind != .number else { return Compiled { answers in judged(answers.count(known) == 0 ? 0 : answers[sum]) } }
        let filter = condition.map { " FILTER (WHERE \($0))" } ?? ""
        let exact = scan.rows("CAST(sum(CAST(\(name) AS HUGEINT))\(filter) AS VARCHAR)")
        return Compiled { answers in judged(answers[sum] ?? 0, ExpectationResult.whole(answers.value(exact)) ?? 0) }
    }

    /// Counts and shares of distinct and of known values.
    func compileShare(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let name = SQL.name(columnName)
        if expectation.type == .nonNullProportionToBeBetween {
            let all = scan.rows("count(*)", where: condition)
            let known = scan.rows("count(\(name))", where: condition)
            return Compiled { answers in judged(answers.count(all) == 0 ? 0 : Double(answers.count(known)) / Double(answers.count(all))) }
        }
        let distinct = scan.groups(of: [columnName], where: condition, "count(v)")
        let known = scan.groups(of: [columnName], where: condition, "coalesce(sum(n) FILTER (WHERE v IS NOT NULL), 0)")
        let isShare = expectation.type == .uniqueProportionToBeBetween
        return Compiled { answers in
            let count = Double(answers.count(distinct))
            return judged(isShare ? (answers.count(known) == 0 ? 0 : count / Double(answers.count(known))) : count)
        }
    }

    /// Quantiles: single values of the sorted column, whose places are known once the values are counted.
    func compileQuantiles(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let name = SQL.name(columnName)
        let known = scan.rows("count(\(name))", where: condition)
        let quantiles = expectation.arguments["quantile_ranges"]["quantiles"].elements.compactMap(\.double)
        return Compiled(next: { answers, scan throws(MartletError) in
            let count = answers.count(known)
            guard count > 0 else { return Compiled { _ in judgedQuantiles(quantiles, quantiles.map { _ in .null }) } }
            guard kind != .text, kind != .timestamp else { throw unfit(kind, "quantiles are of numbers") }
            let isBetween = ["linear", "midpoint"].contains(expectation.arguments["allow_relative_error"].text)
            let places = quantiles.map { Place($0 * Double(count - 1), expectation.arguments["allow_relative_error"].text) }
            var handles: [(ValidationScan.Handle, ValidationScan.Handle)] = []
            for place in places {
                // The value at a place, from 0, is the discrete quantile in the middle of its step.
                func handle(_ at: Double) -> ValidationScan.Handle {
                    let value = "quantile_disc(\(comparable(name, kind)), \((at + 0.5) / Double(count)))"
                    let filter = condition.map { " FILTER (WHERE \($0))" } ?? ""
                    return scan.rows(kind == .integer ? "CAST(\(value)\(filter) AS VARCHAR)" : "\(value)\(filter)")
                }
                handles.append((handle(place.lower), handle(place.higher)))
            }
            return Compiled { answers in
                let values = zip(places, handles).map { place, handles -> JSONValue in
                    if kind == .integer, place.share == 0 { return ExpectationResult.whole(answers.value(handles.0)) ?? .null }
                    func number(_ handle: ValidationScan.Handle) -> Double {
                        answers[handle] ?? ExpectationResult.whole(answers.value(handle))?.double ?? .nan
                    }
                    let (low, high) = (number(handles.0), number(handles.1))
                    let value = place.share == 0 ? low : low + (high - low) * place.share
                    return kind == .boolean && !isBetween ? .bool(value != 0) : ExpectationResult.figure(value)
                }
                return judgedQuantiles(quantiles, values)
            }
        })
    }

    /// Where a quantile lies between two values of the sorted column.
    private struct Place {
        var lower: Double
        var higher: Double
        /// How far it is from the lower to the higher value.
        var share: Double

        /// - Parameter method: as numpy names it; the nearest value where nil, of two the one at the even place.
        init(_ place: Double, _ method: String?) {
            lower = place.rounded(.down)
            higher = place.rounded(.up)
            switch method {
            case "linear": share = place - lower
            case "midpoint": share = lower == higher ? 0 : 0.5
            case "lower": share = 0
            case "higher":
                lower = higher
                share = 0
            default:
                lower = place.rounded(.toNearestOrEven)
                share = 0
            }
        }
    }

    private func judgedQuantiles(_ quantiles: [Double], _ values: [JSONValue]) -> ExpectationResult {
        let ranges = expectation.arguments["quantile_ranges"]["value_ranges"].elements.map { $0.elements.map(\.double) }
        func isClose(_ value: Double, _ limit: Double) -> Bool { abs(value - limit) <= 1e-8 + 1e-4 * abs(limit) && limit.isFinite }
        let within = zip(values, ranges).map { shown, range -> Bool in
            guard let value = ExpectationResult.number(shown), range.count == 2 else { return false }
            let (low, high) = (range[0] ?? -.infinity, range[1] ?? .infinity)
            return (value >= low && value <= high) || isClose(value, low) || isClose(value, high)
        }
        let observed: JSONValue = ["quantiles": .array(quantiles.map { .number($0) }), "values": .array(values)]
        var result = ExpectationResult(expectation, success: within.allSatisfy(\.self), observed: observed)
        result.details = ["success_details": .array(within.map { .bool($0) })]
        return result
    }
}
