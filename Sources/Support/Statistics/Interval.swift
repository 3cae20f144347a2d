package import Support

/// A range that covers the true value with the given confidence.
package struct Interval: Sendable, Equatable, Codable {
    package var lower: Double
    package var upper: Double
    /// The confidence, for instance 0.95.
    package var level: Double
    /// How it was computed, for instance `percentile bootstrap`.
    package var method: String
    /// The resamples that it rests on.
    package var resamples: Int
    /// The resamples in which the figure was undefined, and which were left out.
    package var dropped: Int

    package init(lower: Double, upper: Double, level: Double, method: String, resamples: Int, dropped: Int = 0) {
        self.lower = lower
        self.upper = upper
        self.level = level
        self.method = method
        self.resamples = resamples
        self.dropped = dropped
    }

    /// The percentile interval of resampled values (Efron 1979), quantiles interpolated linearly. Values that are not finite are dropped and
    /// counted. Nil where fewer than half are defined, since what is left would say little.
    init?(percentilesOf values: [Double], level: Double) {
        let defined = values.filter(\.isFinite).sorted()
        guard !defined.isEmpty, defined.count * 2 >= values.count else { return nil }
        let tail = (1 - level) / 2
        self.init(
            lower: quantile(ofSorted: defined, tail), upper: quantile(ofSorted: defined, 1 - tail), level: level, method: "percentile bootstrap",
            resamples: defined.count, dropped: values.count - defined.count)
    }

    /// The interval as an object, as reports and the command line print it.
    package var json: JSONValue {
        [
            "lower": JSONValue(lower), "upper": JSONValue(upper), "level": JSONValue(level), "method": .string(method),
            "resamples": JSONValue(resamples), "dropped": JSONValue(dropped),
        ]
    }
}
