internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
package import Support

/// Tells an address what turned red or green, as JSON in a POST.
package struct WebhookAlert: Sendable {
    private let address: String

    /// - Parameter address: an `http` or `https` address, or `$NAME` of an environment variable that holds one.
    /// - Throws: `invalidInput` where the variable is empty or the address is not one.
    package init(address: String, environment: [String: String]) throws(MartletError) {
        var resolved = address
        if address.hasPrefix("$") {
            guard let value = environment[String(address.dropFirst())], !value.isEmpty else {
                throw MartletError(
                    .invalidInput, "The webhook stands in \(address), which is not set. Export it, or take the webhook out of monitoring.alert.")
            }
            resolved = value
        }
        guard resolved.hasPrefix("http://") || resolved.hasPrefix("https://") else {
            throw MartletError(.invalidInput, "A webhook's address begins with http:// or https://.")
        }
        self.address = resolved
    }

    /// Sends the body once, waiting at most ten seconds.
    /// - Throws: `unavailable` where nobody answers with success. The address, which may hold a secret, is not part of the message.
    package func send(_ body: JSONValue) async throws(MartletError) {
        let status: Int
        do {
            var request = HTTPClientRequest(url: address)
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body.compact))
            status = try await WebhookAlert.status(of: request)
        } catch {
            throw MartletError(
                .unavailable, "The webhook did not answer. The result is recorded all the same; check the address and the network.",
                cause: "\(type(of: error))")
        }
        guard (200..<300).contains(status) else {
            throw MartletError(.unavailable, "The webhook answered with status \(status). The result is recorded all the same.")
        }
    }

    /// Sends a request and gives the status of the answer. Redirections are not followed: most turn a POST into a GET, and the body is lost.
    /// Where nobody listens it fails at once, instead of trying until the time is up.
    private static func status(of request: HTTPClientRequest) async throws -> Int {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            Int(try await client.execute(request, timeout: .seconds(10)).status.code)
        }
    }
}
