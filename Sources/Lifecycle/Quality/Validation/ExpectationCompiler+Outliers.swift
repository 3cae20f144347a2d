import DuckDB
import Support
import Tables

/// Values far from the others: the column is measured first, then every value is held against the measure.
extension ExpectationCompiler {
    func compileOutliers(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let name = SQL.name(columnName)
        let isScore = expectation.type == .zScoresToBeLessThan
        let known = scan.rows("count(\(name))", where: condition)
        let isPlain = isScore || expectation.arguments["method"] == "std"
        guard kind == .number || kind == .integer || (isPlain && kind == .boolean) || (isScore && kind == .timestamp) else {
            return try compileTest(&scan, grouped: false) { _ in "true" }.requiring(known, unfit(kind, "outliers are of numbers"))
        }
        let number = kind == .timestamp ? "epoch(\(name))" : "CAST(\(name) AS DOUBLE)"
        let infinite = scan.rows("count(*)", where: condition(and: "isinf(\(number))"))
        let mean = scan.rows("avg(\(number))", where: condition)
        let deviation = scan.rows("stddev_samp(CASE WHEN abs(\(number)) < 1e150 THEN \(number) END)", where: condition)
        let quartiles = [0.25, 0.75].map { scan.rows("quantile_cont(\(number), \($0))", where: condition) }
        return Compiled(next: { answers, scan throws(MartletError) in
            let spread = answers.count(infinite) > 0 ? nil : answers[deviation]
            let test =
                isPlain ? farFromMean(number, answers[mean], spread, isScore) : outsideFences(number, quartiles.map { answers[$0] })
            return try compileTest(&scan, grouped: false) { _ in test }
        })
    }

    /// What a value meets that is not too many standard deviations away from the mean. Where there is no deviation to measure by, all do.
    private func farFromMean(_ number: String, _ mean: Double?, _ deviation: Double?, _ isScore: Bool) -> String {
        guard let mean, let deviation, mean.isFinite, deviation.isFinite else { return "true" }
        let distance = "(\(number) - \(SQL.number(mean)))"
        if isScore {
            guard deviation > 0 else { return "true" }
            let threshold = expectation.arguments["threshold"].double ?? 0
            let score = "\(distance) / \(SQL.number(deviation))"
            return expectation.arguments["double_sided"].flag ?? true
                ? "abs(\(score)) < \(SQL.number(abs(threshold)))" : "\(score) < \(SQL.number(threshold))"
        }
        let width = (expectation.arguments["multiplier"].double ?? 1.5) * deviation
        return width <= 0 ? "\(number) = \(SQL.number(mean))" : "abs(\(distance)) < \(SQL.number(width))"
    }

    /// What a value within Tukey's fences meets.
    private func outsideFences(_ number: String, _ quartiles: [Double?]) -> String {
        guard let low = quartiles[0], let high = quartiles[1], low.isFinite, high.isFinite else { return "true" }
        let reach = (expectation.arguments["multiplier"].double ?? 1.5) * (high - low)
        return "(\(number) >= \(SQL.number(low - reach)) AND \(number) <= \(SQL.number(high + reach)))"
    }
}
