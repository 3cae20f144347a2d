import GRPCCore
import Support
import Telemetry

/// A call of which somebody is told: from its first bytes until its last answer was sent.
struct WatchedCall: Sendable {
    private let watch: RequestWatch
    private let notes: RequestNotes
    private let name: String
    private let address: String

    /// Makes a response; where somebody is told, also what sends it is watched.
    static func watched<Input: Sendable, Output: Sendable>(
        by watch: RequestWatch?, _ visit: CallVisit<Input>, _ respond: () async throws -> StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        guard let watch else { return try await respond() }
        var texts = visit.metadata[stringValues: "traceparent"].makeIterator()
        let call = WatchedCall(watch: watch, notes: watch.begin(traceparent: texts.next()), name: "/\(visit.name)", address: visit.address)
        return try await call.watched(respond)
    }

    private func watched<Output: Sendable>(
        _ respond: () async throws -> StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        notes.note { $0.route = name }
        do {
            let response = try await RequestNotes.$current.withValue(notes) { try await respond() }
            switch response.accepted {
            case .failure(let error):
                end(error)
                return response
            case .success(let contents):
                return StreamingServerResponse(metadata: contents.metadata) { writer in try await told { try await contents.producer(writer) } }
            }
        } catch {
            end(error)
            throw error
        }
    }

    /// Sends what there is to send, and tells how that ended.
    private func told(_ send: () async throws -> Metadata) async throws -> Metadata {
        do {
            let trailing = try await RequestNotes.$current.withValue(notes) { try await send() }
            end(nil)
            return trailing
        } catch {
            end(error)
            throw error
        }
    }

    private func end(_ error: (any Error)?) {
        var ended = EndedRequest(address: address, method: "POST", path: name)
        ended.kind = .grpc
        let code = error.map { ($0 as? RPCError)?.code ?? ($0 is CancellationError ? .cancelled : .unknown) }
        ended.call = code?.rawValue ?? 0
        watch.end(notes, ended)
    }
}
