internal import Outgoing
internal import Support

/// Where a Vault is and who asks there, as the environment says: `VAULT_ADDR`, `VAULT_NAMESPACE`, and `VAULT_TOKEN`, or `VAULT_ROLE_ID` with
/// `VAULT_SECRET_ID` (AppRole). Whoever starts the program sets these, so the address may be in a private network.
struct VaultConnection: Sendable, Equatable {
    /// The largest answer that is read, in bytes.
    private static let limit = 1 << 20

    /// How whoever asks is recognised.
    enum Credential: Sendable, Equatable {
        case token(String)
        case role(String, secret: String)
    }

    let credential: Credential
    private let address: String
    private let namespace: String?

    /// - Throws: `invalidInput` where `VAULT_ADDR` is missing or would carry the token over a network in the clear; `unauthenticated` where nothing says
    ///   who asks.
    init(environment: [String: String]) throws(MartletError) {
        guard let text = environment["VAULT_ADDR"], let url = try? OutgoingAddress(text), !url.path.contains("?") else {
            throw MartletError(.invalidInput, "A secret lies in Vault, and VAULT_ADDR does not say where. Set it to https://host:port.")
        }
        guard url.scheme == "https" || ["127.0.0.1", "localhost", "::1"].contains(url.host) else {
            throw MartletError(.invalidInput, "VAULT_ADDR is http, and the token would cross the network in the clear. Use https.")
        }
        address = text.hasSuffix("/") ? String(text.dropLast()) : text
        func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        namespace = set("VAULT_NAMESPACE")
        if let token = set("VAULT_TOKEN") {
            credential = .token(token)
        } else if let role = set("VAULT_ROLE_ID"), let secret = set("VAULT_SECRET_ID") {
            credential = .role(role, secret: secret)
        } else {
            throw MartletError(.unauthenticated, "Vault asks who reads. Set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID.")
        }
    }

    /// Status and body of an answer.
    /// - Throws: `unavailable`.
    func send(_ method: String, _ path: String, token: String?, body: JSONValue? = nil) async throws(MartletError) -> (status: Int, body: JSONValue) {
        var request = OutgoingRequest(method, headers: [("x-vault-request", "true")])
        request.limit = VaultConnection.limit
        if let body {
            request.body = Array(body.compact.utf8)
            request.headers.append(("content-type", "application/json"))
        }
        if let token { request.headers.append(("x-vault-token", token)) }
        if let namespace { request.headers.append(("x-vault-namespace", namespace)) }
        let answer: OutgoingAnswer
        do throws(MartletError) { answer = try await OutgoingClient(allowsPrivate: true).send(request, to: address + path) } catch {
            throw MartletError(.unavailable, "Vault does not answer at VAULT_ADDR.", cause: error.cause)
        }
        return (answer.status, answer.isCut ? .null : (try? JSONValue(parsing: answer.bytes)) ?? .null)
    }

    /// The error that an answer other than the expected one stands for. It repeats nothing that Vault said.
    static func failure(_ status: Int, _ what: String) -> MartletError {
        switch status {
        case 403: MartletError(.permissionDenied, "Vault does not allow \(what). Check the token and its policies.")
        case 404: MartletError(.notFound, "Vault has nothing at \(what), or that version was deleted.")
        case 503: MartletError(.unavailable, "Vault is sealed.")
        default: MartletError(.unavailable, "Vault answered \(what) with status \(status).")
        }
    }
}
