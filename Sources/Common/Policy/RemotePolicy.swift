internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
package import Support

/// A remote Open Policy Agent that decides, asked through its REST interface (`POST /v1/data/martlet/access`).
///
/// Only an answer of exactly the documented form, with `allow` true and nothing denied, allows; whatever else happens is a no. An answer is
/// waited for a second, and no question is put twice. The calls block: keep them off Swift's cooperative pool.
package final class RemotePolicy: PolicyJudge {
    /// How long an answer may take, in seconds.
    private static let patience: Int64 = 1
    /// The largest answer that is read, in bytes.
    private static let answerLimit = 1 << 20

    private let address: String
    private let client: HTTPClient

    /// - Parameter server: the address of the server as `access: {opa: ...}` has it.
    /// - Throws: `invalidInput` for what is no address of a web server.
    package init(server: String) throws(MartletError) {
        address =
            try RemotePolicy.base(server) + "/v1/data/" + PolicySet.package.split(separator: ".").joined(separator: "/")
            + "?strict-builtin-errors=true"
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(RemotePolicy.patience), read: .seconds(RemotePolicy.patience)))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(30)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit { client.shutdown { _ in } }

    /// The address of a server without a slash at its end.
    /// - Throws: `invalidInput` for what is no address of a web server.
    package static func base(_ text: String) throws(MartletError) -> String {
        let rest = ["http://", "https://"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) }
        guard let rest, let host = rest.split(separator: "/", omittingEmptySubsequences: false).first, !host.isEmpty,
            !rest.contains(where: { "@?# ".contains($0) || $0.isWhitespace })
        else {
            throw MartletError(.invalidInput, "“\(text)” is not the address of a policy server. Write it like http://127.0.0.1:8181.")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    package let isQuick = false
    package let isStale = false
    package let revision: String? = nil
    package func refresh() {}

    package func decide(_ question: PolicyQuestion) -> PolicyVerdict? {
        let start = monotonicSeconds()
        let input: JSONValue = ["input": question.json]
        let answer: JSONValue
        do { answer = try ask(input.compact) } catch {
            return PolicyVerdict(failure: error.message, nanoseconds: PolicySet.nanoseconds(since: start))
        }
        let document = answer.members.first { $0.key == "result" }?.value
        return PolicyVerdict(document: document, needsAllow: true, nanoseconds: PolicySet.nanoseconds(since: start))
    }

    /// - Throws: `unavailable` where the server does not answer with status 200 and an object.
    private func ask(_ body: String) throws(MartletError) -> JSONValue {
        let response: HTTPClient.Response
        do {
            let request = try HTTPClient.Request(
                url: address, method: .POST, headers: ["Content-Type": "application/json"], body: .byteBuffer(ByteBuffer(string: body)))
            let collected = ResponseAccumulator(request: request, maxBodySize: RemotePolicy.answerLimit)
            response = try client.execute(request: request, delegate: collected, deadline: .now() + .seconds(RemotePolicy.patience)).futureResult
                .wait()
        } catch {
            throw MartletError(.unavailable, "The policy server did not answer (\(error)).")
        }
        guard response.status == .ok else {
            throw MartletError(.unavailable, "The policy server answered with status \(response.status.code)\(RemotePolicy.words(response)).")
        }
        let answer = try JSONValue(parsing: response.body.map { Array($0.readableBytesView) } ?? [])
        guard case .object(let members) = answer, members.count(where: { $0.key == "result" }) <= 1 else {
            throw MartletError(.unavailable, "The policy server's answer is not an object with one result.")
        }
        return answer
    }

    /// What an error answer says of itself, shortened.
    private static func words(_ response: HTTPClient.Response) -> String {
        let text = response.body.flatMap { try? JSONValue(parsing: Array($0.readableBytesView)) }?["message"].text
        return text.map { ": \($0.filter { !$0.isNewline }.prefix(200))" } ?? ""
    }
}
