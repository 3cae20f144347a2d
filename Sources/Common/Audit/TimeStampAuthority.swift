internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
package import Support

/// A time-stamp authority that is reached over HTTP (RFC 3161, 3.4).
package struct TimeStampAuthority: Sendable {
    /// The largest reply that is read, in bytes.
    private static let limit = 1 << 20

    package let url: String

    /// - Throws: `usage` for what is no such address.
    package init(_ url: String) throws(MartletError) {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw MartletError(.usage, "“\(url)” is no authority's address. It begins with http:// or https://.")
        }
        self.url = url
    }

    /// Sends a request and gives the reply's bytes, waiting at most twenty seconds.
    /// - Throws: `unavailable`.
    package func reply(to request: TimeStampRequest) async throws(MartletError) -> [UInt8] {
        do {
            var post = HTTPClientRequest(url: url)
            post.method = .POST
            post.headers.add(name: "content-type", value: "application/timestamp-query")
            // One request, one connection: a pool that is shut down while it takes a connection back ends the process.
            post.headers.add(name: "connection", value: "close")
            post.headers.add(name: "accept", value: "application/timestamp-reply")
            post.body = .bytes(ByteBuffer(bytes: request.bytes))
            return try await TimeStampAuthority.bytes(of: post)
        } catch let error as MartletError { throw error } catch {
            throw MartletError(.unavailable, "The time-stamp authority at \(url) did not answer. Nothing was anchored there.", cause: "\(error)")
        }
    }

    private static func bytes(of request: HTTPClientRequest) async throws -> [UInt8] {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await client.execute(request, timeout: .seconds(20))
            guard response.status == .ok else {
                throw MartletError(.unavailable, "The time-stamp authority answered with status \(response.status.code). Nothing was anchored there.")
            }
            return Array(buffer: try await response.body.collect(upTo: limit))
        }
    }
}
