internal import Outgoing
internal import Support

/// What a provider says of itself (OpenID Connect Discovery 1.0).
struct ProviderDocument: Sendable, Equatable {
    /// How the client proves itself when it fetches tokens.
    enum ClientProof: Equatable {
        /// Name and secret in the header `Authorization`.
        case basic
        /// Both in the form.
        case form
    }

    var authorization: OutgoingAddress
    var token: OutgoingAddress
    var keys: OutgoingAddress
    var clientProof: ClientProof
    /// Whether its answers name their issuer (RFC 9207).
    var namesIssuer: Bool

    /// Where the document of an issuer lies.
    static func address(of issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }

    /// - Throws: `unavailable` for one that is not this issuer's, or that cannot be worked with.
    init(_ document: JSONValue, of provider: IdentityProvider) throws(MartletError) {
        guard document["issuer"].text == provider.issuer else {
            let other = document["issuer"].text.map { "“\($0.prefix(200))”" } ?? "no name"
            throw MartletError(
                .unavailable, "The provider “\(provider.name)” calls itself \(other), not “\(provider.issuer)”. Write the issuer exactly as it does.")
        }
        func address(_ name: String) throws(MartletError) -> OutgoingAddress {
            let found = document[name].text.flatMap { try? OutgoingAddress($0) }
            guard let found, found.scheme == "https" || provider.allowsPrivate else {
                throw MartletError(.unavailable, "The provider “\(provider.name)” names no https address as its \(name).")
            }
            return found
        }
        authorization = try address("authorization_endpoint")
        token = try address("token_endpoint")
        keys = try address("jwks_uri")
        clientProof = try ProviderDocument.clientProof(document["token_endpoint_auth_methods_supported"], provider)
        namesIssuer = document["authorization_response_iss_parameter_supported"].flag ?? false
        let methods = document["code_challenge_methods_supported"]
        guard methods.isNull || methods.elements.contains("S256") else {
            throw MartletError(.unavailable, "The provider “\(provider.name)” does not know PKCE with S256, which Martlet does not go without.")
        }
    }

    /// Basic where the provider says nothing, as the standard has it.
    private static func clientProof(_ methods: JSONValue, _ provider: IdentityProvider) throws(MartletError) -> ClientProof {
        guard provider.clientSecret != nil, !methods.isNull, !methods.elements.contains("client_secret_basic") else { return .basic }
        guard methods.elements.contains("client_secret_post") else {
            throw MartletError(.unavailable, "The provider “\(provider.name)” takes neither client_secret_basic nor client_secret_post.")
        }
        return .form
    }
}
