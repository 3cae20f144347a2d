package import Support

/// What an endpoint answered in some period.
package struct ServingFigures: Sendable, Equatable {
    /// Requests that were answered, refused or failed.
    package var requests = 0
    /// Rows that were answered.
    package var rows = 0
    /// Requests that were the caller's mistake (4xx).
    package var refused = 0
    /// Requests that the server could not answer (5xx).
    package var failed = 0
    /// Of the answered requests.
    package var latency = LatencyHistogram()

    package init() {}

    /// Failed requests as a share of all, callers' mistakes left out; 0 without requests.
    package var errorRate: Double { requests > refused ? Double(failed) / Double(requests - refused) : 0 }

    mutating func add(_ other: ServingFigures) {
        requests += other.requests
        rows += other.rows
        refused += other.refused
        failed += other.failed
        latency.add(other.latency)
    }

    /// What came after an earlier state of the same figures.
    func since(_ earlier: ServingFigures) -> ServingFigures {
        var later = ServingFigures()
        later.requests = requests - earlier.requests
        later.rows = rows - earlier.rows
        later.refused = refused - earlier.refused
        later.failed = failed - earlier.failed
        later.latency = latency.since(earlier.latency)
        return later
    }

    /// A copy with memory of its own.
    func detached() -> ServingFigures {
        var copy = self
        copy.latency = latency.detached()
        return copy
    }

    /// - Parameter seconds: the length of the period, for the rates.
    package func json(seconds: Double) -> JSONValue {
        [
            "requests": JSONValue(requests), "rows": JSONValue(rows), "refused": JSONValue(refused), "failed": JSONValue(failed),
            "error_rate": JSONValue(errorRate), "mean_ms": JSONValue(latency.mean), "p50_ms": JSONValue(latency.quantile(0.5)),
            "p95_ms": JSONValue(latency.quantile(0.95)), "p99_ms": JSONValue(latency.quantile(0.99)),
            "rps": JSONValue(Double(requests) / max(1, seconds)), "rows_per_second": JSONValue(Double(rows) / max(1, seconds)),
        ]
    }
}

/// Counts what an endpoint does: in all since it began, and minute by minute for the last hour. Lives inside a mutex.
struct EndpointStatistics {
    let since: Timestamp
    private(set) var total = ServingFigures()
    /// When a request was last answered.
    private(set) var lastAnswer: Timestamp?
    private var minutes: [(minute: Int64, figures: ServingFigures)] = []

    init(since: Timestamp) { self.since = since }

    mutating func answered(rows: Int, microseconds: Int, at now: Timestamp) {
        lastAnswer = now
        change(at: now) { figures in
            figures.requests += 1
            figures.rows += rows
            figures.latency.add(microseconds: microseconds)
        }
    }

    mutating func failed(isCallersMistake: Bool, at now: Timestamp) {
        change(at: now) { figures in
            figures.requests += 1
            if isCallersMistake { figures.refused += 1 } else { figures.failed += 1 }
        }
    }

    private mutating func change(at now: Timestamp, _ change: (inout ServingFigures) -> Void) {
        change(&total)
        let minute = now.microseconds / 60_000_000
        if minutes.last?.minute != minute {
            minutes.append((minute, ServingFigures()))
            minutes.removeAll { $0.minute <= minute - 60 }
        }
        if !minutes.isEmpty { change(&minutes[minutes.count - 1].figures) }
    }

    /// The figures of the last whole and part minutes, at most 60.
    func recent(_ count: Int, at now: Timestamp) -> ServingFigures {
        var figures = ServingFigures()
        for slot in minutes where slot.minute > now.microseconds / 60_000_000 - Int64(count) { figures.add(slot.figures) }
        return figures
    }
}
