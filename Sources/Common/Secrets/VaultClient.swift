internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
package import Support

/// Reads from Vault's KV engine, version 2 (https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2), as whom the environment says:
/// `VAULT_TOKEN`, or `VAULT_ROLE_ID` and `VAULT_SECRET_ID` (AppRole). It signs in for each reading and keeps no token, so that none has to be renewed.
package struct VaultClient: Sendable {
    /// The largest answer that is read, in bytes.
    private static let limit = 1 << 20

    private let address: String
    private let environment: [String: String]

    /// - Throws: `invalidInput` where `VAULT_ADDR` is missing or would carry the token over a network in the clear.
    package init(environment: [String: String]) throws(MartletError) {
        guard let text = environment["VAULT_ADDR"], let url = URL(string: text), let host = url.host, ["http", "https"].contains(url.scheme) else {
            throw MartletError(.invalidInput, "A secret lies in Vault, and VAULT_ADDR does not say where. Set it to https://host:port.")
        }
        guard url.scheme == "https" || ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host) else {
            throw MartletError(.invalidInput, "VAULT_ADDR is http, and the token would cross the network in the clear. Use https.")
        }
        address = text.hasSuffix("/") ? String(text.dropLast()) : text
        self.environment = environment
    }

    /// - Throws: `permissionDenied`, `notFound`, `unavailable`; the messages hold Vault's own words, which name no value.
    package func read(mount: String, path: String, key: String, version: Int?) async throws(MartletError) -> String {
        let token = try await token()
        let place = "/v1/\(VaultClient.encoded(mount))/data/\(VaultClient.encoded(path))"
        let (status, body) = try await send("GET", place + (version.map { "?version=\($0)" } ?? ""), token: token, body: nil)
        let reference = "secret://vault/\(mount)/\(path)#\(key)"
        guard status == 200 else { throw VaultClient.failure(status, body, reference) }
        let data = body["data"]["data"]
        guard !data.isNull else { throw MartletError(.notFound, "\(reference) was deleted in Vault.") }
        guard let member = data.members.first(where: { $0.key == key }) else {
            throw MartletError(.notFound, "Vault has no key “\(key)” at \(mount)/\(path).")
        }
        guard let value = member.value.text, !value.isEmpty else {
            throw MartletError(.invalidInput, "\(reference) is not a text.")
        }
        return value
    }

    private func token() async throws(MartletError) -> String {
        if let token = environment["VAULT_TOKEN"], !token.isEmpty { return token }
        guard let role = environment["VAULT_ROLE_ID"], !role.isEmpty, let secret = environment["VAULT_SECRET_ID"], !secret.isEmpty else {
            throw MartletError(.unauthenticated, "Vault asks who reads. Set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID.")
        }
        let body: JSONValue = ["role_id": .string(role), "secret_id": .string(secret)]
        let (status, answer) = try await send("POST", "/v1/auth/approle/login", token: nil, body: body)
        guard status == 200, let token = answer["auth"]["client_token"].text else {
            throw VaultClient.failure(status, answer, "the sign-in by AppRole")
        }
        return token
    }

    private func send(_ method: String, _ path: String, token: String?, body: JSONValue?) async throws(MartletError) -> (Int, JSONValue) {
        var request = HTTPClientRequest(url: address + path)
        request.method = HTTPMethod(rawValue: method)
        request.headers.add(name: "x-vault-request", value: "true")
        // One request, one connection: a pool that is shut down while it takes a connection back ends the process.
        request.headers.add(name: "connection", value: "close")
        if let token { request.headers.add(name: "x-vault-token", value: token) }
        if let space = environment["VAULT_NAMESPACE"], !space.isEmpty { request.headers.add(name: "x-vault-namespace", value: space) }
        if let body { request.body = .bytes(ByteBuffer(string: body.compact)) }
        do { return try await VaultClient.answer(to: request) } catch {
            throw MartletError(.unavailable, "Vault does not answer at VAULT_ADDR.", cause: "\(type(of: error))")
        }
    }

    private static func answer(to request: HTTPClientRequest) async throws -> (Int, JSONValue) {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await client.execute(request, timeout: .seconds(10))
            let text = String(buffer: try await response.body.collect(upTo: limit))
            return (Int(response.status.code), (try? JSONValue(parsing: text)) ?? .null)
        }
    }

    private static func failure(_ status: Int, _ body: JSONValue, _ what: String) -> MartletError {
        switch status {
        case 403: MartletError(.permissionDenied, "Vault does not allow \(what). Check the token and its policies.")
        case 404: MartletError(.notFound, "Vault has nothing at \(what), or that version was deleted.")
        case 503: MartletError(.unavailable, "Vault is sealed.")
        default: MartletError(.unavailable, "Vault answered \(what) with status \(status).")
        }
    }

    /// Everything but letters, digits, `-._~` and the slashes between segments in percent form.
    private static func encoded(_ path: String) -> String {
        path.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || "-._~/".utf8.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}
