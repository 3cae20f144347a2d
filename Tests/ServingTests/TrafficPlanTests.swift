import Serving
import Support
import Testing

@Suite("A traffic plan") struct TrafficPlanTests {
    private static let keys = (0..<100_000).map { "person-\($0)" }

    private static func plan(_ kind: TrafficPlan.Kind, _ weights: [Int: Double], key: String? = "person_id") throws(MartletError) -> TrafficPlan {
        let shares = weights.sorted { $0.key < $1.key }.map { TrafficPlan.Share(version: $0.key, share: $0.value) }
        return try TrafficPlan(id: 1, kind: kind, weights: shares, key: key, since: noon)
    }

    private static func counts(_ plan: TrafficPlan) -> [Int: Int] {
        keys.reduce(into: [:]) { $0[plan.choice($1, endpoint: "income") ?? 0, default: 0] += 1 }
    }

    /// Whether a count of 100,000 lies within five standard deviations of what a binomial distribution expects.
    private static func isLikely(_ count: Int, share: Double) -> Bool {
        let n = Double(keys.count)
        return abs(Double(count) - n * share) <= 5 * (n * share * (1 - share)).squareRoot()
    }

    @Test("A position is what the documented formula gives in any language") func position() {
        // python3 -c 'from hashlib import sha256; print(int(sha256(b"income/v3/ann").hexdigest()[:13], 16) / 2**52)'
        #expect(TrafficPosition.of("ann", endpoint: "income", version: 3) == 0.25380756370716084)
        #expect(TrafficPosition.of("ann", endpoint: "income", version: 4) != TrafficPosition.of("ann", endpoint: "income", version: 3))
    }

    @Test("A canary gets its share of the keys", arguments: [0.001, 0.01, 0.1, 0.5, 0.9, 1]) func canary(share: Double) throws {
        let found = Self.counts(try Self.plan(.canary, [3: share]))
        #expect(Self.isLikely(found[3] ?? 0, share: share), "\(found)")
        #expect(found.values.reduce(0, +) == Self.keys.count && Set(found.keys).isSubset(of: [0, 3]))
    }

    @Test("A split gives each version its weight", arguments: [[2: 50.0, 3: 50], [1: 1, 2: 2, 3: 7], [1: 0.2, 2: 0.2, 3: 0.2, 4: 0.4]])
    func split(weights: [Int: Double]) throws {
        let found = Self.counts(try Self.plan(.split, weights))
        let sum = weights.values.reduce(0, +)
        for (version, weight) in weights { #expect(Self.isLikely(found[version] ?? 0, share: weight / sum), "v\(version): \(found)") }
        #expect(found.values.reduce(0, +) == Self.keys.count)
    }

    @Test("A key stays with its version, and a canary that grows keeps every key that it had") func growth() throws {
        let shares = [0.01, 0.05, 0.2, 0.5, 1]
        let plans = try shares.map { try Self.plan(.canary, [3: $0]) }
        for key in Self.keys.prefix(20_000) {
            let path = plans.map { $0.choice(key, endpoint: "income") == 3 }
            #expect(path == path.sorted { !$0 && $1 }, "\(key) left the canary again: \(path)")
            #expect(plans[2].choice(key, endpoint: "income") == plans[2].choice(key, endpoint: "income"))
        }
    }

    @Test("In a split, keys move only to the version that gets more") func splitGrowth() throws {
        let before = try Self.plan(.split, [1: 40, 2: 40, 3: 20])
        let after = try Self.plan(.split, [1: 40, 2: 40, 3: 80])
        var moved: [Int: Int] = [:]
        for key in Self.keys {
            let (old, new) = (before.choice(key, endpoint: "income"), after.choice(key, endpoint: "income"))
            guard old != new else { continue }
            #expect(new == 3, "\(key) moved from \(old ?? 0) to \(new ?? 0)")
            moved[old ?? 0, default: 0] += 1
        }
        // From a fifth to a half of the keys: three of ten move, half of them from each.
        #expect(Self.isLikely(moved[1] ?? 0, share: 0.15) && Self.isLikely(moved[2] ?? 0, share: 0.15), "\(moved)")
    }

    @Test("Who was in one canary is in the next as likely as anybody else") func independence() throws {
        let (first, second) = (try Self.plan(.canary, [3: 0.3]), try Self.plan(.canary, [4: 0.3]))
        let both = Self.keys.count { first.choice($0, endpoint: "income") == 3 && second.choice($0, endpoint: "income") == 4 }
        #expect(Self.isLikely(both, share: 0.09))
    }

    @Test("A shadow answers nobody, and is shown its share") func shadow() throws {
        let plan = try Self.plan(.shadow, [4: 0.25])
        #expect(Self.counts(plan) == [0: Self.keys.count])
        #expect(Self.isLikely(Self.keys.count { plan.isMirrored($0, endpoint: "income") }, share: 0.25))
        #expect(plan.shadow == 4 && plan.answering.isEmpty && plan.share(of: 1, champion: 1) == 1 && plan.share(of: 4, champion: 1) == nil)
    }

    @Test("tells the shares, the champion's too") func shares() throws {
        let canary = try Self.plan(.canary, [3: 0.25])
        #expect(canary.share(of: 3, champion: 1) == 0.25 && canary.share(of: 1, champion: 1) == 0.75 && canary.share(of: 2, champion: 1) == nil)
        let split = try Self.plan(.split, [2: 30, 3: 10])
        #expect(split.share(of: 2, champion: 1) == 0.75 && split.share(of: 1, champion: 1) == nil)
        #expect(canary.sentence == "canary v3 25 % by person_id" && split.sentence == "split v2 75 %, v3 25 % by person_id")
    }

    @Test(
        "that shares nothing sensibly is refused",
        arguments: [
            (TrafficPlan.Kind.canary, [3: 0.0]), (.canary, [3: -0.1]), (.canary, [3: 1.1]), (.canary, [3: .nan]), (.canary, [2: 0.1, 3: 0.1]),
            (.split, [3: 1]), (.split, [2: 0, 3: 1]), (.split, [2: .infinity, 3: 1]), (.shadow, [:]), (.split, [2: 1e300, 3: 1]),
        ] as [(TrafficPlan.Kind, [Int: Double])])
    func mistakes(kind: TrafficPlan.Kind, weights: [Int: Double]) {
        let error = #expect(throws: MartletError.self) { try Self.plan(kind, weights) }
        #expect(error?.code == .usage)
    }
}
