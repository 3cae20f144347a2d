import DuckDB
import Support
import Tables

/// Profiles numeric columns: one scan for sums, one over the sample for quantiles, one for histograms.
struct NumberProfiler {
    let engine: DuckDB
    let relation: String
    let sample: RelationSample

    /// Values are listed where at most so many are different.
    static let fewValues = 50
    static let probabilities = [0.05, 0.25, 0.5, 0.75, 0.95]
    private static let median = 2
    /// From so many columns on, an expression for each takes more time than the values of a small table.
    private static let wide = 50
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
            let positions = try positions(columns.count, in: long)
            let isWide = sample.isWhole && columns.count > Self.wide
            let sums = isWide ? try sums(columns, positions, in: long) : try sums(columns, positions)
            var profiles = columns.indices.map { profile(columns[$0], positions[$0], sums[$0]) }
            try ScratchTable.with(ValueCounts.counting(long), in: engine) { (table) throws(MartletError) in
                try count(columns, sampled: ValueCounts(engine: engine, table: table), &profiles)
            }
            try HistogramReader(engine: engine, relation: relation, long: sample.isWhole ? long : nil).add(columns, to: &profiles)
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
            SELECT i, deviation, \(chosen) FROM (SELECT i, mad(v) AS deviation, \(quantiles) AS q FROM \(long) GROUP BY i)
            """)
        var positions = Array(repeating: Position(), count: columnCount)
        for row in 0..<answer.rowCount where positions.indices.contains(answer.count(row, 0)) {
            let values = wanted.indices.map { answer.number(row, $0 + 2) ?? 0 }
            positions[answer.count(row, 0)] = Position(
                centre: values[Self.median], quantiles: zip(Self.probabilities, values).map { .init($0, $1) },
                deciles: Array(values.dropFirst(Self.probabilities.count)), medianDeviation: answer.number(row, 1))
        }
        return positions
    }

    // MARK: Sums

    /// What all rows say about one column.
    private struct Sums {
        /// Values that are there, those that are no number or infinite included.
        var count = 0
        var notANumber = 0
        /// Values that can be calculated with.
        var finite = 0
        var low: Double?
        var high: Double?
        /// The powers of the values' distance from the sample's median: that is within a standard deviation of the mean, which keeps their digits, and
        /// the same however threads share the work.
        var powers = [0.0, 0, 0, 0]
        var zeros = 0
        var negative = 0
        /// An estimate; 0 where it is counted otherwise.
        var distinct = 0

        init() {}

        /// Reads `finite` and what follows it.
        init(_ answer: Answer, _ row: Int, _ first: Int) {
            finite = answer.count(row, first)
            (low, high) = (answer.number(row, first + 1), answer.number(row, first + 2))
            powers = (0..<4).map { answer.number(row, first + 3 + $0) ?? 0 }
            (zeros, negative, distinct) = (answer.count(row, first + 7), answer.count(row, first + 8), answer.count(row, first + 9))
        }
    }

    /// By one expression of every kind for every column: what is fast for many rows.
    private func sums(_ columns: [MeasuredColumn], _ positions: [Position]) throws(MartletError) -> [Sums] {
        let inner = columns.enumerated().map { "\($1.sql) AS a\($0), \($1.number) AS f\($0)" }
        let outer = columns.enumerated().map { i, column in
            let offset = "(f\(i) - \(SQL.number(positions[i].centre)))"
            return """
                \(presence(column, "a\(i)")), count(f\(i)), min(f\(i)), max(f\(i)), sum\(offset), sum(\(offset) * \(offset)),
                sum(\(offset) * \(offset) * \(offset)), sum(\(offset) * \(offset) * \(offset) * \(offset)), count_if(f\(i) = 0),
                count_if(f\(i) < 0), approx_count_distinct(f\(i))
                """
        }
        let answer = try Answer(engine, "SELECT \(outer.joined(separator: ", ")) FROM (SELECT \(inner.joined(separator: ", ")) FROM \(relation))")
        return columns.indices.map { i in
            var sums = Sums(answer, 0, i * 12 + 2)
            (sums.count, sums.notANumber) = (answer.count(0, i * 12), answer.count(0, i * 12 + 1))
            return sums
        }
    }

    /// By one expression over all values, in long form: a hundred columns of it take a tenth of the time in small tables.
    private func sums(_ columns: [MeasuredColumn], _ positions: [Position], in long: String) throws(MartletError) -> [Sums] {
        let centres = positions.map { SQL.number($0.centre) }.joined(separator: ", ")
        let places = positions.indices.map { "\($0)" }.joined(separator: ", ")
        let found = try Answer(
            engine,
            """
            SELECT i, count(v), min(v), max(v), sum(d), sum(d * d), sum(d * d * d), sum(d * d * d * d), count_if(v = 0), count_if(v < 0), 0
            FROM (SELECT i, v, v - centre AS d FROM \(long) JOIN (SELECT unnest([\(places)]) AS i, unnest([\(centres)]) AS centre) USING (i)) GROUP BY i
            """)
        var all = Array(repeating: Sums(), count: columns.count)
        for row in 0..<found.rowCount where all.indices.contains(found.count(row, 0)) { all[found.count(row, 0)] = Sums(found, row, 1) }
        let present = try Answer(engine, "SELECT \(columns.map { presence($0, $0.sql) }.joined(separator: ", ")) FROM \(relation)")
        for i in columns.indices { (all[i].count, all[i].notANumber) = (present.count(0, 2 * i), present.count(0, 2 * i + 1)) }
        return all
    }

    /// How many values there are, and how many of them are no number.
    private func presence(_ column: MeasuredColumn, _ value: String) -> String {
        "count(\(value)), \(column.kind == .number ? "count_if(\(column.isNaN(value)))" : "0")"
    }

    private func profile(_ column: MeasuredColumn, _ position: Position, _ sums: Sums) -> ColumnProfile {
        var profile = ColumnProfile(column.name, kind: column.kind)
        profile.count = sums.count - sums.notANumber
        profile.missing = sample.relationRows - profile.count
        profile.distinct = min(sums.distinct, profile.count)
        profile.distinctIsExact = false
        guard let low = sums.low, let high = sums.high else { return profile }
        let moments = Moments(count: Double(sums.finite), centre: position.centre, sums: sums.powers)
        profile.numbers = NumberProfile(
            minimum: low, maximum: high, mean: low == high ? low : min(max(moments.mean, low), high),
            standardDeviation: low == high ? (sums.finite > 1 ? 0 : nil) : moments.standardDeviation, skewness: low == high ? nil : moments.skewness,
            zeros: sums.zeros, infinite: profile.count - sums.finite, quantiles: position.quantiles, histogram: nil)
        profile.numbers?.kurtosis = low == high ? nil : moments.kurtosis
        profile.numbers?.negative = sums.negative
        profile.numbers?.notANumber = sums.notANumber
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
