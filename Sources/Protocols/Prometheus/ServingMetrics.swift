internal import Serving
internal import Support

/// What endpoints answered, in our own names and in Triton's.
struct ServingMetrics {
    private typealias Labels = [(name: String, value: String)]

    private let endpoints: [Endpoint]
    private let served: [(labels: Labels, figures: ServingFigures)]

    init(_ endpoints: [Endpoint]) {
        self.endpoints = endpoints
        served = endpoints.flatMap { endpoint in
            endpoint.versionFigures.map { ([("endpoint", endpoint.name), ("version", String($0.version))], $0.figures) }
        }
    }

    func write(to text: inout Exposition) {
        writeRequests(to: &text)
        writeDurations(to: &text)
        writeTraffic(to: &text)
        writeLine(to: &text)
        writeLog(to: &text)
        writeExplanations(to: &text)
        writeGuards(to: &text)
        writeResidency(to: &text)
        writeTriton(to: &text)
    }

    // MARK: - Requests

    private func writeRequests(to text: inout Exposition) {
        text.family("martlet_requests_total", .counter, "Requests by what became of them; refused ones were the caller's mistake.")
        for (labels, figures) in served {
            text.sample("martlet_requests_total", labels + [("outcome", "answered")], figures.latency.count)
            text.sample("martlet_requests_total", labels + [("outcome", "refused")], figures.refused)
            text.sample("martlet_requests_total", labels + [("outcome", "failed")], figures.failed)
        }
        text.family("martlet_unread_requests_total", .counter, "Requests that no version saw, as they could not be read or there was none.")
        for endpoint in endpoints {
            let seen = endpoint.versionFigures.reduce(0) { $0 + $1.figures.requests }
            text.sample("martlet_unread_requests_total", [("endpoint", endpoint.name)], max(0, endpoint.figures().requests - seen))
        }
        text.family("martlet_predictions_total", .counter, "Rows that were answered.")
        for (labels, figures) in served { text.sample("martlet_predictions_total", labels, figures.rows) }
    }

