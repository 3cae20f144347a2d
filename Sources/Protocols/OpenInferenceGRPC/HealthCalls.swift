import GRPC
import Serving
import Support

/// The health of the server as `grpc.health.v1.Health` tells it to probes of Kubernetes and to load balancers.
struct HealthCalls: Sendable {
    private static let service = "grpc.health.v1.Health"
    /// The seconds between two looks at what a watcher is told of.
    private static let interval = 1.0

    let endpoints: EndpointSet

    func add(to calls: GuardedCalls) {
        calls.on(Self.service, "Check", .anyone) { (request: WireHealthCheckRequest, _) in
            let status = await status(of: request.service)
            guard status != .serviceUnknown else {
                throw MartletError(
                    .notFound,
                    "There is no service “\(request.service.prefix(100))”. Ask for “”, “readiness” or “\(OpenInferenceCalls.service)” (whether requests are answered), or “liveness”."
                )
            }
            return HealthCalls.answer(status)
        }
        calls.onWatch(Self.service, "Watch", .anyone) { (request: WireHealthCheckRequest, _, send) in
            var told: WireHealthCheckResponse.ServingStatus?
            while !Task.isCancelled {
                let status = await status(of: request.service)
                if status != told { try await send(HealthCalls.answer(status)) }
                told = status
                try await Task.sleep(for: .seconds(HealthCalls.interval))
            }
        }
    }

    private func status(of service: String) async -> WireHealthCheckResponse.ServingStatus {
        switch service {
        case "liveness", Self.service: .serving
        case "", "readiness", OpenInferenceCalls.service: await endpoints.hindrance() == nil ? .serving : .notServing
        default: .serviceUnknown
        }
    }

    private static func answer(_ status: WireHealthCheckResponse.ServingStatus) -> WireHealthCheckResponse {
        var answer = WireHealthCheckResponse()
        answer.status = status
        return answer
    }
}
