package import Support

/// Reads from Vault's KV engine, version 2 (https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2), as whom the environment says.
package struct VaultClient: Sendable {
    private let connection: VaultConnection
    private let session: VaultSession

    /// - Parameter session: where the token is held from one reading to the next.
    /// - Throws: `invalidInput`, `unauthenticated` where the environment does not say where Vault is and who asks (`VaultConnection`).
    package init(environment: [String: String], session: VaultSession) throws(MartletError) {
        connection = try VaultConnection(environment: environment)
        self.session = session
    }

    /// - Throws: `permissionDenied`, `notFound`, `unavailable`, `invalidInput`; no message holds a value or a credential.
    package func read(mount: String, path: String, key: String, version: Int?) async throws(MartletError) -> String {
        let place = "/v1/\(VaultClient.encoded(mount))/data/\(VaultClient.encoded(path))" + (version.map { "?version=\($0)" } ?? "")
        let (status, body) = try await get(place)
        let reference = "secret://vault/\(mount)/\(path)#\(key)"
        guard status == 200 else { throw VaultConnection.failure(status, reference) }
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

    /// Asks with the token that is held. One that is refused may have been revoked: with AppRole a new one is asked with once.
    private func get(_ place: String) async throws(MartletError) -> (status: Int, body: JSONValue) {
        let token = try await session.token(connection)
        let answer = try await connection.send("GET", place, token: token)
        guard answer.status == 403, case .role = connection.credential else { return answer }
        return try await connection.send("GET", place, token: try await session.token(connection, instead: token))
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
