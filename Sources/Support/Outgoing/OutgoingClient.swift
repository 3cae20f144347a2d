internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
package import Support

/// Sends requests to addresses that a file names. A name is resolved once, and exactly what was checked is connected to, so that a name that
/// changes its address in between leads nowhere else. Redirections are not followed: they could lead anywhere, and most lose the body.
package struct OutgoingClient: Sendable {
    /// What came back.
    package struct Answer: Sendable {
        package var status: Int
        /// The first part of the body.
        package var body: String
    }

    /// The most that is read of an answer, in bytes; the rest is left unread.
    private static let limit = 4096
    /// The longest that a request may take, in seconds.
    private static let patience: Int64 = 10

    private let allowsPrivate: Bool
    private let resolver: Resolver

    /// - Parameter allowsPrivate: whether this machine and private networks may be reached.
    package init(allowsPrivate: Bool, resolver: Resolver = .system) {
        self.allowsPrivate = allowsPrivate
        self.resolver = resolver
    }

    /// Posts JSON.
    /// - Throws: `invalidInput` for what is no address; `refused` for a private one; `unavailable` where nobody answers. No message holds the
    ///   address, which may hold a secret.
    package func post(_ body: JSONValue, to text: String, headers: [(name: String, value: String)] = []) async throws(MartletError) -> Answer {
        let address = try OutgoingAddress(text)
        var cause = ""
        for machine in try await resolver.addresses(of: address.host, allowsPrivate: allowsPrivate).prefix(2) {
            do {
                var request = HTTPClientRequest(url: address.text)
                request.method = .POST
                request.headers.add(name: "content-type", value: "application/json")
                // One request, one connection: a pool that is shut down while it takes a connection back ends the process.
                request.headers.add(name: "connection", value: "close")
                for header in headers { request.headers.add(name: header.name, value: header.value) }
                request.body = .bytes(ByteBuffer(string: body.compact))
                return try await OutgoingClient.answer(to: request, of: address.host, at: machine)
            } catch { cause = "\(type(of: error))" }
        }
        throw MartletError(.unavailable, "Nobody answered. Check the address and the network.", cause: cause)
    }

    /// Where nobody listens it fails at once, instead of trying until the time is up.
    private static func answer(to request: HTTPClientRequest, of host: String, at machine: IPAddress) async throws -> Answer {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        if IPAddress(host) == nil { configuration.dnsOverride = [host: machine.description] }
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await client.execute(request, timeout: .seconds(patience))
            var bytes: [UInt8] = []
            for try await part in response.body where bytes.count < limit {
                bytes += part.readableBytesView
                if bytes.count >= limit { break }
            }
            return Answer(status: Int(response.status.code), body: String(decoding: bytes.prefix(limit), as: UTF8.self))
        }
    }
}
