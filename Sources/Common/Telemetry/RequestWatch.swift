package import Support
internal import Synchronization

/// A request that has ended, as those who run the server are told of it.
package struct EndedRequest: Sendable {
    package enum Kind: String, Sendable {
        case http, grpc
    }

    package var kind = Kind.http
    package var address: String
    package var method: String
    /// With the query.
    package var path: String
    /// Of HTTP; nil where the connection ended before an answer began, and over gRPC.
    package var status: Int?
    /// Of gRPC, its number; nil over HTTP.
    package var call: Int?
    /// Of the body of the answer; nil where they are not counted.
    package var bytes: Int?

    package init(address: String, method: String, path: String, status: Int? = nil, bytes: Int? = nil) {
        self.address = address
        self.method = EndedRequest.short(method)
        self.path = EndedRequest.short(path)
        self.status = status
        self.bytes = bytes
    }

    /// What a caller sent, as far as it is kept: many wait to be written while a disk or a receiver is slow.
    private static func short(_ text: String) -> String { text.utf8.count <= 2000 ? text : String(text.prefix(2000)) }

    /// The names of the statuses of gRPC, by their numbers.
    private static let callNames = [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ]

    /// Of gRPC: `OK`, `INVALID_ARGUMENT`.
    var callName: String? { call.map { EndedRequest.callNames.indices.contains($0) ? EndedRequest.callNames[$0] : String($0) } }
}

/// Whoever is told of requests: begins and ends the notes of each. Nothing of it waits.
package final class RequestWatch: Sendable {
    /// Nil where no log is kept.
    package let log: AccessLog?
    /// Nil where no spans are sent.
    package let spans: SpanQueue?
    private let share: Double
    private let clock: any WallClock
    private let random: Mutex<RandomSource>

    /// - Parameters:
    ///   - share: of the requests that come without a decision, how many are traced.
    ///   - seed: of the numbers of spans.
    package init(log: AccessLog?, spans: SpanQueue?, share: Double = 0, clock: any WallClock, seed: UInt64) {
        self.log = log
        self.spans = spans
        self.share = share
        self.clock = clock
        random = Mutex(RandomSource(seed: seed))
    }

    /// Begins a request.
    /// - Parameter traceparent: what it brought; what cannot be read counts as nothing.
    package func begin(traceparent: String?) -> RequestNotes {
        let parent = traceparent.flatMap(TraceContext.init)
        return RequestNotes(start: monotonicSeconds(), at: clock.now(), trace: trace(after: parent), parent: parent?.span)
    }

    /// The request's own place: in the trace that it came with, whose decision stands, or in a new one where the share says so.
    private func trace(after parent: TraceContext?) -> TraceContext? {
        guard spans != nil else { return parent }
        if var parent {
            if parent.isSampled { parent.span = number() }
            return parent
        }
        guard share > 0 else { return nil }
        let low = number()
        guard Double(low >> 11) < share * 0x1p53 else { return nil }
        return TraceContext(trace: (number(), low), span: number(), isSampled: true)
    }

    /// Not zero.
    func number() -> UInt64 { random.withLock { max(1, $0.next()) } }

    /// Ends a request.
    package func end(_ notes: RequestNotes, _ request: EndedRequest) {
        let end = monotonicSeconds()
        let findings = notes.findings
        log?.offer(AccessLine(request: request, findings: findings, at: notes.at, seconds: end - notes.start, trace: notes.trace?.traceID))
        guard let spans, let trace = notes.trace, trace.isSampled else { return }
        spans.offer(RequestSpans(request: request, findings: findings, notes: notes, trace: trace, end: end, numbers: (number(), number())))
    }
}
