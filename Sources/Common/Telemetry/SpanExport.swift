internal import Outgoing
package import Support

/// Sends spans to a receiver of OTLP over HTTP, some hundreds at a time.
package struct SpanExport: Sendable {
    /// Requests whose spans travel together.
    private static let batch = 256
    /// How often a batch is tried again where the receiver is not there or not able.
    private static let pauses = [0.5, 1.0, 2.0]

    private let plan: TracesPlan
    private let queue: SpanQueue
    private let service: String
    private let version: String

    /// - Parameters:
    ///   - service: what the receiver shows as the name of this server.
    ///   - version: of the program.
    package init(_ plan: TracesPlan, queue: SpanQueue, service: String, version: String) {
        self.plan = plan
        self.queue = queue
        self.service = service
        self.version = version
    }

    /// Sends what waits, at most one batch.
    /// - Returns: false where nothing waited.
    /// - Throws: why spans could not be brought, after they were counted.
    package func sendOne() async throws(MartletError) -> Bool {
        let spans = queue.take(SpanExport.batch).flatMap(\.spans)
        guard !spans.isEmpty else { return false }
        do throws(MartletError) {
            try await send(SpanMessage.bytes(spans, service: service, version: version))
            queue.settle(sent: spans.count)
        } catch {
            queue.settle(failed: spans.count)
            throw error
        }
        return true
    }

    private func send(_ bytes: [UInt8]) async throws(MartletError) {
        let request = OutgoingRequest(headers: [("content-type", "application/x-protobuf")], body: bytes)
        let client = OutgoingClient(allowsPrivate: plan.allowsPrivate)
        for pause in SpanExport.pauses + [nil] {
            var cause = ""
            do throws(MartletError) {
                let answer = try await client.send(request, to: plan.address)
                if (200..<300).contains(answer.status) { return }
                cause = "status \(answer.status)"
                // What OTLP says may be tried again.
                guard [429, 502, 503, 504].contains(answer.status) else { throw SpanExport.failure(cause) }
            } catch {
                guard error.code == .unavailable else { throw error }
                cause = error.message
            }
            guard let pause, (try? await Task.sleep(for: .seconds(pause))) != nil else { throw SpanExport.failure(cause) }
        }
    }

    private static func failure(_ cause: String) -> MartletError {
        MartletError(.inputOutput, "The receiver of serving.traces did not take spans.", cause: cause)
    }
}
