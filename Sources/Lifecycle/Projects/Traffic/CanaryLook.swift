internal import Data
internal import Database
internal import Events
internal import Monitoring
package import Planning
package import Serving
internal import Statistics
package import Support

extension Project {
    /// Labels under which a score of a version that is tried out says too little.
    static let leastLabels = 30
    /// Logged answers under which their times say too little.
    private static let leastTimes = 100

    /// Judges the production objectives on what a canary answered since it began. What was found is kept for the pages.
    /// - Parameter figures: what the server counts of each version.
    /// - Returns: why it has to go; nil while nothing speaks against it.
    package func look(at plan: TrafficPlan, _ figures: [VersionTraffic]) throws(MartletError) -> String? {
        guard plan.kind == .canary, let version = plan.versions.first else { return nil }
        let confirmed = try isCharterConfirmed()
        var results: [CheckResult] = []
        for objective in file.charter.objectives where objective.place == .production && !file.isBesideMain {
            if let result = try judge(objective, on: version, since: plan.since, confirmed: confirmed) { results.append(result) }
        }
        try keep(plan, figures, results)
        return results.first { $0.verdict == .red }.map {
            "Objective \($0.objective) does not hold on its \(file.serving.model)@v\(version) answers. \($0.reason)"
        }
    }

    /// Keeps what is known of a plan's versions, with what was judged.
    package func keep(_ plan: TrafficPlan, _ figures: [VersionTraffic], _ results: [CheckResult] = []) throws(MartletError) {
        let now = clock.now()
        let body: JSONValue = [
            "plan": plan.json, "versions": .array(figures.map { $0.json(seconds: now.seconds - plan.since.seconds) }),
            "checks": .array(results.map(\.json)),
        ]
        try database.write { try MonitorResults(database: database).add("traffic", endpoint: file.serving.endpoint, at: now, body, in: $0) }
    }

    /// The last that was kept of a plan; nil where nothing was.
    package func kept(_ plan: TrafficPlan) throws(MartletError) -> JSONValue? {
        let last = try MonitorResults(database: database).latest("traffic", endpoint: file.serving.endpoint, count: 1).last
        return last?.body["plan"]["id"].int == plan.id ? last?.body : nil
    }

    /// Nil for what cannot be measured on one version, or of which there is too little yet.
    private func judge(
        _ objective: Objective, on version: Int, since: Timestamp, confirmed: Bool
    ) throws(MartletError) -> CheckResult? {
        let now = clock.now()
        let period = max(since, now.advanced(bySeconds: -objective.window))..<now.advanced(bySeconds: 1)
        guard let measurement = try measure(objective, on: version, period, now) else { return nil }
        let (verdict, reason) = objective.judge(measurement, confirmed: confirmed, missing: "")
        return CheckResult(
            objective: objective.id, subject: "model:\(file.serving.model)@v\(version)", at: now, verdict: verdict, measurement: measurement,
            reason: reason)
    }

    private func measure(
        _ objective: Objective, on version: Int, _ period: Range<Timestamp>, _ now: Timestamp
    ) throws(MartletError) -> Planning.Measurement? {
        let log = try predictionLog()
        switch objective.metric {
        case .service(let metric):
            guard [.p50, .p95, .p99].contains(metric) else { return nil }
            let level = try ServiceLevel(log, period, version: version)
            return level.answers < Project.leastTimes ? nil : level.value(of: metric).map { Planning.Measurement(value: $0) }
        case .gap: return nil
        case .score(let metric):
            let known = try knownLabels(of: file.serving.endpoint, knownBy: now)
            let joined = try LabelledPredictions(log, period, labels: known, within: objective.labelsWithin, version: version)
            guard joined.labelled >= Project.leastLabels, let predictions = try joined.predictions(),
                let estimate = estimates(of: [metric], predictions, bootstrap: Bootstrap(seed: file.data.split.seed)).first,
                let value = estimate.value
            else { return nil }
            return Planning.Measurement(value: value, lower: estimate.interval?.lower, upper: estimate.interval?.upper)
        }
    }

    // MARK: - Rolling back

    /// Ends a plan that does harm, or that cannot be put in force, and opens an incident about it.
    /// - Parameter figures: what the server counts of each version.
    /// - Returns: nil where the plan was replaced meanwhile.
    package func rollBack(plan id: Int, reason: String, _ figures: [VersionTraffic]) throws(MartletError) -> TrafficChange? {
        let now = clock.now()
        return try database.write { session in
            guard let standing = try traffic.standing(file.serving.endpoint, in: session), let plan = standing.plan, plan.id == id else { return nil }
            let facts: JSONValue = .array(figures.map { $0.json(seconds: now.seconds - plan.since.seconds) })
            let change = try endTraffic(standing, "endpoint.rolled_back", reason: reason.onOneLine, facts: facts, in: session)
            try report([rollBackFinding(isBad: true, "\(plan.sentence) of “\(standing.endpoint)” was rolled back. \(reason)")], in: session)
            return change
        }
    }

    /// However many canaries are rolled back before a person looks, it is one cause; it is over when the traffic is shared anew.
    func rollBackFinding(isBad: Bool, _ summary: String) -> Finding {
        Finding(.canary, endpoint: file.serving.endpoint, cause: "canary", severity: .critical, isBad: isBad, summary: summary.onOneLine)
    }
}
