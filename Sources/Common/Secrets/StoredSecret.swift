package import Support

/// What is known of a secret without opening it: its versions, when they were written, and the rules for the next ones.
package struct StoredSecret: Sendable, Equatable {
    package let path: SecretPath
    package let created: Timestamp
    package internal(set) var updated: Timestamp
    /// How many versions are kept; 0 for the number that is kept where nobody says.
    package internal(set) var maxVersions = 0
    /// Whether a write has to name the version that it replaces.
    package internal(set) var needsCheck = false
    /// Free words about it, as an object of texts.
    package internal(set) var notes: JSONValue = .object([])
    /// Those that are kept, oldest first. Empty where only the rules were set so far.
    package internal(set) var versions: [SecretVersion] = []

    init(path: SecretPath, created: Timestamp) {
        self.path = path
        self.created = created
        updated = created
    }

    /// The newest version, whatever became of it.
    package var current: SecretVersion? { versions.last }

    /// The version of that number; the newest where none is named.
    package func version(_ number: Int?) -> SecretVersion? {
        guard let number, number != 0 else { return current }
        return versions.first { $0.number == number }
    }
}

/// One version of a secret, without its values.
package struct SecretVersion: Sendable, Equatable {
    /// What its values are sealed as.
    enum Content: Sendable, Equatable {
        /// The whole object, as JSON.
        case whole(String)
        /// Each value for itself, as the first format did: key, the name that it is sealed with, sealed value.
        case parts([Part])
    }

    struct Part: Sendable, Equatable {
        var key: String
        var name: String
        var sealed: String
    }

    package let number: Int
    package let created: Timestamp
    /// The names of its values, which are not sealed.
    package internal(set) var keys: [String]
    /// When it was taken out of sight; it can be brought back.
    package internal(set) var deleted: Timestamp?
    /// Nil where it was destroyed: then there is nothing left to bring back.
    var content: Content?

    /// Whether its values are gone for good.
    package var isDestroyed: Bool { content == nil }
    /// Whether it can be read.
    package var isReadable: Bool { content != nil && deleted == nil }
}
