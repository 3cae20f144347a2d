internal import Monitoring
internal import Planning
internal import Registry
package import Serving
package import Support

/// How the endpoint's requests are shared, and what each version answered.
package struct TrafficFacts: Sendable {
    /// A version behind the endpoint.
    package struct Version: Sendable {
        package var version: Int
        package var role: VersionTraffic.Role
        package var share: Double?
        /// Rows in the prediction log since the plan began.
        package var rows: Int
        /// Of these, in milliseconds; nil without rows.
        package var p99: Double?
        /// What a server kept of it last; null where none did.
        package var kept: JSONValue

        /// The version for `--json`.
        package var json: JSONValue {
            [
                "version": JSONValue(version), "role": .string(role.rawValue), "share": JSONValue(share), "rows": JSONValue(rows),
                "p99_ms": JSONValue(p99), "kept": kept,
            ]
        }
    }

    package var endpoint: String
    package var plan: TrafficPlan?
    /// The change that put the plan in force, or ended the last one.
    package var change: TrafficChange?
    /// The champion first; none before the first promotion.
    package var versions: [Version]

    /// The facts for `--json`.
    package var json: JSONValue {
        [
            "endpoint": .string(endpoint), "plan": plan?.json ?? .null, "change": change?.json ?? .null,
            "versions": .array(versions.map(\.json)),
        ]
    }
}

extension Project {
    /// How the endpoint's requests are shared, as far as database and log tell.
    package func trafficFacts() throws(MartletError) -> TrafficFacts {
        let (serving, plan) = (file.serving, try trafficPlan())
        var facts = TrafficFacts(endpoint: serving.endpoint, plan: plan, change: try traffic.standing(serving.endpoint), versions: [])
        guard let champion = try servedVersion()?.version else { return facts }
        let kept = try plan.flatMap { plan throws(MartletError) in try self.kept(plan) } ?? .null
        let log = try predictionLog()
        // Without a plan nobody needs the figures of all time.
        let period = (plan?.since ?? clock.now().advanced(bySeconds: -86_400))..<Timestamp(microseconds: .max)
        for version in [champion] + (plan?.versions.filter { $0 != champion } ?? []) {
            let level = try ServiceLevel(log, period, version: version)
            facts.versions.append(
                TrafficFacts.Version(
                    version: version, role: version == champion ? .champion : plan.flatMap { .init(rawValue: $0.kind.rawValue) } ?? .champion,
                    share: plan.map { $0.share(of: version, champion: champion) ?? (version == champion ? 0 : nil) } ?? 1, rows: level.answers,
                    p99: level.value(of: .p99), kept: kept["versions"].elements.first { $0["version"].int == version } ?? .null))
        }
        return facts
    }
}
