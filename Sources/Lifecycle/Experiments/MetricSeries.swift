package import Database
package import Support

/// The history of a metric, drawn together to a bounded number of points that loses no extreme.
package struct MetricSeries: Sendable, Equatable {
    /// Points that follow each other: the last of them, with the least and the greatest value among them.
    package struct Bucket: Sendable, Equatable {
        package var step: Int64
        package var at: Timestamp
        package var value: Double
        /// NaN where no value of them is a number.
        package var least: Double
        package var greatest: Double

        package init(step: Int64, at: Timestamp, value: Double, least: Double, greatest: Double) {
            self.step = step
            self.at = at
            self.value = value
            self.least = least
            self.greatest = greatest
        }
    }

    package var metric: String
    /// How many points there are.
    package var count: Int
    package var buckets: [Bucket]

    /// Whether its buckets stand for more than one point each.
    package var isSampled: Bool { count > buckets.count }

    /// Reads the history by time: one pass, whose memory is that of the buckets.
    package init(of metric: String, in run: TrackedRun, buckets most: Int, in session: SQLSession) throws {
        self.metric = metric
        (count, buckets) = (0, [])
        guard let number = try MetricNames.number(of: metric, in: session), most > 0 else { return }
        let arguments = [SQLValue(run.number), SQLValue(number)]
        var total = 0
        try session.scan("SELECT count(*) FROM metric_point WHERE run = ? AND metric = ?", arguments) { total = Int($0.integer(0) ?? 0) }
        count = total
        let most = min(most, total)
        buckets.reserveCapacity(most)
        var place = 0
        try session.scan("SELECT run, value, at, step FROM metric_point WHERE run = ? AND metric = ? ORDER BY at, step, value", arguments) { row in
            let value = MetricValue.read(row, 1)
            let (at, step) = (Timestamp(microseconds: row.integer(2) ?? 0), row.integer(3) ?? 0)
            if place * most / total == buckets.count {
                buckets.append(Bucket(step: step, at: at, value: value, least: value, greatest: value))
            } else {
                buckets[buckets.count - 1].add(value, step: step, at: at)
            }
            place += 1
        }
    }
}

extension MetricSeries.Bucket {
    fileprivate mutating func add(_ value: Double, step: Int64, at: Timestamp) {
        (self.value, self.step, self.at) = (value, step, at)
        guard !value.isNaN else { return }
        least = least.isNaN ? value : min(least, value)
        greatest = greatest.isNaN ? value : max(greatest, value)
    }
}
