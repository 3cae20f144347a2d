package import Support

/// A provider of identities, as `access.providers` in `martlet.yaml` names it.
package struct IdentityProvider: Sendable, Equatable {
    /// What it is called in addresses and in the record: `company`.
    package var name: String
    /// Its issuer, as it writes it itself.
    package var issuer: String
    package var clientID: String
    /// A reference to the client's secret; nil for a client without one, which PKCE alone protects.
    package var clientSecret: String?
    package var scopes: [String]
    /// What the button says.
    package var label: String
    /// The role of users who are added at their first sign-in; nil where nobody is.
    package var createRole: String?
    /// Whether the first sign-in may be tied to the user whose name is the verified e-mail address.
    package var linksEmail: Bool
    /// Whether it may lie on this machine or in a private network, and speak plain HTTP.
    package var allowsPrivate: Bool

    package init(
        name: String, issuer: String, clientID: String, clientSecret: String? = nil, scopes: [String] = IdentityProvider.usualScopes,
        label: String? = nil, createRole: String? = nil, linksEmail: Bool = false, allowsPrivate: Bool = false
    ) {
        self.name = name
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scopes = scopes
        self.label = label ?? name
        self.createRole = createRole
        self.linksEmail = linksEmail
        self.allowsPrivate = allowsPrivate
    }

    package static let usualScopes = ["openid", "profile", "email"]
}

/// Who a provider says somebody is. Only issuer and subject together identify anybody; the rest are claims.
package struct Identity: Sendable, Equatable {
    package var issuer: String
    package var subject: String
    package var name: String?
    package var preferredName: String?
    package var email: String?
    /// Whether the provider says that it has verified the address.
    package var isEmailVerified: Bool
    /// When the person last proved who they are, in seconds since 1970.
    package var authenticatedAt: Double?

    package init(
        issuer: String, subject: String, name: String? = nil, preferredName: String? = nil, email: String? = nil, isEmailVerified: Bool = false,
        authenticatedAt: Double? = nil
    ) {
        self.issuer = issuer
        self.subject = subject
        self.name = name
        self.preferredName = preferredName
        self.email = email
        self.isEmailVerified = isEmailVerified
        self.authenticatedAt = authenticatedAt
    }

    /// Issuer and subject, for the record.
    package var claim: JSONValue { ["issuer": .string(issuer), "subject": .string(subject)] }
}
