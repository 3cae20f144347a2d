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
        /// Whether that is all of it.
        package var isWhole: Bool

        package init(status: Int, body: String, isWhole: Bool = true) {
            self.status = status
            self.body = body
            self.isWhole = isWhole
        }
    }

    /// A header field.
    package typealias Header = (name: String, value: String)

    /// The most that is read of an answer where the asker names nothing else, in bytes; the rest is left unread.
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
    package func post(_ body: JSONValue, to text: String, headers: [Header] = []) async throws(MartletError) -> Answer {
        try await send(.POST, text, headers: [("content-type", "application/json")] + headers, body: body.compact, limit: OutgoingClient.limit)
    }

    /// Posts the fields of a form, already encoded.
    /// - Parameter limit: the most that is read of the answer, in bytes.
    /// - Throws: as `post` of JSON.
    package func post(form: String, to text: String, headers: [Header] = [], limit: Int) async throws(MartletError) -> Answer {
        try await send(.POST, text, headers: [("content-type", "application/x-www-form-urlencoded")] + headers, body: form, limit: limit)
    }

    /// Asks for what lies at an address.
    /// - Parameter limit: the most that is read of the answer, in bytes.
    /// - Throws: as `post`.
    package func get(_ text: String, headers: [Header] = [], limit: Int) async throws(MartletError) -> Answer {
        try await send(.GET, text, headers: headers, body: nil, limit: limit)
    }

    private func send(
        _ method: HTTPMethod, _ text: String, headers: [Header], body: String?, limit: Int
    ) async throws(MartletError) -> Answer {
        let address = try OutgoingAddress(text)
        var cause = ""
        for machine in try await resolver.addresses(of: address.host, allowsPrivate: allowsPrivate).prefix(2) {
            do {
                var request = HTTPClientRequest(url: address.text)
                request.method = method
                // One request, one connection: a pool that is shut down while it takes a connection back ends the process.
                request.headers.add(name: "connection", value: "close")
                for header in headers { request.headers.add(name: header.name, value: header.value) }
                if let body { request.body = .bytes(ByteBuffer(string: body)) }
                return try await OutgoingClient.answer(to: request, of: address.host, at: machine, limit: limit)
            } catch { cause = "\(type(of: error))" }
        }
        throw MartletError(.unavailable, "Nobody answered. Check the address and the network.", cause: cause)
    }

    /// Where nobody listens it fails at once, instead of trying until the time is up.
    private static func answer(
        to request: HTTPClientRequest, of host: String, at machine: IPAddress, limit: Int
    ) async throws -> Answer {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        if IPAddress(host) == nil { configuration.dnsOverride = [host: machine.description] }
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await client.execute(request, timeout: .seconds(patience))
            var bytes: [UInt8] = []
            for try await part in response.body {
                bytes += part.readableBytesView
                if bytes.count > limit { break }
            }
            return Answer(
                status: Int(response.status.code), body: String(decoding: bytes.prefix(limit), as: UTF8.self), isWhole: bytes.count <= limit)
        }
    }
}
