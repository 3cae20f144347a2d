#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

extension TrafficPlan {
    /// The version that answers a request.
    ///
    /// A canary answers keys whose position lies below its share, so that a greater share keeps every key that it had. In a split the version with
    /// the smallest −ln(position) / weight answers (weighted rendezvous hashing): versions get their shares exactly, and when one gets more, keys move
    /// to it only, from each of the others.
    /// - Parameter key: the sticky key, or the request's own identifier.
    /// - Returns: nil for the champion.
    package func choice(_ key: String, endpoint: String) -> Int? {
        switch kind {
        case .shadow: return nil
        case .canary:
            return shares.first { TrafficPosition.of(key, endpoint: endpoint, version: $0.version) < $0.share }?.version
        case .split:
            let distances = shares.map { share in
                (-log(TrafficPosition.of(key, endpoint: endpoint, version: share.version)) / share.share, share.version)
            }
            return distances.min { $0 < $1 }?.1
        }
    }

    /// Whether a request is shown to the shadow.
    package func isMirrored(_ key: String, endpoint: String) -> Bool {
        guard kind == .shadow, let share = shares.first else { return false }
        return share.share >= 1 || TrafficPosition.of(key, endpoint: endpoint, version: share.version) < share.share
    }
}
