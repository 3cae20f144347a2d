internal import Access
package import HTTP
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
package import Serving
internal import Support
package import Telemetry

/// Adds `GET /metrics`.
/// - Parameters:
///   - limiter: what limits how often callers may ask the endpoints; nil for nothing.
///   - watch: who is told of each request; nil for nobody.
package func addPrometheus(to router: GuardedRouter, endpoints: EndpointSet, limiter: RateLimiter? = nil, watch: RequestWatch? = nil) {
    router.on("/metrics", .get, .needs(.projectRead), refuse: refused) { _, _, _ in
        var text = Exposition()
        ServingMetrics(endpoints.all).write(to: &text)
        text.family("martlet_rate_limited_total", .counter, "Requests beyond what their caller may ask for.")
        // A caller's requests count together, whichever endpoints they ask.
        if let main = endpoints.main { text.sample("martlet_rate_limited_total", [("endpoint", main.name)], limiter?.refused ?? 0) }
        write(watch, to: &text)
        ProcessMetrics.write(to: &text)
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text.text)))
    }
}

/// What became of lines of the access log and of spans, where there are such.
private func write(_ watch: RequestWatch?, to text: inout Exposition) {
    if let counts = watch?.log?.counts {
        text.family("martlet_access_log_lines_total", .counter, "Lines of the access log, by what became of them.")
        for (state, count) in [("written", counts.written), ("dropped", counts.dropped)] {
            text.sample("martlet_access_log_lines_total", [("state", state)], count)
        }
    }
    if let counts = watch?.spans?.counts {
        text.family("martlet_spans_total", .counter, "Spans for OpenTelemetry, by what became of them.")
        for (state, count) in [("sent", counts.sent), ("failed", counts.failed), ("dropped", counts.dropped)] {
            text.sample("martlet_spans_total", [("state", state)], count)
        }
    }
}

/// A refusal as a line of text: a scraper shows no more.
private func refused(_ error: MartletError, _ request: Request) -> Response {
    var headers = error.fields
    headers[.contentType] = "text/plain; charset=utf-8"
    return Response(
        status: .init(code: error.code.httpStatus), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: "\(error.message)\n")))
}
