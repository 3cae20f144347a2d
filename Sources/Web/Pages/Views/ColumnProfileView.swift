import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How a column of a dataset looks.
package struct ColumnProfileView: Sendable {
    /// The distribution of a column of numbers or times.
    package struct Numbers: Sendable {
        package var minimum: Double
        package var median: Double?
        package var maximum: Double
        package var mean: Double
        package var deviation: Double?
        package var zeros: Int
        /// Edges of bins of equal width, one more than there are counts; empty where all values are equal.
        package var edges: [Double]
        package var counts: [Int]

        package init(
            minimum: Double, median: Double?, maximum: Double, mean: Double, deviation: Double?, zeros: Int, edges: [Double] = [], counts: [Int] = []
        ) {
            self.minimum = minimum
            self.median = median
            self.maximum = maximum
            self.mean = mean
            self.deviation = deviation
            self.zeros = zeros
            self.edges = edges
            self.counts = counts
        }
    }

    /// A value and the rows that hold it.
    package struct Frequent: Sendable {
        package var value: String
        package var count: Int

        package init(_ value: String, _ count: Int) {
            self.value = value
            self.count = count
        }
    }

    package var name: String
    /// `integer`, `number`, `text`, `boolean`, `timestamp`.
    package var kind: String
    /// What the column is for: `feature`, `target`, ...
    package var role: String
    /// Rows with a value, and without.
    package var count: Int
    package var missing: Int
    package var distinct: Int
    package var distinctIsExact: Bool
    /// Nil for text and for yes and no.
    package var numbers: Numbers?
    /// Mean length of texts in code points.
    package var meanLength: Double?
    /// How long texts are, where lengths differ.
    package var lengths: Numbers?
    /// The most frequent values, most frequent first.
    package var top: [Frequent]
    /// What stands out, a sentence each.
    package var alerts: [String]
    /// Further figures.
    package var facts: [FactView]

    package init(
        _ name: String, kind: String, role: String, count: Int, missing: Int, distinct: Int, distinctIsExact: Bool = true, numbers: Numbers? = nil,
        meanLength: Double? = nil, top: [Frequent] = [], alerts: [String] = [], facts: [FactView] = []
    ) {
        self.name = name
        self.kind = kind
        self.role = role
        self.count = count
        self.missing = missing
        self.distinct = distinct
        self.distinctIsExact = distinctIsExact
        self.numbers = numbers
        self.meanLength = meanLength
        self.top = top
        self.alerts = alerts
        self.facts = facts
    }

    var isTime: Bool { kind == "timestamp" }

    /// The share of rows without a value.
    var missingShare: Double { Double(missing) / Double(max(1, count + missing)) }

    /// How odd the column is: what stands out counts 1 each, a share of missing values and an uneven distribution a part of 1.
    var oddness: Double { Double(alerts.count) + missingShare + unevenness }

    /// 0 where all bins or values are equally frequent, 1 where one holds everything: 1 less the entropy over its greatest possible value.
    private var unevenness: Double {
        let counts = numbers?.counts ?? top.map(\.count)
        let total = Double(counts.reduce(0) { $0.addingReportingOverflow(max(0, $1)).partialValue })
        guard counts.count > 1, total > 0 else { return 0 }
        let entropy = counts.reduce(0.0) { sum, count in
            let share = Double(max(0, count)) / total
            return share > 0 ? sum - share * log(share) : sum
        }
        return min(max(1 - entropy / log(Double(counts.count)), 0), 1)
    }
}
