package import Planning
package import Serving

/// When a canary's own failures and times are too many, from what the server counts; so that a broken one goes within seconds.
package struct CanaryRules: Sendable {
    /// Failures under which nothing is concluded.
    static let leastFailures = 3
    /// Requests of each side under which times are not compared.
    static let leastRequests = 200
    /// The share of failures that is borne where the charter says nothing and the champion fails less.
    static let errorBudget = 0.01

    private let objectives: [Objective]

    /// - Parameter objectives: of the charter.
    package init(objectives: [Objective]) { self.objectives = objectives.filter { $0.place == .production } }

    /// Why a canary has to go; nil while nothing speaks against it.
    /// - Parameters:
    ///   - canary: what it answered since it began.
    ///   - champion: what the champion answered in the same time.
    package func fault(of canary: ServingFigures, beside champion: ServingFigures) -> String? {
        failures(canary, champion) ?? times(canary, champion)
    }

    private func failures(_ canary: ServingFigures, _ champion: ServingFigures) -> String? {
        let stated = limit(of: .errorRate)
        let budget = stated?.limit ?? max(CanaryRules.errorBudget, 2 * champion.errorRate)
        guard canary.failed >= CanaryRules.leastFailures, canary.errorRate > budget else { return nil }
        let against = stated.map { "objective \($0.id), at most \(Objective.text($0.limit))" } ?? "a budget of \(Objective.text(budget))"
        return
            "\(canary.failed) of \(canary.requests - canary.refused) requests failed: an error rate of \(Objective.text(canary.errorRate)) against \(against)."
    }

    /// Only where the charter has no objective for it: that one is judged on the logged times.
    private func times(_ canary: ServingFigures, _ champion: ServingFigures) -> String? {
        guard limit(of: .p99) == nil, canary.latency.count >= CanaryRules.leastRequests, champion.latency.count >= CanaryRules.leastRequests,
            let own = canary.latency.quantile(0.99), let other = champion.latency.quantile(0.99), own > 2 * other + 20
        else { return nil }
        return "p99_ms is \(Objective.text(own)), more than twice the champion's \(Objective.text(other)) and 20 ms."
    }

    private func limit(of metric: ServiceMetric) -> (id: String, limit: Double)? {
        for objective in objectives {
            if case .service(metric) = objective.metric, case .atMost(let limit) = objective.bound { return (objective.id, limit) }
        }
        return nil
    }
}
