package import Support

/// A version behind an endpoint, with its part of the requests.
package struct VersionShareView: View {
    package var version: Int
    /// `champion`, `canary`, `split` or `shadow`.
    package var role: String
    /// Of the requests that insist on no version, 0 to 1; nil for a shadow.
    package var share: Double?
    package var requests: Int
    package var failed: Int
    package var p50Milliseconds: Double?
    package var p99Milliseconds: Double?
    /// Rows that a shadow was compared on; nil for what answers.
    package var comparedRows: Int?
    /// The share of these that it would have answered otherwise.
    package var disagreement: Double?
    /// The mean distance between its scores and those that were answered.
    package var meanDifference: Double?
    /// Requests that a shadow had no time for.
    package var dropped: Int?

    package init(
        version: Int, role: String, share: Double? = nil, requests: Int, failed: Int, p50Milliseconds: Double? = nil, p99Milliseconds: Double? = nil,
        comparedRows: Int? = nil, disagreement: Double? = nil, meanDifference: Double? = nil, dropped: Int? = nil
    ) {
        self.version = version
        self.role = role
        self.share = share
        self.requests = requests
        self.failed = failed
        self.p50Milliseconds = p50Milliseconds
        self.p99Milliseconds = p99Milliseconds
        self.comparedRows = comparedRows
        self.disagreement = disagreement
        self.meanDifference = meanDifference
        self.dropped = dropped
    }

    package static let about = "A version behind an endpoint, with what it answered since the requests are shared as they are."
    package static var members: [ViewMember<VersionShareView>] {
        [
            .init("version", \.version), .init("role", \.role, "champion, canary, split or shadow."),
            .init("share", \.share, "Of the requests, 0 to 1; null for a shadow."), .init("requests", \.requests), .init("failed", \.failed),
            .init("p50_ms", \.p50Milliseconds), .init("p99_ms", \.p99Milliseconds),
            .init("compared_rows", \.comparedRows, "Rows that a shadow was compared on."),
            .init("disagreement_rate", \.disagreement, "Share of these that it would have answered otherwise."),
            .init("mean_difference", \.meanDifference, "Mean distance between its scores and those answered."),
            .init("dropped", \.dropped, "Requests that a shadow had no time for."),
        ]
    }
}

/// A moment at which it changed who answers at an endpoint.
package struct ServingChangeView: View {
    package var time: Timestamp
    /// What answers from then on.
    package var what: String
    package var by: String
    package var reason: String

    package init(time: Timestamp, what: String, by: String, reason: String) {
        self.time = time
        self.what = what
        self.by = by
        self.reason = reason
    }

    package static let about = "A moment at which it changed who answers."
    package static var members: [ViewMember<ServingChangeView>] {
        [.init("time", \.time), .init("what", \.what, "What answers from then on."), .init("by", \.by), .init("reason", \.reason)]
    }
}
