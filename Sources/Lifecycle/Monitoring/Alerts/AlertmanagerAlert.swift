internal import Outgoing
package import Support

/// Tells an Alertmanager how incidents stand, by version 2 of its interface.
package struct AlertmanagerAlert: Sendable {
    private let address: String
    private let client: OutgoingClient

    /// - Parameter address: where it listens, with the prefix of its routes if it has one; or `$NAME` of an environment variable.
    package init(address: String, allowsPrivate: Bool, environment: [String: String]) throws(MartletError) {
        self.address = try OutgoingAddress(try AlertTarget.resolved(address, environment)).appending("/api/v2/alerts")
        client = OutgoingClient(allowsPrivate: allowsPrivate)
    }

    /// Sends alerts, each by itself: of several, one that is not taken would hide whether the others were.
    /// - Throws: `unavailable` with what it says.
    package func send(_ alerts: [JSONValue]) async throws(MartletError) {
        for alert in alerts {
            let answer = try await client.post([alert], to: address)
            guard answer.status == 200 else {
                throw MartletError(.unavailable, "Alertmanager answered with status \(answer.status).", cause: String(answer.body.prefix(200)))
            }
        }
    }
}
