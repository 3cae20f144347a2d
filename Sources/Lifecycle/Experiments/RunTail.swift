package import Database
package import Support

/// What comes to a run while somebody follows it.
package struct RunTail: Sendable {
    private struct Mark {
        var at: Int64
        var step: Int64
    }

    package let run: TrackedRun
    private let since: Timestamp
    private var marks: [Int64: Mark] = [:]

    /// - Parameter since: points up to that time are known.
    package init(of run: TrackedRun, since: Timestamp = Timestamp(microseconds: .min)) {
        self.run = run
        self.since = since
    }

    /// The points that are new since it was asked last, by metric and time: one step through an index for each metric of the run.
    /// - Parameter limit: the most that are given; the others come with the next question.
    package mutating func next(limit: Int, in session: SQLSession) throws -> [MetricPoint] {
        var metrics: [(number: Int64, name: String)] = []
        try session.scan(
            "SELECT l.metric, n.name FROM metric_latest l JOIN metric_name n ON n.id = l.metric WHERE l.run = ? ORDER BY n.name",
            [SQLValue(run.number)]
        ) { metrics.append(($0.integer(0) ?? 0, $0.text(1) ?? "")) }
        var points: [MetricPoint] = []
        for metric in metrics where points.count < limit {
            var mark = marks[metric.number] ?? Mark(at: since.microseconds, step: .max)
            try session.scan(
                "SELECT run, value, at, step FROM metric_point WHERE run = ? AND metric = ? AND (at, step) > (?, ?) ORDER BY at, step, value LIMIT ?",
                [SQLValue(run.number), .integer(metric.number), .integer(mark.at), .integer(mark.step), SQLValue(limit - points.count)]
            ) { row in
                mark = Mark(at: row.integer(2) ?? 0, step: row.integer(3) ?? 0)
                points.append(MetricPoint(metric.name, MetricValue.read(row, 1), at: Timestamp(microseconds: mark.at), step: mark.step))
            }
            marks[metric.number] = mark
        }
        return points
    }
}
