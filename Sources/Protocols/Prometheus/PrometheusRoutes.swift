internal import Access
package import HTTP
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
package import Serving
internal import Support

/// Adds `GET /metrics`.
/// - Parameter limiter: what limits how often callers may ask the endpoints; nil for nothing.
package func addPrometheus(to router: GuardedRouter, endpoints: EndpointSet, limiter: RateLimiter? = nil) {
    router.on("/metrics", .get, .needs(.projectRead), refuse: refused) { _, _, _ in
        var text = Exposition()
        ServingMetrics(endpoints.all).write(to: &text)
        text.family("martlet_rate_limited_total", .counter, "Requests beyond what their caller may ask for.")
        // A caller's requests count together, whichever endpoints they ask.
        if let main = endpoints.main { text.sample("martlet_rate_limited_total", [("endpoint", main.name)], limiter?.refused ?? 0) }
        ProcessMetrics.write(to: &text)
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text.text)))
    }
}

/// A refusal as a line of text: a scraper shows no more.
private func refused(_ error: MartletError, _ request: Request) -> Response {
    var headers = error.fields
    headers[.contentType] = "text/plain; charset=utf-8"
    return Response(
        status: .init(code: error.code.httpStatus), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: "\(error.message)\n")))
}
