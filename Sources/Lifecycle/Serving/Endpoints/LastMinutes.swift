package import Support
internal import Synchronization

/// What an endpoint did in a short stretch of time.
package struct EndpointSlot: Sendable, Equatable {
    /// What one version did in it.
    package struct Version: Sendable, Equatable {
        package var version: Int
        package var requests: Int
        package var failed: Int
        /// In milliseconds; nil where it answered nothing.
        package var p50: Double?
        package var p99: Double?
    }

    /// Its end.
    package var at: Timestamp
    /// How long it was.
    package var seconds: Double
    package var requests = 0
    package var rows = 0
    package var refused = 0
    package var failed = 0
    /// Requests that would have waited too long, or whose time was over.
    package var turnedAway = 0
    /// Rows that waited at its end.
    package var waiting = 0
    /// In milliseconds; nil where nothing was answered.
    package var p50: Double?
    package var p99: Double?
    /// Those that were asked in it.
    package var versions: [Version] = []

    /// A number of things as so many a second.
    package func rate(_ count: Int) -> Double { seconds > 0 ? Double(count) / seconds : 0 }

    /// The slot for `--json`.
    package var json: JSONValue {
        [
            "at": .string(at.description), "seconds": JSONValue(seconds), "requests": JSONValue(requests), "rows": JSONValue(rows),
            "refused": JSONValue(refused), "failed": JSONValue(failed), "turned_away": JSONValue(turnedAway), "waiting": JSONValue(waiting),
            "rps": JSONValue(rate(requests)), "p50_ms": JSONValue(p50), "p99_ms": JSONValue(p99),
            "versions": .array(
                versions.map {
                    [
                        "version": JSONValue($0.version), "requests": JSONValue($0.requests), "failed": JSONValue($0.failed),
                        "p50_ms": JSONValue($0.p50),
                        "p99_ms": JSONValue($0.p99),
                    ]
                }),
        ]
    }
}

/// The last ten minutes of an endpoint in slots of a few seconds, a ring of fixed size. It is filled by looking at the endpoint's counters from
/// time to time, so that counting a request costs nothing more than it does without.
package final class LastMinutes: Sendable {
    /// How long a slot is, and how many are kept.
    package static let (slotSeconds, slotCount) = (2.0, 300)

    private struct State {
        /// The counters at the end of the newest slot, and when that was on the clock of `monotonicSeconds()`.
        var last: Counters?
        var lastAt = 0.0
        /// The newest is before `next`.
        var slots: [EndpointSlot] = []
        var next = 0
    }

    private struct Counters {
        var figures: ServingFigures
        var line: LineFigures
        var versions: [Int: ServingFigures]
    }

    private let state = Mutex(State())

    /// The slots, oldest first.
    package var slots: [EndpointSlot] {
        state.withLock { state in
            state.slots.count < LastMinutes.slotCount ? state.slots : Array(state.slots[state.next...] + state.slots[..<state.next])
        }
    }

    /// Ends a slot now. The first look only notes where the counters stand.
    /// - Parameter seconds: now, on the clock of `monotonicSeconds()`.
    package func sample(_ endpoint: Endpoint, at now: Timestamp, seconds: Double) {
        let counters = Counters(
            figures: endpoint.sampledFigures(), line: endpoint.lineFigures,
            versions: Dictionary(uniqueKeysWithValues: endpoint.sampledVersions().map { ($0.version, $0.figures) }))
        state.withLock { state in
            if let last = state.last {
                let slot = LastMinutes.slot(counters, after: last, at: now, seconds: max(0, seconds - state.lastAt))
                if state.slots.count < LastMinutes.slotCount { state.slots.append(slot) } else { state.slots[state.next] = slot }
                state.next = (state.next + 1) % LastMinutes.slotCount
            }
            (state.last, state.lastAt) = (counters, seconds)
        }
    }

    private static func slot(_ counters: Counters, after last: Counters, at now: Timestamp, seconds: Double) -> EndpointSlot {
        let figures = counters.figures.since(last.figures)
        var slot = EndpointSlot(at: now, seconds: seconds)
        (slot.requests, slot.rows, slot.refused, slot.failed) = (figures.requests, figures.rows, figures.refused, figures.failed)
        (slot.p50, slot.p99) = (figures.latency.quantile(0.5), figures.latency.quantile(0.99))
        slot.turnedAway = counters.line.shed + counters.line.late - last.line.shed - last.line.late
        slot.waiting = counters.line.waiting
        for (version, now) in counters.versions.sorted(by: { $0.key < $1.key }) {
            let figures = now.since(last.versions[version] ?? ServingFigures())
            guard figures.requests > 0 else { continue }
            slot.versions.append(
                EndpointSlot.Version(
                    version: version, requests: figures.requests, failed: figures.failed, p50: figures.latency.quantile(0.5),
                    p99: figures.latency.quantile(0.99)))
        }
        return slot
    }
}

extension Endpoint {
    /// What each version answered since the server began, with memory of its own.
    fileprivate func sampledVersions() -> [(version: Int, figures: ServingFigures)] {
        tallies.withLock { $0.newest.map { ($0.version, $0.figures.detached()) } }
    }

    /// The figures of the last minutes and the present, for `--json`.
    package var statusJSON: JSONValue {
        var json = json
        json["waiting"] = JSONValue(lineFigures.waiting)
        json["turned_away"] = ["busy": JSONValue(lineFigures.shed), "late": JSONValue(lineFigures.late)]
        let counts = guardCounts
        json["input_findings"] = .object(
            InputFinding.Kind.allCases.map { kind in
                .init(kind.rawValue, ["warned": JSONValue(counts.warned[kind] ?? 0), "refused": JSONValue(counts.refused[kind] ?? 0)])
            })
        json["last_minutes"] = .array(lastMinutes.slots.map(\.json))
        return json
    }
}
