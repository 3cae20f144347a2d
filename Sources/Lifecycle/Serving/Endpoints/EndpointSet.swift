package import Support
internal import Synchronization

/// The endpoints of a server, by name.
package final class EndpointSet: Sendable {
    /// The one that contracts ask which name none; nil where there are several and none is that.
    package let main: Endpoint?
    private let endpoints: Mutex<[String: Endpoint]>

    /// - Parameter main: the one that is asked where no name is said; the only one where it is left out.
    package init(_ endpoints: [Endpoint] = [], main: Endpoint? = nil) {
        var byName: [String: Endpoint] = [:]
        for endpoint in endpoints { byName[endpoint.name] = endpoint }
        self.endpoints = Mutex(byName)
        self.main = main ?? (endpoints.count == 1 ? endpoints.first : nil)
    }

    package var names: [String] { endpoints.withLock { $0.keys.sorted() } }

    package var all: [Endpoint] { endpoints.withLock { $0.values.sorted { $0.name < $1.name } } }

    /// - Throws: `notFound` with the nearest name.
    package func endpoint(_ name: String) throws(MartletError) -> Endpoint {
        if let main, main.name == name { return main }
        guard let found = endpoints.withLock({ $0[name] }) else {
            let names = self.names
            let listed = names.prefix(30).joined(separator: ", ")
            let known = names.isEmpty ? "This server has none." : "There are: \(listed)\(names.count > 30 ? ", …" : "")."
            throw MartletError(.notFound, "There is no endpoint “\(name)”.\(didYouMean(name, among: names)) \(known)")
        }
        return found
    }

    /// The endpoint of a contract that names none.
    /// - Throws: `notFound` where there are several.
    package func only() throws(MartletError) -> Endpoint {
        guard let main else {
            throw MartletError(.notFound, "This server has \(names.count) endpoints, and this address names none. Ask POST /predict/NAME.")
        }
        return main
    }

    /// Adds an endpoint, or puts it in the place of one with the same name; the main one stays.
    package func put(_ endpoint: Endpoint) { endpoints.withLock { $0[endpoint.name] = endpoint } }

    /// Writes what the prediction logs still hold and closes them; for the end of a server, after its last request.
    package func closeLogs() { for endpoint in all { endpoint.log?.close() } }
}
