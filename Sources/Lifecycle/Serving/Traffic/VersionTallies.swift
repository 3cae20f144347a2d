package import Support

/// What each version of an endpoint has answered, since the server began and since the plan in force did. Lives inside a mutex.
struct VersionTallies {
    private var total: [Int: ServingFigures] = [:]
    private var sincePlan: [Int: ServingFigures] = [:]
    /// Requests that were left to the champion, as their rows have sticky keys of different versions.
    private(set) var mixed = 0

    mutating func answered(_ version: Int, rows: Int, microseconds: Int) {
        change(version) { figures in
            figures.requests += 1
            figures.rows += rows
            figures.latency.add(microseconds: microseconds)
        }
    }

    mutating func failed(_ version: Int, isCallersMistake: Bool) {
        change(version) { figures in
            figures.requests += 1
            if isCallersMistake { figures.refused += 1 } else { figures.failed += 1 }
        }
    }

    mutating func countMixed() { mixed += 1 }

    /// Counts anew what is counted since the plan in force began.
    mutating func beginPlan() {
        sincePlan = [:]
        mixed = 0
    }

    private mutating func change(_ version: Int, _ change: (inout ServingFigures) -> Void) {
        change(&total[version, default: ServingFigures()])
        change(&sincePlan[version, default: ServingFigures()])
    }

    /// What the newest twenty of the versions answered since the server began, by their numbers.
    var newest: [(version: Int, figures: ServingFigures)] { total.sorted { $0.key < $1.key }.suffix(20).map { ($0.key, $0.value) } }

    /// - Parameter sincePlan: whether only what came since the plan in force began.
    func figures(of version: Int, sincePlan isRecent: Bool) -> ServingFigures {
        (isRecent ? sincePlan : total)[version] ?? ServingFigures()
    }
}

/// A version of an endpoint with its part of the traffic.
package struct VersionTraffic: Sendable {
    package enum Role: String, Sendable {
        case champion, canary, split, shadow
    }

    package var version: Int
    package var role: Role
    /// Of the requests that insist on no version; nil for a shadow.
    package var share: Double?
    /// What it answered since the plan in force began; all that it answered where there is none.
    package var figures: ServingFigures
    /// How it compares, for a shadow.
    package var shadow: ShadowFigures?

    /// The version for `--json`.
    /// - Parameter seconds: how long the figures cover.
    package func json(seconds: Double) -> JSONValue {
        [
            "version": JSONValue(version), "role": .string(role.rawValue), "share": JSONValue(share), "figures": figures.json(seconds: seconds),
            "shadow": shadow?.json ?? .null,
        ]
    }
}
