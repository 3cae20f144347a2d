package import Support
internal import Synchronization

/// The endpoints of a server, by name.
package final class EndpointSet: Sendable {
    private let endpoints: Mutex<[String: Endpoint]>

    package init(_ endpoints: [Endpoint] = []) {
        var byName: [String: Endpoint] = [:]
        for endpoint in endpoints { byName[endpoint.name] = endpoint }
        self.endpoints = Mutex(byName)
    }

    package var names: [String] { endpoints.withLock { $0.keys.sorted() } }

    package var all: [Endpoint] { endpoints.withLock { $0.values.sorted { $0.name < $1.name } } }

    /// - Throws: `notFound` with the nearest name.
    package func endpoint(_ name: String) throws(MartletError) -> Endpoint {
        guard let found = endpoints.withLock({ $0[name] }) else {
            let names = self.names
            let known = names.isEmpty ? "This server has none." : "There are: \(names.joined(separator: ", "))."
            throw MartletError(.notFound, "There is no endpoint “\(name)”.\(didYouMean(name, among: names)) \(known)")
        }
        return found
    }

    /// Adds an endpoint, or puts it in the place of one with the same name.
    package func put(_ endpoint: Endpoint) { endpoints.withLock { $0[endpoint.name] = endpoint } }

    /// Writes what the prediction logs still hold and closes them; for the end of a server, after its last request.
    package func closeLogs() { for endpoint in all { endpoint.log?.close() } }
}
