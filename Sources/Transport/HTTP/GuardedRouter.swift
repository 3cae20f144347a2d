package import Access
package import HTTPTypes
package import Hummingbird
package import Support
package import Telemetry

/// The only way to add a route: each names its rule, and its handler runs after the gate has let the request through. The router below is not
/// reached from outside, so a route without a rule does not compile.
package final class GuardedRouter {
    package typealias Handler = @Sendable (Request, ServedContext, Caller) async throws -> Response
    /// How a protocol tells that a request was turned away.
    package typealias Refusal = @Sendable (MartletError, Request) async -> Response

    /// The router that is served.
    let router: Router<ServedContext>
    private let gate: RequestGate
    /// The routes with their rules, in the order in which they were added.
    package private(set) var routes: [RuledRoute] = []
    /// The short ways beside them.
    private(set) var prompt: PromptRoutes
    /// Who is told of each request; nil for nobody.
    let watch: RequestWatch?

    package init(gate: RequestGate, watch: RequestWatch? = nil) {
        self.watch = watch
        router = Router(context: ServedContext.self)
        self.gate = gate
        prompt = PromptRoutes(gate: gate)
    }

    /// Adds what stands before the routes that are added after it. It can change answers, and answer where no route does.
    package func add(middleware: some RouterMiddleware<ServedContext>) { router.add(middleware: middleware) }

    /// Adds a short way beside a route, which goes on answering whatever is not answered here.
    /// - Parameters:
    ///   - permission: what the route needs too.
    ///   - subject: the reference of what an address is about; nil where it is another route's.
    ///   - pattern: of an address, as the route has it.
    ///   - answer: called on the thread that reads the connection, which nothing may hold up. Nil where the route has to answer; then nothing may
    ///     have happened.
    package func promptly(
        _ method: HTTPRequest.Method, _ permission: Permission, on subject: @escaping @Sendable (_ path: String) -> String?,
        pattern: @escaping @Sendable (_ path: String) -> String? = { _ in nil },
        answer: @escaping @Sendable (PromptRoute.Question) -> PromptRoute.Answer?
    ) {
        prompt.routes.append(PromptRoute(method: method, permission: permission, subject: subject, pattern: pattern, answer: answer))
    }

    /// Adds a route.
    /// - Parameter isQuick: whether it is answered on the thread that reads the connection, which nothing may hold up for longer than some tens of
    ///   microseconds.
    package func on(
        _ path: RouterPath, _ method: HTTPRequest.Method, _ rule: RouteRule, isQuick: Bool = false, refuse: @escaping Refusal,
        handle: @escaping Handler
    ) {
        routes.append(RuledRoute(method: method.rawValue, path: path.description, permission: rule.permission, needsSession: rule.needsSession))
        let pattern = path.description
        router.on(path, method: method) { [gate] request, context in
            let caller: Caller
            context.notes?.note { $0.route = pattern }
            do throws(MartletError) { caller = try await gate.admit(request, context, rule) } catch { return await refuse(error, request) }
            if let error = gate.admission.delay(of: caller, from: context.address, rule.permission) { return await refuse(error, request) }
            guard let notes = context.notes else { return try await Loop.leave(if: !isQuick) { try await handle(request, context, caller) } }
            notes.note { $0.caller = caller.id.rawValue }
            return try await RequestNotes.$current.withValue(notes) {
                try await Loop.leave(if: !isQuick) { try await handle(request, context, caller) }
            }
        }
    }
}
