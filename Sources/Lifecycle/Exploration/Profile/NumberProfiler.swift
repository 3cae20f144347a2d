import DuckDB
import Support

/// Profiles numeric columns: one scan for sums, one over the sample for quantiles, one for histograms.
struct NumberProfiler {
    let engine: DuckDB
    let relation: String
    let sample: RelationSample

    /// Values are listed where at most so many are different.
    static let fewValues = 50
    static let probabilities = [0.05, 0.25, 0.5, 0.75, 0.95]
    private static let tenths = (0...10).map { Double($0) / 10 }

    /// What the sample says about one column.
    private struct Position {
        var centre = 0.0
        var quantiles: [NumberProfile.Quantile] = []
        var deciles: [Double] = []
        var medianDeviation: Double?
    }

    /// The profiles of a group of columns, in their order.
    func profiles(of columns: [MeasuredColumn]) throws(MartletError) -> [ColumnProfile] {
        try ScratchTable.with(longForm(columns.map(\.number), of: sample.relation), in: engine) { (long) throws(MartletError) in
            var profiles = try measure(columns, try positions(columns.count, in: long))
            try ScratchTable.with(ValueCounts.counting(long), in: engine) { (table) throws(MartletError) in
                try count(columns, sampled: ValueCounts(engine: engine, table: table), &profiles)
            }
            try HistogramReader(engine: engine, relation: relation, rowCount: sample.relationRows).add(columns, to: &profiles)
            return profiles
        }
    }

    // MARK: Quantiles

    private func positions(_ columnCount: Int, in long: String) throws(MartletError) -> [Position] {
        let wanted = Self.probabilities + Self.tenths
        let chosen = wanted.indices.map { "q[\($0 + 1)]" }.joined(separator: ", ")
        let quantiles = "quantile_cont(v, [\(wanted.map { "\($0)" }.joined(separator: ", "))])"
        let answer = try Answer(
            engine,
            """
            SELECT i, centre, deviation, \(chosen)
            FROM (SELECT i, avg(v) AS centre, mad(v) AS deviation, \(quantiles) AS q FROM \(long) GROUP BY i)
            """)
        var positions = Array(repeating: Position(), count: columnCount)
        for row in 0..<answer.rowCount where positions.indices.contains(answer.count(row, 0)) {
            let values = wanted.indices.map { answer.number(row, $0 + 3) ?? 0 }
            positions[answer.count(row, 0)] = Position(
                centre: answer.number(row, 1) ?? 0, quantiles: zip(Self.probabilities, values).map { .init($0, $1) },
                deciles: Array(values.dropFirst(Self.probabilities.count)), medianDeviation: answer.number(row, 2))
        }
        return positions
    }

    // MARK: Sums

    private static let figures = 12

    /// Powers are summed about the sample's mean, which keeps their digits.
    private func measure(_ columns: [MeasuredColumn], _ positions: [Position]) throws(MartletError) -> [ColumnProfile] {
        let inner = columns.enumerated().map { "\($1.sql) AS a\($0), \($1.number) AS f\($0)" }
        let outer = columns.enumerated().map { i, column in
            let offset = "(f\(i) - \(SQL.number(positions[i].centre)))"
            return """
                count(a\(i)), count_if(\(column.isNaN("a\(i)"))), count(f\(i)), min(f\(i)), max(f\(i)), sum\(offset), sum(\(offset) * \(offset)),
                sum(\(offset) * \(offset) * \(offset)), sum(\(offset) * \(offset) * \(offset) * \(offset)), count_if(f\(i) = 0),
                count_if(f\(i) < 0), \(sample.isWhole ? "0" : "approx_count_distinct(f\(i))")
                """
        }
        let sql = "SELECT \(outer.joined(separator: ", ")) FROM (SELECT \(inner.joined(separator: ", ")) FROM \(relation))"
        let answer = try Answer(engine, sql)
        return columns.enumerated().map { profile($1, positions[$0], answer, $0 * Self.figures) }
    }

    private func profile(_ column: MeasuredColumn, _ position: Position, _ answer: Answer, _ first: Int) -> ColumnProfile {
        var profile = ColumnProfile(column.name, kind: column.kind)
        profile.count = answer.count(0, first) - answer.count(0, first + 1)
        profile.missing = sample.relationRows - profile.count
        profile.distinct = min(answer.count(0, first + 11), profile.count)
        profile.distinctIsExact = false
        guard let low = answer.number(0, first + 3), let high = answer.number(0, first + 4) else { return profile }
        let n = answer.count(0, first + 2)
        let sums = (1...4).map { answer.number(0, first + 4 + $0) ?? 0 }
        let moments = Moments(count: Double(n), centre: position.centre, sums: sums)
        profile.numbers = NumberProfile(
            minimum: low, maximum: high, mean: low == high ? low : min(max(moments.mean, low), high),
            standardDeviation: low == high ? (n > 1 ? 0 : nil) : moments.standardDeviation, skewness: low == high ? nil : moments.skewness,
            zeros: answer.count(0, first + 9), infinite: profile.count - n, quantiles: position.quantiles, histogram: nil)
        profile.numbers?.kurtosis = low == high ? nil : moments.kurtosis
        profile.numbers?.negative = answer.count(0, first + 10)
        profile.numbers?.notANumber = answer.count(0, first + 1)
        profile.numbers?.medianDeviation = position.medianDeviation
        if position.deciles.count == Self.tenths.count { profile.numbers?.deciles = [low] + position.deciles[1...9] + [high] }
        return profile
    }

    // MARK: Values

    /// Counts different values exactly where the sample is everything or holds few of them, and lists few ones.
    private func count(_ columns: [MeasuredColumn], sampled: ValueCounts, _ profiles: inout [ColumnProfile]) throws(MartletError) {
        let distinct = try sampled.distinct()
        let few = columns.indices.filter { distinct[$0, default: 0] <= Self.fewValues }
        if sample.isWhole {
            for i in columns.indices { setDistinct(distinct[i, default: 0], &profiles[i]) }
            try list(few, sampled, &profiles)
        } else if !few.isEmpty {
            let select = ValueCounts.counting(few.map { ($0, columns[$0].number) }, in: relation)
            try ScratchTable.with(select, in: engine) { (table) throws(MartletError) in
                let counts = ValueCounts(engine: engine, table: table)
                let exact = try counts.distinct()
                for i in few { setDistinct(exact[i, default: 0], &profiles[i]) }
                try list(few.filter { exact[$0, default: 0] <= Self.fewValues }, counts, &profiles)
            }
        }
    }

    /// Infinite values, which were left out of the count, are at most two more; they make it inexact.
    private func setDistinct(_ distinct: Int, _ profile: inout ColumnProfile) {
        profile.distinct = distinct
        profile.distinctIsExact = (profile.numbers?.infinite ?? profile.count) == 0
        if !profile.distinctIsExact { profile.distinct += 1 }
    }

    private func list(_ few: [Int], _ counts: ValueCounts, _ profiles: inout [ColumnProfile]) throws(MartletError) {
        let lists = try counts.topNumbers(where: ValueCounts.isOne(of: few))
        for (i, list) in lists where profiles.indices.contains(i) {
            profiles[i].topValues = list.map { ValueCount(profiles[i].kind.category($0.value), $0.count) }
        }
    }
}
