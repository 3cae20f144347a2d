internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
package import Support

/// Sends requests to addresses that somebody wrote down. A name is resolved once, and exactly what was checked is connected to, so that a name that
/// changes its address in between leads nowhere else. Redirections are not followed: they could lead anywhere, and most lose the body.
///
/// Each request has a connection of its own, which ends with it: a pool that is shut down while it takes a connection back ends the process.
package struct OutgoingClient: Sendable {
    /// A header field.
    package typealias Header = (name: String, value: String)

    let allowsPrivate: Bool
    let resolver: Resolver

    /// - Parameter allowsPrivate: whether this machine and private networks may be reached.
    package init(allowsPrivate: Bool, resolver: Resolver = .system) {
        self.allowsPrivate = allowsPrivate
        self.resolver = resolver
    }

    /// Posts JSON.
    /// - Throws: as `send`.
    package func post(_ body: JSONValue, to text: String, headers: [Header] = []) async throws(MartletError) -> OutgoingAnswer {
        try await send(OutgoingRequest(headers: [("content-type", "application/json")] + headers, body: Array(body.compact.utf8)), to: text)
    }

    /// Posts the fields of a form, already encoded.
    /// - Parameter limit: the most that is read of the answer, in bytes.
    /// - Throws: as `send`.
    package func post(form: String, to text: String, headers: [Header] = [], limit: Int) async throws(MartletError) -> OutgoingAnswer {
        let type: Header = ("content-type", "application/x-www-form-urlencoded")
        var request = OutgoingRequest(headers: [type] + headers, body: Array(form.utf8))
        request.limit = limit
        return try await send(request, to: text)
    }

    /// Asks for what lies at an address.
    /// - Parameter limit: the most that is read of the answer, in bytes.
    /// - Throws: as `send`.
    package func get(_ text: String, headers: [Header] = [], limit: Int) async throws(MartletError) -> OutgoingAnswer {
        var request = OutgoingRequest("GET", headers: headers)
        request.limit = limit
        return try await send(request, to: text)
    }

    /// Sends a request.
    /// - Throws: `invalidInput` for what is no address; `refused` for a private one; `unavailable` where nobody answers. No message holds the
    ///   address, which may hold a secret.
    package func send(_ request: OutgoingRequest, to text: String) async throws(MartletError) -> OutgoingAnswer {
        let address = try OutgoingAddress(text)
        var cause = ""
        for machine in try await resolver.addresses(of: address.host, allowsPrivate: allowsPrivate).prefix(2) {
            do { return try await OutgoingClient.answer(to: request, at: address, machine) } catch { cause = "\(type(of: error))" }
        }
        throw MartletError(.unavailable, "Nobody answered. Check the address and the network.", cause: cause)
    }

    /// Sends a request and waits, with everything, no longer than its patience. It blocks, and needs none of Swift's cooperative threads: keep it off
    /// them. An answer that is longer than the limit counts as none.
    /// - Throws: as `send`.
    package func sendAndWait(_ request: OutgoingRequest, to text: String) throws(MartletError) -> OutgoingAnswer {
        let address = try OutgoingAddress(text)
        let end = monotonicSeconds() + request.patience
        var cause = "timeout"
        for machine in try resolver.addressesWaiting(of: address.host, allowsPrivate: allowsPrivate, seconds: request.patience).prefix(2) {
            let left = end - monotonicSeconds()
            guard left > 0 else { break }
            do { return try OutgoingClient.waitedAnswer(to: request, at: address, machine, seconds: left) } catch { cause = "\(type(of: error))" }
        }
        throw MartletError(.unavailable, "Nobody answered. Check the address and the network.", cause: cause)
    }

    private static func waitedAnswer(
        to outgoing: OutgoingRequest, at address: OutgoingAddress, _ machine: IPAddress, seconds: Double
    ) throws -> OutgoingAnswer {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration(address, machine))
        defer { try? client.syncShutdown() }
        var headers = HTTPHeaders([("connection", "close")])
        for header in outgoing.headers { headers.add(name: header.name, value: header.value) }
        let request = try HTTPClient.Request(
            url: address.text, method: HTTPMethod(rawValue: outgoing.method), headers: headers,
            body: outgoing.body.isEmpty ? nil : .byteBuffer(ByteBuffer(bytes: outgoing.body)))
        let collected = ResponseAccumulator(request: request, maxBodySize: outgoing.limit)
        let response = try client.execute(request: request, delegate: collected, deadline: .now() + .milliseconds(Int64(min(seconds, 3600) * 1000)))
            .futureResult.wait()
        return OutgoingAnswer(status: Int(response.status.code), bytes: response.body.map { Array($0.readableBytesView) } ?? [])
    }

    /// Where nobody listens it fails at once, instead of trying until the time is up.
    static func configuration(_ address: OutgoingAddress, _ machine: IPAddress) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        if IPAddress(address.host) == nil { configuration.dnsOverride = [address.host: machine.description] }
        return configuration
    }

    private static func answer(to outgoing: OutgoingRequest, at address: OutgoingAddress, _ machine: IPAddress) async throws -> OutgoingAnswer {
        var request = HTTPClientRequest(url: address.text)
        request.method = HTTPMethod(rawValue: outgoing.method)
        request.headers.add(name: "connection", value: "close")
        for header in outgoing.headers { request.headers.add(name: header.name, value: header.value) }
        if !outgoing.body.isEmpty { request.body = .bytes(ByteBuffer(bytes: outgoing.body)) }
        return try await HTTPClient.withHTTPClient(configuration: configuration(address, machine)) { [request] client in
            let response = try await client.execute(request, timeout: .milliseconds(Int64(min(outgoing.patience, 3600) * 1000)))
            var bytes: [UInt8] = []
            for try await part in response.body {
                bytes += part.readableBytesView
                if bytes.count > outgoing.limit { break }
            }
            return OutgoingAnswer(
                status: Int(response.status.code), bytes: Array(bytes.prefix(outgoing.limit)), isCut: bytes.count > outgoing.limit)
        }
    }
}
