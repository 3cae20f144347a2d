package import Access
package import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Support
internal import Telemetry

/// A short way beside a route: what can be answered without waiting for anything goes out on the thread that reads the connection, without a task of
/// its own. Everything else, refusals included, takes the route.
package struct PromptRoute: Sendable {
    /// A request that was read whole.
    package struct Question: Sendable {
        package var head: HTTPRequest
        package var body: [UInt8]
        package var caller: Caller
        /// When it was there whole, on the clock of `monotonicSeconds()`.
        package var receivedAt: Double
    }

    /// What is answered with 200.
    package struct Answer: Sendable {
        package var headers: HTTPFields
        package var body: [UInt8]

        package init(headers: HTTPFields, body: [UInt8]) {
            self.headers = headers
            self.body = body
        }
    }

    /// Up to how many bytes of body a request is answered so.
    static let bodyLimit = 65_536

    let method: HTTPRequest.Method
    /// What is needed of the subject, as the route says too.
    let permission: Permission
    /// The reference of what an address is about; nil for an address of another route.
    let subject: @Sendable (_ path: String) -> String?
    /// The pattern of an address, as the route has it.
    let pattern: @Sendable (_ path: String) -> String?
    /// Nil where the route has to answer; then nothing has happened.
    let answer: @Sendable (Question) -> Answer?
}

/// The short ways of a server, behind its gate.
struct PromptRoutes: Sendable {
    /// A request whose body may still be coming.
    struct Visit {
        let head: HTTPRequest
        let route: PromptRoute
        let subject: String
        /// The bytes of its body.
        let length: Int
    }

    let gate: RequestGate
    var routes: [PromptRoute] = []

    /// The way that a request may take by its head; nil for none.
    func visit(_ head: HTTPRequest) -> Visit? {
        guard let path = head.path, let length = head.headerFields[.contentLength].flatMap({ Int($0) }), length <= PromptRoute.bodyLimit,
            head.headerFields[.expect] == nil, head.headerFields[.connection].map({ $0.lowercased() == "keep-alive" }) ?? true,
            head.headerFields[.contentEncoding].map({ $0 == "identity" }) ?? true
        else { return nil }
        for route in routes where route.method == head.method {
            if let subject = route.subject(path) { return Visit(head: head, route: route, subject: subject, length: length) }
        }
        return nil
    }

    /// - Parameters:
    ///   - address: where the request came from.
    ///   - notes: of the request; nil where nobody is told.
    /// - Returns: nil where the route has to answer, for whatever reason.
    func answer(_ visit: Visit, body: ByteBuffer, from address: String, notes: RequestNotes?) -> PromptRoute.Answer? {
        let request = Request(head: visit.head, body: RequestBody(buffer: ByteBuffer()))
        guard let caller = gate.callerAtOnce(request, from: address, visit.route.permission, on: visit.subject) else { return nil }
        let limiter = visit.route.permission == .predictionCreate ? gate.admission.limiter : nil
        guard limiter?.lets(caller, from: address) ?? true else { return nil }
        let question = PromptRoute.Question(head: visit.head, body: Array(buffer: body), caller: caller, receivedAt: monotonicSeconds())
        guard let answer = visit.route.answer(question) else { return nil }
        _ = limiter?.refusal(of: caller, from: address)
        notes?.note { found in (found.caller, found.route) = (caller.id.rawValue, visit.route.pattern(visit.head.path ?? "")) }
        return answer
    }
}
