package import Support

/// The two ends of a confidence interval.
package struct IntervalView: View, Equatable {
    package var lower: Double
    package var upper: Double

    package init(_ lower: Double, _ upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    package static let about = "A confidence interval."
    package static var members: [ViewMember<IntervalView>] { [.init("lower", \.lower), .init("upper", \.upper)] }
}

/// One objective of the charter against its last value.
package struct ObjectiveView: View {
    package enum Verdict: String, ViewWord {
        /// Measured and met.
        case green
        /// Measured and missed, or nothing measures it.
        case red
        /// Not known yet, or not confirmed by a person.
        case yellow
    }

    package enum Direction: String, ViewWord {
        case atLeast = "at_least"
        case atMost = "at_most"
    }

    package enum Judge: String, ViewWord {
        case point
        case lowerBound = "lower_bound"
        case upperBound = "upper_bound"
    }

    package var id: String
    /// The objective in words: “AUC on the test set is at least 0.92”.
    package var sentence: String
    package var metric: String
    /// Where it is measured: `test`, `production`.
    package var on: String
    package var direction: Direction
    /// The value that must be reached or not exceeded; nil where the other side of a comparison is not known yet.
    package var bound: Double?
    package var judge: Judge
    package var value: Double?
    package var interval: IntervalView?
    package var verdict: Verdict
    package var measuredAt: Timestamp?
    /// Why the verdict is what it is.
    package var reason: String

    package init(
        id: String, sentence: String, metric: String, on: String, direction: Direction = .atLeast, bound: Double?, judge: Judge = .point,
        value: Double? = nil, interval: IntervalView? = nil, verdict: Verdict, measuredAt: Timestamp? = nil, reason: String = ""
    ) {
        self.id = id
        self.sentence = sentence
        self.metric = metric
        self.on = on
        self.direction = direction
        self.bound = bound
        self.judge = judge
        self.value = value
        self.interval = interval
        self.verdict = verdict
        self.measuredAt = measuredAt
        self.reason = reason
    }

    package static let about = "One objective of the charter against its last value."
    package static var members: [ViewMember<ObjectiveView>] {
        [
            .init("id", \.id), .init("sentence", \.sentence), .init("metric", \.metric), .init("on", \.on, "Where it is measured."),
            .init("direction", \.direction), .init("bound", \.bound, "The value that must be reached or not exceeded."),
            .init("judge", \.judge, "Which end of the interval is judged."), .init("value", \.value, "The last value."),
            .init("interval", \.interval), .init("verdict", \.verdict), .init("measured_at", \.measuredAt),
            .init("reason", \.reason, "Why the verdict is what it is."),
        ]
    }
}
