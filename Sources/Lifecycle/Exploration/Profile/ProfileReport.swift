package import Tables

/// Figures about every column of a table, and what stands out in them.
package struct ProfileReport: Sendable, Equatable, Codable {
    package var rowCount: Int
    /// How many rows were drawn, with a fixed seed, for quantiles and for choosing which values to count; nil where every row was used.
    package var sampledRows: Int?
    package var columns: [ColumnProfile]
    /// What the columns have to do with each other; nil where that was not looked at.
    package var relations: TableRelations?

    package init(rowCount: Int, sampledRows: Int? = nil, columns: [ColumnProfile], relations: TableRelations? = nil) {
        self.rowCount = rowCount
        self.sampledRows = sampledRows
        self.columns = columns
        self.relations = relations
    }

    package subscript(name: String) -> ColumnProfile? { columns.first { $0.name == name } }
}

/// Figures about one column.
package struct ColumnProfile: Sendable, Equatable, Codable {
    package var name: String
    package var kind: ColumnKind
    /// Values that are there; infinite numbers count, NaN is missing.
    package var count: Int
    package var missing: Int
    /// How many different values there are.
    package var distinct: Int
    /// Whether `distinct` was counted; otherwise it is an estimate (HyperLogLog) that is a few percent off.
    package var distinctIsExact: Bool
    /// Of every kind but text, where there is a value to calculate with.
    package var numbers: NumberProfile?
    package var text: TextProfile?
    /// The most frequent values, most frequent first, then by value: at most 20. Numbers only where few are different; empty where no value repeats.
    package var topValues: [ValueCount]
    /// How often the most frequent values occur, in falling order, at most 100: of the columns whose values are listed.
    package var ranks: [Int]?
    /// What stands out, as sentences.
    package var alerts: [String]

    package init(_ name: String, kind: ColumnKind) {
        self.name = name
        self.kind = kind
        count = 0
        missing = 0
        distinct = 0
        distinctIsExact = true
        topValues = []
        alerts = []
    }
}

/// The distribution of a numeric column. Times are seconds since 1970, yes and no are 1 and 0.
///
/// Infinite numbers, and those beyond 1e75 whose powers a double cannot hold, take part in nothing but `infinite`.
package struct NumberProfile: Sendable, Equatable, Codable {
    package struct Quantile: Sendable, Equatable, Codable {
        package var probability: Double
        package var value: Double

        package init(_ probability: Double, _ value: Double) {
            self.probability = probability
            self.value = value
        }
    }

    package var minimum: Double
    package var maximum: Double
    package var mean: Double
    /// With n − 1 in the denominator; nil for fewer than two values.
    package var standardDeviation: Double?
    /// Adjusted Fisher–Pearson coefficient G1; nil for fewer than three values and where all are equal.
    package var skewness: Double?
    package var zeros: Int
    package var infinite: Int
    /// At 0.05, 0.25, 0.5, 0.75 and 0.95, interpolated linearly; of the sample where there is one.
    package var quantiles: [Quantile]
    /// Nil where all values are equal.
    package var histogram: Histogram?
    /// Excess kurtosis G2; nil for fewer than four values and where all are equal.
    package var kurtosis: Double?
    /// The median distance from the median; of the sample where there is one.
    package var medianDeviation: Double?
    package var negative = 0
    /// NaN, which counts as missing.
    package var notANumber = 0
    /// The edges of ten bins that hold a tenth of the values each, from the least value to the greatest; the inner ones of the sample where there
    /// is one.
    package var deciles: [Double] = []

    init(
        minimum: Double, maximum: Double, mean: Double, standardDeviation: Double?, skewness: Double?, zeros: Int, infinite: Int,
        quantiles: [Quantile], histogram: Histogram?
    ) {
        self.minimum = minimum
        self.maximum = maximum
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.skewness = skewness
        self.zeros = zeros
        self.infinite = infinite
        self.quantiles = quantiles
        self.histogram = histogram
    }

    /// The width of the middle half.
    package var interquartileRange: Double? {
        guard let low = quantiles.first(where: { $0.probability == 0.25 }), let high = quantiles.first(where: { $0.probability == 0.75 }) else {
            return nil
        }
        return high.value - low.value
    }

    package var median: Double? { quantiles.first { $0.probability == 0.5 }?.value }
}

/// Counts in bins of equal width from the smallest value to the largest. A value on an edge belongs to the bin above, the largest to the last.
package struct Histogram: Sendable, Equatable, Codable {
    package var minimum: Double
    package var maximum: Double
    package var counts: [Int]

    package init(minimum: Double, maximum: Double, counts: [Int]) {
        self.minimum = minimum
        self.maximum = maximum
        self.counts = counts
    }

    /// The `counts.count + 1` edges, from `minimum` to `maximum`.
    package var edges: [Double] {
        (0...counts.count).map { $0 == counts.count ? maximum : minimum + (maximum - minimum) * Double($0) / Double(max(1, counts.count)) }
    }
}

/// The values of a text column. Lengths are in Unicode code points; values are cut after 200.
package struct TextProfile: Sendable, Equatable, Codable {
    /// The first and last value in the order of their UTF-8 bytes.
    package var minimum: String
    package var maximum: String
    package var shortest: Int
    package var meanLength: Double
    package var longest: Int
    /// How many values have which length, where lengths differ; of the sample where there is one. Nil in profiles from before it was counted.
    package var lengths: Histogram?

    package init(minimum: String, maximum: String, shortest: Int, meanLength: Double, longest: Int) {
        self.minimum = minimum
        self.maximum = maximum
        self.shortest = shortest
        self.meanLength = meanLength
        self.longest = longest
    }
}

/// A value and how many rows hold it.
package struct ValueCount: Sendable, Equatable, Codable {
    /// As it is shown: the text, a number as JSON prints it, a time as RFC 3339, `true` or `false`; a class as `Column.category` writes it.
    package var value: String
    package var count: Int

    package init(_ value: String, _ count: Int) {
        self.value = value
        self.count = count
    }
}
