internal import Foundation
internal import Monitoring
internal import Outgoing
internal import Secrets
package import Serving
package import Support

/// Brings events about requests to their receiver.
package struct EventDelivery: Sendable {
    /// How often an event is tried again where the receiver is not there or not able.
    private static let pauses = [0.5, 1.0, 2.0, 4.0]

    private let project: Project
    private let endpoint: String
    private let events: InferenceEvents

    package init(_ project: Project, endpoint: String, events: InferenceEvents) {
        self.project = project
        self.endpoint = endpoint
        self.events = events
    }

    /// Brings one request's events, if one waits.
    /// - Returns: false where none did.
    /// - Throws: why an event could not be brought, after it was counted.
    package func deliverOne() async throws(MartletError) -> Bool {
        guard let batch = events.take() else { return false }
        let halves = InferenceEvent.halves(
            of: batch, events.plan, endpoint: endpoint, project: project.file.project, source: "\(project.file.monitoring.url)/endpoints/\(endpoint)")
        var sent = 0
        defer { events.settle(sent: sent, failed: halves.count - sent) }
        let client = OutgoingClient(allowsPrivate: events.plan.allowsPrivate)
        let address = try await project.eventsAddress(events.plan)
        for event in halves {
            try await bring(OutgoingRequest(headers: event.headers, body: Array(event.body.compact.utf8)), to: address, client)
            sent += 1
        }
        return true
    }

    private func bring(_ request: OutgoingRequest, to address: String, _ client: OutgoingClient) async throws(MartletError) {
        for pause in EventDelivery.pauses + [nil] {
            var cause = ""
            do throws(MartletError) {
                let answer = try await client.send(request, to: address)
                if (200..<300).contains(answer.status) { return }
                cause = "status \(answer.status)"
                guard answer.status >= 500 || answer.status == 429 else { throw EventDelivery.failure(cause) }
            } catch {
                guard error.code == .unavailable else { throw error }
                cause = error.message
            }
            guard let pause, (try? await Task.sleep(for: .seconds(pause))) != nil else { throw EventDelivery.failure(cause) }
        }
    }

    private static func failure(_ cause: String) -> MartletError {
        MartletError(.inputOutput, "The receiver of log.events did not take an event about a request.", cause: cause)
    }
}

extension Project {
    /// Where events about requests go.
    /// - Throws: `invalidInput` for what is no address, `notFound` for a reference to nothing.
    package func eventsAddress(_ plan: EventsPlan) async throws(MartletError) -> String {
        let address = try await secretResolver.resolve(plan.to.hasPrefix("$") ? "secret://env/\(plan.to.dropFirst())" : plan.to)
        do throws(MartletError) { return try OutgoingAddress(address).text } catch {
            throw MartletError(error.code, "log.events: \(error.message)", place: plan.place)
        }
    }
}
