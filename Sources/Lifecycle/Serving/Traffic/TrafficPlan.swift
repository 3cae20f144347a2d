package import Support

/// How the requests to an endpoint are shared between its champion and other versions of the same model.
package struct TrafficPlan: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// One version answers a share of the requests; the champion answers the rest.
        case canary
        /// Several versions answer by their weights, the champion only where it is one of them.
        case split
        /// One version is asked what the champion answered, is compared with it, and never answers.
        case shadow
    }

    /// A version with its part.
    package struct Share: Sendable, Equatable {
        package var version: Int
        /// More than 0 and at most 1: of all requests.
        package var share: Double

        package init(version: Int, share: Double) {
            self.version = version
            self.share = share
        }
    }

    /// The number of the change that made it.
    package var id: Int
    package var kind: Kind
    /// In the order of the versions; those of a split add up to 1.
    package let shares: [Share]
    /// What is the same for requests that belong to the same version: the caller's key, or an input. Nil where each request is decided for itself.
    package var key: String?
    /// Since when it is in force.
    package var since: Timestamp
    /// When it ends by itself.
    package var until: Timestamp?

    /// - Parameter weights: versions with any positive numbers. Those of a split are brought to a sum of 1; a canary and a shadow have one, a share.
    /// - Throws: `usage` for weights that make no plan.
    package init(
        id: Int, kind: Kind, weights: [Share], key: String? = nil, since: Timestamp, until: Timestamp? = nil
    ) throws(MartletError) {
        self.id = id
        self.kind = kind
        self.key = key
        self.since = since
        self.until = until
        shares = try TrafficPlan.shares(kind, weights)
    }

    private static func shares(_ kind: Kind, _ weights: [Share]) throws(MartletError) -> [Share] {
        guard weights.allSatisfy({ $0.share > 0 && $0.share.isFinite && $0.share <= 1e9 }) else {
            throw MartletError(.usage, "A version's share is a number above 0. Leave out what is to get nothing.")
        }
        guard kind == .split else {
            guard weights.count == 1, weights[0].share <= 1 else {
                throw MartletError(.usage, "A \(kind.rawValue) is one version with a share of at most 100%.")
            }
            return weights
        }
        guard weights.count >= 2, Set(weights.map(\.version)).count == weights.count else {
            throw MartletError(.usage, "A split is between two or more versions, each named once: income@v2=50 income@v3=50.")
        }
        let sum = weights.reduce(0) { $0 + $1.share }
        return weights.map { Share(version: $0.version, share: $0.share / sum) }.sorted { $0.version < $1.version }
    }

    /// The versions that it names.
    package var versions: [Int] { shares.map(\.version) }

    /// The version that is compared and never answers.
    package var shadow: Int? { kind == .shadow ? shares.first?.version : nil }

    /// The versions that it lets answer.
    package var answering: [Int] { kind == .shadow ? [] : versions }

    /// The share of requests that a version answers where the champion has the given number; nil for one that does not answer.
    package func share(of version: Int, champion: Int) -> Double? {
        let own = kind == .shadow ? nil : shares.first { $0.version == version }?.share
        guard version == champion, kind != .split else { return own }
        return kind == .canary ? 1 - shares.reduce(0) { $0 + $1.share } : 1
    }
}
