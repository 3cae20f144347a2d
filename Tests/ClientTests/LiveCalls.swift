import GRPC
import HTTP
import HTTPTestSupport
import OpenInferenceGRPC
import Serving
import Support

/// A server with the protocol over gRPC on a free port of the loopback interface, for the time of a test.
enum LiveCalls {
    /// Starts a server, lets the test talk to it, and stops it.
    static func run(
        _ endpoints: EndpointSet, house: GuardedHouse? = nil, limits: CallLimits = .init(),
        _ test: @escaping @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        let house = try house ?? GuardedHouse()
        let (ports, ready) = AsyncStream.makeStream(of: Int.self)
        let server = HTTPServer()
        let calls = GuardedCalls(admission: Admission(access: house.access, pool: WorkPool()))
        addOpenInference(to: calls, endpoints: endpoints, version: "9.9")
        let companion = try CallServer(calls, at: .init(), limits: limits)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let router = house.router()
            group.addTask {
                defer { ready.finish() }
                try await server.run(router, beside: [companion], handlesSignals: false) { _ in
                    if let port = await companion.port { ready.yield(port) }
                }
            }
            for await port in ports {
                let outcome = await Result { try await test(port) }
                await server.stop()
                try outcome.get()
            }
            try await group.waitForAll()
        }
    }
}
