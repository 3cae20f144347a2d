package import Support

/// The traffic of an endpoint since a moment.
package struct TrafficView: View {
    package var since: Timestamp
    package var requests: Int
    package var rows: Int
    package var requestsPerSecond: Double
    /// The share of requests that were answered with an error, 0 to 1.
    package var errorRate: Double
    package var p50Milliseconds: Double?
    package var p95Milliseconds: Double?
    package var p99Milliseconds: Double?
    /// Rows that were answered but are missing from the prediction log.
    package var lostLogRows: Int

    package init(
        since: Timestamp, requests: Int, rows: Int, requestsPerSecond: Double, errorRate: Double, p50Milliseconds: Double? = nil,
        p95Milliseconds: Double? = nil, p99Milliseconds: Double? = nil, lostLogRows: Int = 0
    ) {
        self.since = since
        self.requests = requests
        self.rows = rows
        self.requestsPerSecond = requestsPerSecond
        self.errorRate = errorRate
        self.p50Milliseconds = p50Milliseconds
        self.p95Milliseconds = p95Milliseconds
        self.p99Milliseconds = p99Milliseconds
        self.lostLogRows = lostLogRows
    }

    package static let about = "The traffic of an endpoint."
    package static var members: [ViewMember<TrafficView>] {
        [
            .init("since", \.since), .init("requests", \.requests), .init("rows", \.rows), .init("requests_per_second", \.requestsPerSecond),
            .init("error_rate", \.errorRate, "Share of requests, 0 to 1."), .init("p50_ms", \.p50Milliseconds), .init("p95_ms", \.p95Milliseconds),
            .init("p99_ms", \.p99Milliseconds), .init("lost_log_rows", \.lostLogRows, "Rows answered that are missing from the prediction log."),
        ]
    }
}

/// The predictions of one day.
package struct DayView: View {
    /// `2026-11-23`, in UTC.
    package var day: String
    package var predictions: Int

    package init(_ day: String, _ predictions: Int) {
        self.day = day
        self.predictions = predictions
    }

    package static let about = "The predictions of one day."
    package static var members: [ViewMember<DayView>] { [.init("day", \.day, "A date in UTC."), .init("predictions", \.predictions)] }
}

/// One prediction in a list.
package struct PredictionView: View {
    package var id: String
    package var time: Timestamp
    /// The predicted class; nil for regression.
    package var label: String?
    /// The positive or predicted class's probability, or the predicted value.
    package var score: Double

    package init(id: String, time: Timestamp, label: String?, score: Double) {
        self.id = id
        self.time = time
        self.label = label
        self.score = score
    }

    package static let about = "One prediction."
    package static var members: [ViewMember<PredictionView>] {
        [
            .init("id", \.id), .init("time", \.time), .init("label", \.label, "The predicted class; null for regression."),
            .init("score", \.score, "The probability, or the predicted value."),
        ]
    }
}

/// A metric over time, measured with labels that came later.
package struct QualityView: View {
    /// One window of time.
    package struct Window: View {
        package var from: Timestamp
        package var to: Timestamp
        package var value: Double?
        package var interval: IntervalView?

        package init(from: Timestamp, to: Timestamp, value: Double?, interval: IntervalView? = nil) {
            self.from = from
            self.to = to
            self.value = value
            self.interval = interval
        }

        package static let about = "A metric in one window of time."
        package static var members: [ViewMember<Window>] {
            [.init("from", \.from), .init("to", \.to), .init("value", \.value), .init("interval", \.interval)]
        }
    }

    package var metric: String
    /// The bound of the objective that judges this metric in production, if there is one.
    package var bound: Double?
    package var direction: ObjectiveView.Direction
    /// Oldest first.
    package var windows: [Window]

    package init(metric: String, bound: Double? = nil, direction: ObjectiveView.Direction = .atLeast, windows: [Window]) {
        self.metric = metric
        self.bound = bound
        self.direction = direction
        self.windows = windows
    }

    package static let about = "A metric over time, measured with labels that came later."
    package static var members: [ViewMember<QualityView>] {
        [
            .init("metric", \.metric), .init("bound", \.bound, "Of the objective that judges it."), .init("direction", \.direction),
            .init("windows", \.windows, "Oldest first."),
        ]
    }
}
