import DuckDB
import Foundation
import Support
import Tables

/// The divergence of Kullback and Leibler of the observed shares from expected ones, in nats.
extension ExpectationCompiler {
    func compileDivergence(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let partition = expectation.arguments["partition_object"]
        let weights = partition["weights"].elements.compactMap(\.double)
        let tail = expectation.arguments["tail_weight_holdout"].double ?? 0
        if partition["bins"].isNull { return try compileCategories(&scan, kind, partition["values"].elements, weights, tail) }
        guard kind == .number || kind == .integer || kind == .boolean else {
            let known = scan.rows("count(\(SQL.name(columnName)))", where: condition)
            let none = ExpectationResult(expectation, success: expectation.arguments["threshold"].isNull, observed: .null)
            return Compiled { _ in none }.requiring(known, unfit(kind, "bins are of numbers"))
        }
        let bins = partition["bins"].elements.compactMap(\.double)
        guard let first = bins.first, let last = bins.last, bins.count == weights.count + 1, bins == bins.sorted() else {
            throw MartletError(.invalidInput, "the bins must grow, and be one more than the weights.")
        }
        let name = comparable(SQL.name(columnName), kind)
        let known = scan.rows("count(\(name))", where: condition)
        var handles = [scan.rows("count(*)", where: condition(and: "\(name) < \(SQL.number(first))"))]
        for i in weights.indices {
            let end = i == weights.count - 1 ? "<=" : "<"
            let within = "\(name) >= \(SQL.number(bins[i])) AND \(name) \(end) \(SQL.number(bins[i + 1]))"
            handles.append(scan.rows("count(*)", where: condition(and: within)))
        }
        handles.append(scan.rows("count(*)", where: condition(and: "\(name) > \(SQL.number(last))")))
        let expected = expectedShares(weights, tail, partition["tail_weights"].elements.compactMap(\.double))
        return Compiled { [handles] answers in
            let count = Double(answers.count(known))
            return judgedDivergence(handles.map { Double(answers.count($0)) / count }, expected)
        }
    }

    /// The expected shares with what is held back for empty bins and for both tails.
    private func expectedShares(_ weights: [Double], _ tail: Double, _ tails: [Double]) -> [Double] {
        let inner = expectation.arguments["internal_weight_holdout"].double ?? 0
        let empty = Double(weights.count { $0 == 0 })
        let shares = weights.map { $0 == 0 && inner > 0 ? inner / empty : $0 * (1 - tail - inner) }
        return [tails.first ?? tail / 2] + shares + [tails.last ?? tail / 2]
    }

    private func compileCategories(
        _ scan: inout ValidationScan, _ kind: ColumnKind, _ values: [JSONValue], _ weights: [Double], _ tail: Double
    ) throws(MartletError) -> Compiled {
        let known = scan.groups(of: [columnName], where: condition, "coalesce(sum(n) FILTER (WHERE v IS NOT NULL), 0)")
        let value = comparable("v", kind)
        let members = literals(values, kind).joined(separator: ", ")
        let isOther = members.isEmpty ? "v IS NOT NULL" : "v IS NOT NULL AND \(value) NOT IN (\(members))"
        let counts = values.map { element in
            literal(element, kind).map { scan.groups(of: [columnName], where: condition, "coalesce(sum(n) FILTER (WHERE \(value) = \($0)), 0)") }
        }
        let others = scan.groups(of: [columnName], where: condition, "CAST(to_json(list(n) FILTER (WHERE \(isOther))) AS VARCHAR)")
        return Compiled { answers in
            let count = Double(answers.count(known))
            let extra = answers.list(others).compactMap(\.double)
            let scale = extra.isEmpty ? 1 : 1 - tail
            let observed = counts.map { $0.map { Double(answers.count($0)) / count } ?? 0 } + extra.map { $0 / count }
            let expected = weights.map { $0 * scale } + extra.map { _ in tail / Double(extra.count) }
            return judgedDivergence(observed, expected)
        }
    }

    /// Both lists are scaled to the sum 1 first. A share of what is not expected at all makes it infinite, which is shown as nothing.
    private func judgedDivergence(_ observed: [Double], _ expected: [Double]) -> ExpectationResult {
        let sums = (observed.reduce(0, +), expected.reduce(0, +))
        let terms = zip(observed, expected).map { p, q -> Double in
            let (p, q) = (p / sums.0, q / sums.1)
            return p == 0 ? 0 : q == 0 ? .infinity : p * log(p / q)
        }
        let divergence = terms.reduce(0, +)
        let threshold = expectation.arguments["threshold"].double
        let success = threshold.map { divergence <= $0 } ?? true
        return ExpectationResult(expectation, success: success, observed: divergence.isFinite ? .number(divergence) : .null)
    }
}