    /// Bounds in seconds, from a tenth of a millisecond to ten seconds.
    private static let bounds = [1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

    private func writeDurations(to text: inout Exposition) {
        let name = "martlet_request_duration_seconds"
        text.family(name, .histogram, "From the first byte of an answered request to its answer.")
        for (labels, figures) in served {
            for bound in ServingMetrics.bounds {
                let count = figures.latency.count(upTo: bound * 1e6)
                text.sample("\(name)_bucket", labels + [("le", JSONValue.text(of: bound))], count)
            }
            text.sample("\(name)_bucket", labels + [("le", "+Inf")], figures.latency.count)
            text.sample("\(name)_sum", labels, figures.latency.sum / 1e6)
            text.sample("\(name)_count", labels, figures.latency.count)
        }
    }

    // MARK: - Versions and log

    private func writeTraffic(to text: inout Exposition) {
        text.family("martlet_traffic_share", .gauge, "The share of requests that a version answers now, 0 to 1.")
        for endpoint in endpoints {
            for part in endpoint.versionTraffic {
                guard let share = part.share else { continue }
                text.sample("martlet_traffic_share", ServingMetrics.labels(endpoint, part) + [("role", part.role.rawValue)], share)
            }
        }
        let shadows = endpoints.flatMap { endpoint in
            endpoint.versionTraffic.compactMap { part in part.shadow.map { (ServingMetrics.labels(endpoint, part), $0) } }
        }
        text.family("martlet_shadow_rows_total", .counter, "Rows for which a shadow was compared with what was answered.")
        for (labels, shadow) in shadows { text.sample("martlet_shadow_rows_total", labels, shadow.rows) }
        text.family("martlet_shadow_disagreements_total", .counter, "Rows for which a shadow predicted another class.")
        for (labels, shadow) in shadows { text.sample("martlet_shadow_disagreements_total", labels, shadow.disagreements) }
        text.family("martlet_shadow_dropped_total", .counter, "Requests that a shadow was too busy for.")
        for (labels, shadow) in shadows { text.sample("martlet_shadow_dropped_total", labels, shadow.dropped) }
    }

    private static func labels(_ endpoint: Endpoint, _ part: VersionTraffic) -> Labels {
        [("endpoint", endpoint.name), ("version", String(part.version))]
    }

    private func writeLine(to text: inout Exposition) {
        text.family("martlet_rows_waiting", .gauge, "Rows that wait for the model.")
        for endpoint in endpoints { text.sample("martlet_rows_waiting", [("endpoint", endpoint.name)], endpoint.lineFigures.waiting) }
        let turned = "martlet_requests_turned_away_total"
        text.family(turned, .counter, "Requests that were shed as the server is busy, and those whose time was over before their turn came.")
        for endpoint in endpoints {
            let figures = endpoint.lineFigures
            text.sample(turned, [("endpoint", endpoint.name), ("reason", "busy")], figures.shed)
            text.sample(turned, [("endpoint", endpoint.name), ("reason", "late")], figures.late)
        }
        let families: [(name: String, help: String, value: (LineFigures) -> Int)] = [
            ("martlet_batches_total", "Calls of the model for requests that waited for a thread.", { $0.batches }),
            ("martlet_batched_rows_total", "Rows of those calls.", { $0.rows }),
        ]
        for family in families {
            text.family(family.name, .counter, family.help)
            for endpoint in endpoints { text.sample(family.name, [("endpoint", endpoint.name)], family.value(endpoint.lineFigures)) }
        }
    }

    private func writeLog(to text: inout Exposition) {
        let name = "martlet_prediction_log_rows_total"
        text.family(name, .counter, "Rows handed to the prediction log, and those that it lacks and why.")
        for endpoint in endpoints {
            guard let counts = endpoint.log?.counts else { continue }
            let states = [
                ("accepted", counts.accepted), ("dropped", counts.dropped), ("failed", counts.failed), ("lost", counts.lost),
                ("sampled_out", counts.sampledOut),
            ]
            for (state, count) in states { text.sample(name, [("endpoint", endpoint.name), ("state", state)], count) }
        }
        writeEvents(to: &text)
    }

    private func writeEvents(to text: inout Exposition) {
        let told = endpoints.compactMap { endpoint in endpoint.log?.events.map { (endpoint.name, $0.counts) } }
        guard !told.isEmpty else { return }
        let name = "martlet_inference_events_total"
        text.family(name, .counter, "Events about requests and answers, by what became of them.")
        for (endpoint, counts) in told {
            for (state, count) in [("sent", counts.sent), ("failed", counts.failed), ("dropped", counts.dropped)] {
                text.sample(name, [("endpoint", endpoint), ("state", state)], count)
            }
        }
    }

    private func writeExplanations(to text: inout Exposition) {
        let name = "martlet_explanations_total"
        text.family(name, .counter, "Rows that were explained, and requests for that by why they were not.")
        for endpoint in endpoints {
            let counts = endpoint.explanationCounts
            for (outcome, count) in [("answered", counts.rows), ("refused", counts.refused), ("failed", counts.failed)] {
                text.sample(name, [("endpoint", endpoint.name), ("outcome", outcome)], count)
            }
        }
    }

    private func writeGuards(to text: inout Exposition) {
        let name = "martlet_input_findings_total"
        text.family(name, .counter, "Values, and rows as a whole, that were unlike training, by what was done.")
        for endpoint in endpoints {
            let counts = endpoint.guardCounts
            for (action, found) in [("warned", counts.warned), ("refused", counts.refused)] {
                for kind in InputFinding.Kind.allCases {
                    text.sample(name, [("endpoint", endpoint.name), ("kind", kind.rawValue), ("action", action)], found[kind] ?? 0)
                }
            }
        }
    }

    /// Of the endpoints whose models are loaded on demand.
    private func writeResidency(to text: inout Exposition) {
        let known = endpoints.compactMap { endpoint in endpoint.residencyCounts.map { (endpoint, $0) } }
        guard !known.isEmpty else { return }
        text.family("martlet_model_loaded", .gauge, "1 where the model of an endpoint is loaded, 0 where the next request loads it.")
        for (endpoint, _) in known { text.sample("martlet_model_loaded", [("endpoint", endpoint.name)], endpoint.held == nil ? 0 : 1) }
        text.family("martlet_model_loads_total", .counter, "How often the model of an endpoint was loaded.")
        for (endpoint, counts) in known { text.sample("martlet_model_loads_total", [("endpoint", endpoint.name)], counts.loads) }
        text.family("martlet_model_evictions_total", .counter, "How often the model of an endpoint was let go to make room.")
        for (endpoint, counts) in known { text.sample("martlet_model_evictions_total", [("endpoint", endpoint.name)], counts.evictions) }
    }

    // MARK: - Triton's names

    private func writeTriton(to text: inout Exposition) {
        let families: [(name: String, help: String, value: (ServingFigures) -> Double)] = [
            ("nv_inference_request_success", "Requests that were answered.", { Double($0.latency.count) }),
            ("nv_inference_request_failure", "Requests that were not.", { Double($0.refused + $0.failed) }),
            ("nv_inference_count", "Rows that were answered.", { Double($0.rows) }),
            ("nv_inference_exec_count", "Calls of the model.", { Double($0.latency.count) }),
            ("nv_inference_request_duration_us", "Microseconds of all answered requests together.", { $0.latency.sum }),
        ]
        for family in families {
            text.family(family.name, .counter, family.help)
            for (labels, figures) in served {
                text.sample(family.name, [("model", labels[0].value), ("version", labels[1].value)], family.value(figures))
            }
        }
    }
}
