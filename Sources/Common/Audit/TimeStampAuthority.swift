internal import Outgoing
package import Support

/// A time-stamp authority that is reached over HTTP (RFC 3161, 3.4). It is named on the command line, so it may be in a private network.
package struct TimeStampAuthority: Sendable {
    /// The largest reply that is read, in bytes.
    private static let limit = 1 << 20
    /// The longest that is waited for it, in seconds.
    private static let patience = 20.0

    package let url: String

    /// - Throws: `usage` for what is no such address.
    package init(_ url: String) throws(MartletError) {
        guard (try? OutgoingAddress(url)) != nil else {
            throw MartletError(.usage, "“\(url)” is no authority's address. It begins with http:// or https://.")
        }
        self.url = url
    }

    /// Sends a request and gives the reply's bytes, waiting at most twenty seconds.
    /// - Throws: `unavailable`.
    package func reply(to request: TimeStampRequest) async throws(MartletError) -> [UInt8] {
        var post = OutgoingRequest(
            headers: [("content-type", "application/timestamp-query"), ("accept", "application/timestamp-reply")], body: request.bytes)
        post.limit = TimeStampAuthority.limit
        post.patience = TimeStampAuthority.patience
        let answer: OutgoingAnswer
        do throws(MartletError) { answer = try await OutgoingClient(allowsPrivate: true).send(post, to: url) } catch {
            throw MartletError(
                .unavailable, "The time-stamp authority at \(url) did not answer. Nothing was anchored there.", cause: error.cause ?? error.message)
        }
        guard answer.status == 200, !answer.isCut else {
            throw MartletError(.unavailable, "The time-stamp authority answered with status \(answer.status). Nothing was anchored there.")
        }
        return answer.bytes
    }
}
