package import Serving
package import Support
internal import Tables

/// How long a version takes, and what that can be held against.
package struct ReplayTimes: Sendable, Equatable {
    /// From the first row that was read to the last that was compared, in seconds.
    package var seconds = 0.0
    /// What the model took for a row in batches, in microseconds; nil without rows.
    package var batched: Double?
    /// What the model alone takes for single rows of the log, now and on this machine.
    package var alone = LatencyHistogram()
    /// The same of the version that answered most of the rows then, asked in turn with it; nil where that is the same or cannot be asked.
    package var standing: (version: Int, times: LatencyHistogram)?
    /// What whole requests took then, from the first byte to the answer, one time a row.
    package var logged = LatencyHistogram()

    package static func == (a: ReplayTimes, b: ReplayTimes) -> Bool {
        a.seconds == b.seconds && a.batched == b.batched && a.alone == b.alone && a.logged == b.logged
            && a.standing?.version == b.standing?.version && a.standing?.times == b.standing?.times
    }

    /// Asks models for single rows, in turn, after a warm-up.
    static func alone(_ models: [any ServedModel], rows: [Table], while goesOn: () -> Bool) -> [LatencyHistogram] {
        var times = models.map { _ in LatencyHistogram() }
        for (turn, row) in (rows.prefix(20) + rows).enumerated() where goesOn() {
            for (place, model) in models.enumerated() {
                guard let own = try? row.selecting(model.signature.inputs.map(\.name)) else { continue }
                let start = monotonicSeconds()
                guard (try? model.answer(own)) != nil else { continue }
                if turn >= min(20, rows.count) { times[place].add(microseconds: Int((monotonicSeconds() - start) * 1e6)) }
            }
        }
        return times
    }

    /// The figures for `--json`.
    package var json: JSONValue {
        [
            "seconds": JSONValue(seconds), "model_us_per_row_in_batches": JSONValue(batched), "model_alone": ReplayTimes.json(alone),
            "answered_then_alone": standing.map {
                var json = ReplayTimes.json($0.times)
                json["version"] = JSONValue($0.version)
                return json
            } ?? .null,
            "requests_then": ReplayTimes.json(logged),
        ]
    }

    private static func json(_ times: LatencyHistogram) -> JSONValue {
        [
            "count": JSONValue(times.count), "mean_ms": JSONValue(times.mean), "p50_ms": JSONValue(times.quantile(0.5)),
            "p95_ms": JSONValue(times.quantile(0.95)), "p99_ms": JSONValue(times.quantile(0.99)),
        ]
    }
}
