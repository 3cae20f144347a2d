import DuckDB
import Support

/// Profiles text columns. Where few values are different, everything follows from how often each occurs.
struct TextProfiler {
    let engine: DuckDB
    let relation: String
    let sample: RelationSample

    /// Every value of a column is counted where the sample holds at most so many different ones.
    static let fewValues = 10_000

    /// The profiles of a group of columns, in their order.
    func profiles(of columns: [MeasuredColumn]) throws(MartletError) -> [ColumnProfile] {
        var profiles = columns.map { ColumnProfile($0.name, kind: $0.kind) }
        for i in profiles.indices { profiles[i].missing = sample.relationRows }
        let long = "(\(longForm(columns.map(\.text), of: sample.relation)))"
        try ScratchTable.with(ValueCounts.counting(long), in: engine) { (table) throws(MartletError) in
            let sampled = ValueCounts(engine: engine, table: table)
            if sample.isWhole {
                try describe(sampled, &profiles)
            } else {
                try widen(sampled, columns, &profiles)
            }
            try addLengths(sampled, &profiles)
        }
        return profiles
    }

    /// From the sample to the whole relation.
    private func widen(_ sampled: ValueCounts, _ columns: [MeasuredColumn], _ profiles: inout [ColumnProfile]) throws(MartletError) {
        let distinct = try sampled.distinct()
        let few = columns.indices.filter { distinct[$0, default: 0] <= Self.fewValues }
        let many = columns.indices.filter { distinct[$0, default: 0] > Self.fewValues }
        if !few.isEmpty {
            let select = ValueCounts.counting(few.map { ($0, columns[$0].text) }, in: relation)
            try ScratchTable.with(select, in: engine) { (table) throws(MartletError) in
                try describe(ValueCounts(engine: engine, table: table), &profiles)
            }
        }
        if !many.isEmpty {
            try measure(many, columns, &profiles)
            try listFrequent(many, sampled, columns, &profiles)
        }
    }

    // MARK: From counts

    private func describe(_ counts: ValueCounts, _ profiles: inout [ColumnProfile]) throws(MartletError) {
        let sql = """
            SELECT i, sum(n), count(*), left(min(v), 200), left(max(v), 200), min(length(v)), sum(length(v) * n) / sum(n), max(length(v))
            FROM \(counts.table) GROUP BY i
            """
        let answer = try Answer(engine, sql)
        for row in 0..<answer.rowCount where profiles.indices.contains(answer.count(row, 0)) {
            set(&profiles[answer.count(row, 0)], answer, row, first: 1, isExact: true)
        }
        let short = profiles.indices.filter { profiles[$0].distinct <= 20 }
        for (i, list) in try counts.topTexts(where: "n > 1 OR \(ValueCounts.isOne(of: short))") where profiles.indices.contains(i) {
            profiles[i].topValues = list
        }
        for (i, ranks) in try counts.ranks(100) where profiles.indices.contains(i) && !profiles[i].topValues.isEmpty { profiles[i].ranks = ranks }
    }

    /// Reads count, distinct, smallest, largest, shortest, mean length, longest.
    private func set(_ profile: inout ColumnProfile, _ answer: Answer, _ row: Int, first: Int, isExact: Bool) {
        profile.count = answer.count(row, first)
        profile.missing = sample.relationRows - profile.count
        profile.distinct = min(answer.count(row, first + 1), profile.count)
        profile.distinctIsExact = isExact
        guard profile.count > 0 else { return }
        profile.text = TextProfile(
            minimum: answer.text(row, first + 2), maximum: answer.text(row, first + 3), shortest: answer.count(row, first + 4),
            meanLength: answer.number(row, first + 5) ?? 0, longest: answer.count(row, first + 6))
    }

    /// Adds how long the sampled values are, in bins of equal width; lengths that the sample does not reach lie in the last bin.
    private func addLengths(_ sampled: ValueCounts, _ profiles: inout [ColumnProfile]) throws(MartletError) {
        let answer = try Answer(engine, "SELECT i, length(v) AS l, sum(n) AS n FROM \(sampled.table) GROUP BY i, l")
        for row in 0..<answer.rowCount {
            let i = answer.count(row, 0)
            guard profiles.indices.contains(i), let text = profiles[i].text, text.longest > text.shortest else { continue }
            let (least, width) = (text.shortest, text.longest - text.shortest)
            // No more bins than lengths, so that none is empty by arithmetic.
            let bins = min(HistogramReader.binCount, width + 1)
            var lengths =
                text.lengths ?? Histogram(minimum: Double(least), maximum: Double(text.longest), counts: Array(repeating: 0, count: bins))
            let bin = max(0, answer.count(row, 1) - least) * bins / width
            lengths.counts[min(bins - 1, bin)] += answer.count(row, 2)
            profiles[i].text?.lengths = lengths
        }
    }

    // MARK: Of many values

    private func measure(_ many: [Int], _ columns: [MeasuredColumn], _ profiles: inout [ColumnProfile]) throws(MartletError) {
        let figures = many.map { i in
            let v = columns[i].text
            return """
                count(\(v)), approx_count_distinct(\(v)), left(min(\(v)), 200), left(max(\(v)), 200), min(length(\(v))), avg(length(\(v))),
                max(length(\(v)))
                """
        }
        let answer = try Answer(engine, "SELECT \(figures.joined(separator: ", ")) FROM \(relation)")
        for (position, i) in many.enumerated() { set(&profiles[i], answer, 0, first: position * 7, isExact: false) }
    }

    /// Counts the values that repeat in the sample, where any does.
    private func listFrequent(
        _ many: [Int], _ sampled: ValueCounts, _ columns: [MeasuredColumn], _ profiles: inout [ColumnProfile]
    ) throws(MartletError) {
        let candidates = sampled.top(20, where: "n > 1 AND \(ValueCounts.isOne(of: many))")
        try ScratchTable.with(candidates, in: engine) { (table) throws(MartletError) in
            let repeated = try ValueCounts(engine: engine, table: table).distinct().keys.sorted().filter { columns.indices.contains($0) }
            guard !repeated.isEmpty else { return }
            let select = ValueCounts.counting(repeated.map { ($0, columns[$0].text) }, in: relation, among: table)
            try ScratchTable.with(select, in: engine) { (counted) throws(MartletError) in
                for (i, list) in try ValueCounts(engine: engine, table: counted).topTexts(where: "true") where profiles.indices.contains(i) {
                    profiles[i].topValues = list
                }
            }
        }
    }
}
