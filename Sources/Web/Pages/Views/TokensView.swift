package import Support

/// API tokens, as the page shows them. There is no secret in it.
package struct TokensView: Sendable {
    /// A token that a service got for another one, for an hour.
    package struct Lease: Sendable {
        package var hint: String
        package var made: Timestamp
        package var expires: Timestamp?
        package var isRevoked: Bool

        package init(hint: String, made: Timestamp, expires: Timestamp?, isRevoked: Bool) {
            self.hint = hint
            self.made = made
            self.expires = expires
            self.isRevoked = isRevoked
        }
    }

    package struct Token: Sendable {
        package enum State: Sendable { case valid, expired, revoked }

        package var name: String
        package var owner: String
        /// What it is limited to; nil for all that its owner may do.
        package var scopes: [String]?
        package var made: Timestamp
        package var expires: Timestamp?
        package var revoked: Timestamp?
        package var state: State
        /// The first characters of the secret.
        package var hint: String
        /// How whoever made it was recognised; nil where the record does not say.
        package var via: String?
        package var leases: [Lease]

        package init(
            name: String, owner: String, scopes: [String]?, made: Timestamp, expires: Timestamp?, revoked: Timestamp? = nil, state: State = .valid,
            hint: String, via: String? = nil, leases: [Lease] = []
        ) {
            self.name = name
            self.owner = owner
            self.scopes = scopes
            self.made = made
            self.expires = expires
            self.revoked = revoked
            self.state = state
            self.hint = hint
            self.via = via
            self.leases = leases
        }
    }

    /// How long a token can be made to last.
    package static let lifetimes = ["1d", "7d", "30d", "90d", "365d"]

    package var tokens: [Token]
    /// Whether everybody's tokens are shown, and not the reader's own.
    package var isEverybodys: Bool
    /// What the reader can give to a token; nothing where they cannot make one.
    package var grantable: [String]
    /// Whether the reader is signed in at the pages, so that they can make and revoke tokens.
    package var isInSession: Bool

    package init(tokens: [Token] = [], isEverybodys: Bool = false, grantable: [String] = [], isInSession: Bool = false) {
        self.tokens = tokens
        self.isEverybodys = isEverybodys
        self.grantable = grantable
        self.isInSession = isInSession
    }
}

/// What was filled in to make a token.
package struct TokenRequest: Sendable, Equatable {
    package var name: String
    package var scopes: [String]
    package var lifetime: String

    package init(name: String = "", scopes: [String] = [], lifetime: String = "30d") {
        self.name = name
        self.scopes = scopes
        self.lifetime = lifetime
    }

    /// Reads a posted form.
    package init(_ fields: [(name: String, value: String)]) {
        func field(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }
        self.init(
            name: field("name").split(whereSeparator: \.isWhitespace).joined(separator: " "),
            scopes: fields.filter { $0.name == "scope" }.map(\.value), lifetime: field("expires"))
    }
}
