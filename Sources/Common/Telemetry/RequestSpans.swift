import Support

/// A request and what happened in it, before it is made into spans: that is left to who sends them.
struct RequestSpans: Sendable {
    let request: EndedRequest
    let findings: RequestNotes.Findings
    let notes: RequestNotes
    let trace: TraceContext
    /// On the clock of `monotonicSeconds()`.
    let end: Double
    /// For the spans within it.
    let numbers: (UInt64, UInt64)

    /// The request, its wait and the model, as far as there were any.
    var spans: [Span] {
        var spans = [own]
        if let waited = findings.waited { spans.append(inner("wait", numbers.0, waited)) }
        if let asked = findings.asked { spans.append(inner("model", numbers.1, asked)) }
        return spans
    }

    private func nanoseconds(_ seconds: Double) -> UInt64 {
        UInt64(max(0, Double(notes.at.microseconds) + (seconds - notes.start) * 1e6)) &* 1000
    }

    private func inner(_ name: String, _ number: UInt64, _ stretch: RequestNotes.Stretch) -> Span {
        var span = Span(
            trace: trace.trace, number: number, parent: trace.span, name: name, kind: .internal, start: nanoseconds(stretch.start),
            end: nanoseconds(stretch.end))
        span.attributes = common
        return span
    }

    /// What tells of the prediction, under names of our own.
    private var common: [(String, Span.Value)] {
        var all: [(String, Span.Value)] = []
        if let endpoint = findings.endpoint { all.append(("martlet.endpoint", .text(endpoint))) }
        if let version = findings.version { all.append(("martlet.model.version", .number(version))) }
        if let rows = findings.rows { all.append(("martlet.rows", .number(rows))) }
        if let prediction = findings.prediction { all.append(("martlet.prediction.id", .text(prediction))) }
        return all
    }

    private var own: Span {
        let path = request.path.prefix { $0 != "?" }.prefix(1000)
        let route = findings.route
        var span = Span(
            trace: trace.trace, number: trace.span, parent: notes.parent,
            name: request.kind == .grpc ? String(path.drop { $0 == "/" }) : route.map { "\(request.method) \($0)" } ?? request.method,
            kind: .server, start: nanoseconds(notes.start), end: nanoseconds(end))
        span.attributes =
            (request.kind == .http ? http(String(path), route) : rpc(String(path))) + [("client.address", .text(request.address))] + common
        return span.failing(failure)
    }

    /// The names of OpenTelemetry's conventions for HTTP.
    private func http(_ path: String, _ route: String?) -> [(String, Span.Value)] {
        var all: [(String, Span.Value)] = [("http.request.method", .text(request.method)), ("url.path", .text(path)), ("url.scheme", .text("http"))]
        if let route { all.append(("http.route", .text(route))) }
        if let status = request.status { all.append(("http.response.status_code", .number(status))) }
        if let bytes = request.bytes { all.append(("http.response.body.size", .number(bytes))) }
        if let failure { all.append(("error.type", .text(failure))) }
        return all
    }

    /// And for remote procedure calls.
    private func rpc(_ path: String) -> [(String, Span.Value)] {
        var all: [(String, Span.Value)] = [("rpc.system.name", .text("grpc")), ("rpc.method", .text(String(path.drop { $0 == "/" })))]
        if let name = request.callName { all.append(("rpc.response.status_code", .text(name))) }
        if let failure { all.append(("error.type", .text(failure))) }
        return all
    }

    /// What the server failed by; nil where it answered, or the caller was mistaken.
    private var failure: String? {
        if let call = request.call {
            // UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS: what the conventions call a server's errors.
            return [2, 4, 12, 13, 14, 15].contains(call) ? request.callName : nil
        }
        guard let status = request.status else { return "cancelled" }
        return status >= 500 ? String(status) : nil
    }
}

/// A span as OpenTelemetry has it.
struct Span: Sendable {
    enum Kind: UInt64 {
        case `internal` = 1
        case server = 2
    }

    enum Value: Sendable {
        case text(String)
        case number(Int)
    }

    var trace: (high: UInt64, low: UInt64)
    var number: UInt64
    var parent: UInt64?
    var name: String
    var kind: Kind
    /// Nanoseconds since 1970.
    var start: UInt64
    var end: UInt64
    var attributes: [(String, Value)] = []
    /// What it failed by.
    private(set) var failure: String?

    init(trace: (high: UInt64, low: UInt64), number: UInt64, parent: UInt64?, name: String, kind: Kind, start: UInt64, end: UInt64) {
        self.trace = trace
        self.number = number
        self.parent = parent
        self.name = name
        self.kind = kind
        self.start = start
        self.end = max(start, end)
    }

    func failing(_ failure: String?) -> Span {
        var span = self
        span.failure = failure
        return span
    }
}
