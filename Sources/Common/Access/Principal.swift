package import Support

/// Names a principal: a login name or an e-mail address.
package struct PrincipalID: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    /// Whether a text can name a principal: letters, digits and `._@+-`, at most 128 of them.
    package static func isValid(_ text: String) -> Bool {
        let others = Set("._@+-".utf8)
        return !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || others.contains($0) }
    }
}

/// Somebody or something that acts, known to the project.
package struct Principal: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A person.
        case user
        /// A program that acts for itself.
        case service
    }

    package var id: PrincipalID
    package var kind: Kind
    /// The name as it is printed under an approval.
    package var name: String
    package var isDisabled: Bool
    package var created: Timestamp
    /// The names of the roles held in this project.
    package var roles: [String]
}

/// Who asks, after authentication, and what they may do.
package struct Caller: Sendable, Equatable {
    /// How a caller was recognised.
    package enum Proof: Sendable, Equatable {
        /// By the operating system: whoever works in the project's folder.
        case folder
        /// Not at all: nobody is registered, and only this machine is listened to.
        case loopback
        /// By an API token of that name.
        case token(String)
        /// By a password sent with the request.
        case password
        /// By a session of the pages.
        case session
        /// By an identity provider of that name, just now.
        case provider(String)
    }

    package var id: PrincipalID
    /// The name as it is printed under an approval.
    package var name: String
    package var roles: [String]
    package var permissions: Set<Permission>
    package var proof: Proof
    /// Whether a token was made to sign and for nothing else.
    package var isForSigning = false

    /// The most that a token may open to be taken as a signature: it was made to sign, and does nothing else.
    package static let signing: Set<Permission> = [.projectRead, .approvalGive]

    package init(id: PrincipalID, name: String, roles: [String], permissions: Set<Permission>, proof: Proof) {
        self.id = id
        self.name = name
        self.roles = roles
        self.permissions = permissions
        self.proof = proof
    }

    /// Whoever works in the project's folder. The permissions of the files decide what they can do there; Martlet adds nothing to them.
    package static func folder(_ login: String) -> Caller {
        Caller(id: PrincipalID(login), name: login, roles: ["owner"], permissions: Set(Permission.allCases), proof: .folder)
    }

    /// Whoever reaches a server that listens to this machine only and knows nobody. Secrets are for those who are known: the key file may be another's.
    package static let loopback = Caller(
        id: "anonymous", name: "anonymous", roles: ["owner"],
        permissions: Set(Permission.allCases).subtracting([.approvalGive, .secretRead, .secretManage, .tokenOwn, .accessManage]), proof: .loopback)

    /// How they were recognised, for the record: `token:ci`.
    package var via: String {
        switch proof {
        case .folder: "folder"
        case .loopback: "loopback"
        case .token(let name): "token:\(name)"
        case .password: "password"
        case .session: "session"
        case .provider(let name): "provider:\(name)"
        }
    }
}

extension PrincipalID: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(rawValue: value) }
}
