/// How many requests an endpoint answered, refused and failed in some period.
package struct RequestCounts: Sendable, Equatable {
    /// What became of a request.
    package enum Outcome: Sendable {
        case answered
        /// The caller's mistake (4xx).
        case refused
        /// The server's failure (5xx), overload included.
        case failed
    }

    package var answered = 0
    package var refused = 0
    package var failed = 0

    package init(answered: Int = 0, refused: Int = 0, failed: Int = 0) {
        self.answered = answered
        self.refused = refused
        self.failed = failed
    }

    /// Failed requests as a share of those that the server should have answered: callers' mistakes count on neither side. Nil where there was none.
    package var errorRate: Double? { answered + failed > 0 ? Double(failed) / Double(answered + failed) : nil }

    mutating func count(_ outcome: Outcome) {
        switch outcome {
        case .answered: answered += 1
        case .refused: refused += 1
        case .failed: failed += 1
        }
    }

    mutating func add(_ other: RequestCounts) {
        answered += other.answered
        refused += other.refused
        failed += other.failed
    }
}
