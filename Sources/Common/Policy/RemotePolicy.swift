internal import Outgoing
package import Support

/// A remote Open Policy Agent that decides, asked through its REST interface (`POST /v1/data/martlet/access`).
///
/// Only an answer of exactly the documented form, with `allow` true and nothing denied, allows; whatever else happens is a no. An answer is
/// waited for a second, and no question is put twice. The calls block: keep them off Swift's cooperative pool.
package final class RemotePolicy: PolicyJudge {
    /// How long an answer may take, in seconds.
    package static let standardPatience = 1.0
    /// The largest answer that is read, in bytes.
    private static let answerLimit = 1 << 20

    private let address: String
    private let client: OutgoingClient
    private let patience: Double

    /// - Parameters:
    ///   - server: the address of the server as `access: {opa: ...}` has it.
    ///   - allowsPrivate: whether it may be on this machine or in a private network.
    ///   - patience: how long an answer may take, in seconds.
    /// - Throws: `invalidInput` for what is no address of a web server.
    package init(server: String, allowsPrivate: Bool, patience: Double = RemotePolicy.standardPatience) throws(MartletError) {
        self.patience = patience
        address =
            try RemotePolicy.base(server) + "/v1/data/" + PolicySet.package.split(separator: ".").joined(separator: "/")
            + "?strict-builtin-errors=true"
        client = OutgoingClient(allowsPrivate: allowsPrivate)
    }

    /// The address of a server without a slash at its end.
    /// - Throws: `invalidInput` for what is no address of a web server.
    package static func base(_ text: String) throws(MartletError) -> String {
        guard let address = try? OutgoingAddress(text), !address.path.contains("?"), text.hasPrefix("http") else {
            throw MartletError(.invalidInput, "“\(text)” is not the address of a policy server. Write it like http://127.0.0.1:8181.")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    package let isQuick = false
    package let isStale = false
    package let revision: String? = nil
    package func refresh() {}

    package func decide(_ question: @autoclosure () -> PolicyQuestion) -> PolicyVerdict? {
        let start = monotonicSeconds()
        let input: JSONValue = ["input": question().json]
        let answer: JSONValue
        do { answer = try ask(input.compact) } catch {
            return PolicyVerdict(failure: error.message, nanoseconds: PolicySet.nanoseconds(since: start))
        }
        let document = answer.members.first { $0.key == "result" }?.value
        return PolicyVerdict(document: document, needsAllow: true, nanoseconds: PolicySet.nanoseconds(since: start))
    }

    /// - Throws: `unavailable` where the server does not answer with status 200 and an object; `refused` where its address may not be reached.
    private func ask(_ body: String) throws(MartletError) -> JSONValue {
        var request = OutgoingRequest(headers: [("content-type", "application/json")], body: Array(body.utf8))
        request.limit = RemotePolicy.answerLimit
        request.patience = patience
        let response: OutgoingAnswer
        do { response = try client.sendAndWait(request, to: address) } catch {
            guard error.code == .unavailable else { throw error }
            throw MartletError(.unavailable, "The policy server did not answer (\(error.cause ?? error.message)).")
        }
        guard response.status == 200, !response.isCut else {
            throw MartletError(.unavailable, "The policy server answered with status \(response.status)\(RemotePolicy.words(response)).")
        }
        let answer = try JSONValue(parsing: response.bytes)
        guard case .object(let members) = answer, members.count(where: { $0.key == "result" }) <= 1 else {
            throw MartletError(.unavailable, "The policy server's answer is not an object with one result.")
        }
        return answer
    }

    /// What an error answer says of itself, shortened.
    private static func words(_ response: OutgoingAnswer) -> String {
        guard !response.isCut else { return " and more than \(answerLimit) bytes" }
        let text = (try? JSONValue(parsing: response.bytes))?["message"].text
        return text.map { ": \($0.filter { !$0.isNewline }.prefix(200))" } ?? ""
    }
}
