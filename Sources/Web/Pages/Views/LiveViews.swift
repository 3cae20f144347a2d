package import Support

/// The last minutes of an endpoint.
package struct LiveView: View {
    /// A few seconds of it.
    package struct Slot: View {
        package var time: Timestamp
        package var requestsPerSecond: Double
        package var p50Milliseconds: Double?
        package var p99Milliseconds: Double?
        package var failedPerSecond: Double
        package var refusedPerSecond: Double
        package var turnedAwayPerSecond: Double
        /// Rows that waited at its end.
        package var waiting: Int
        package var versions: [VersionRate]

        package init(
            time: Timestamp, requestsPerSecond: Double, p50Milliseconds: Double? = nil, p99Milliseconds: Double? = nil, failedPerSecond: Double = 0,
            refusedPerSecond: Double = 0, turnedAwayPerSecond: Double = 0, waiting: Int = 0, versions: [VersionRate] = []
        ) {
            self.time = time
            self.requestsPerSecond = requestsPerSecond
            self.p50Milliseconds = p50Milliseconds
            self.p99Milliseconds = p99Milliseconds
            self.failedPerSecond = failedPerSecond
            self.refusedPerSecond = refusedPerSecond
            self.turnedAwayPerSecond = turnedAwayPerSecond
            self.waiting = waiting
            self.versions = versions
        }

        package static let about = "A few seconds of an endpoint."
        package static var members: [ViewMember<Slot>] {
            [
                .init("time", \.time, "Its end."), .init("requests_per_second", \.requestsPerSecond),
                .init("p50_ms", \.p50Milliseconds, "Null where nothing was answered."), .init("p99_ms", \.p99Milliseconds),
                .init("failed_per_second", \.failedPerSecond), .init("refused_per_second", \.refusedPerSecond, "The callers' mistakes."),
                .init("turned_away_per_second", \.turnedAwayPerSecond, "Would have waited too long."),
                .init("waiting", \.waiting, "Rows that waited at its end."), .init("versions", \.versions, "Those that were asked."),
            ]
        }
    }

    /// How often a version was asked.
    package struct VersionRate: View {
        package var version: Int
        package var requestsPerSecond: Double
        package var p99Milliseconds: Double?

        package init(_ version: Int, requestsPerSecond: Double, p99Milliseconds: Double? = nil) {
            self.version = version
            self.requestsPerSecond = requestsPerSecond
            self.p99Milliseconds = p99Milliseconds
        }

        package static let about = "How often a version was asked."
        package static var members: [ViewMember<VersionRate>] {
            [.init("version", \.version), .init("requests_per_second", \.requestsPerSecond), .init("p99_ms", \.p99Milliseconds)]
        }
    }

    /// Oldest first.
    package var slots: [Slot]

    package init(slots: [Slot] = []) { self.slots = slots }

    package static let about = "The last minutes of an endpoint, in slots of a few seconds."
    package static var members: [ViewMember<LiveView>] { [.init("slots", \.slots, "Oldest first.")] }
}

/// How often inputs were unlike training, of one kind.
package struct GuardCountView: View {
    /// `range`, `category`, `missing` or `outlier`.
    package var kind: String
    package var warned: Int
    package var refused: Int

    package init(_ kind: String, warned: Int, refused: Int) {
        self.kind = kind
        self.warned = warned
        self.refused = refused
    }

    package static let about = "How often inputs were unlike training, since the server began."
    package static var members: [ViewMember<GuardCountView>] {
        [.init("kind", \.kind, "range, category, missing or outlier."), .init("warned", \.warned), .init("refused", \.refused)]
    }
}
