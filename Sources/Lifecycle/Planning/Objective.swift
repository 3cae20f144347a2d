package import Statistics
package import Support

/// One measurable line of the charter.
package struct Objective: Sendable, Equatable {
    /// Where the metric is measured.
    package enum Place: String, Sendable, CaseIterable {
        case validation, test, production
    }

    /// What the value is held against.
    package enum Bound: Sendable, Equatable {
        case atLeast(Double)
        case atMost(Double)
        /// Better than the baseline by at least this much.
        case gainOverBaseline(Double)
        /// Not worse than the champion by more than this.
        case lossAgainstChampion(Double)
    }

    /// Which number decides: the measured one, or the unfavourable end of its 95 % interval.
    package enum Judge: String, Sendable, CaseIterable {
        case point
        case lowerBound = "lower_bound"
    }

    package var id: String
    package var metric: ObjectiveMetric
    package var place: Place
    package var bound: Bound
    package var judge: Judge
    /// The sensitive column of a fairness metric.
    package var group: String?
    /// How far production is looked back at, in seconds.
    package var window: Double
    /// How late labels may come before a prediction counts as unlabelled, in seconds.
    package var labelsWithin: Double?
    package var source: SourcePlace?

    /// Whether the bound can be known without a person: relations to the baseline and the champion can, absolute values cannot.
    package var needsConfirmation: Bool {
        switch bound {
        case .atLeast, .atMost: true
        case .gainOverBaseline, .lossAgainstChampion: false
        }
    }

    /// The objective in words: `auc on test at least 0.92 (lower bound of the interval)`.
    package var sentence: String {
        let what = metric.name + (group.map { " over \($0)" } ?? "") + " on \(place.rawValue)"
        let how = judge == .lowerBound ? ", judged by its interval" : ""
        switch bound {
        case .atLeast(let value): return "\(what) at least \(JSONValue.text(of: value))\(how)"
        case .atMost(let value): return "\(what) at most \(JSONValue.text(of: value))\(how)"
        case .gainOverBaseline(let value): return "\(what) better than the baseline by \(JSONValue.text(of: value))\(how)"
        case .lossAgainstChampion(let value): return "\(what) not worse than the champion by more than \(JSONValue.text(of: value))\(how)"
        }
    }
}

/// What an objective measures: a score of the model, a gap between groups, or the service's own behaviour.
package enum ObjectiveMetric: Sendable, Equatable {
    case score(Metric)
    case gap(FairnessMetric)
    case service(ServiceMetric)

    package var name: String {
        switch self {
        case .score(let metric): metric.rawValue
        case .gap(let gap): gap.rawValue
        case .service(let metric): metric.rawValue
        }
    }

    /// Whether it measures the model's answers over all rows.
    package var isScore: Bool { if case .score = self { true } else { false } }

    /// Whether it measures a gap between groups.
    package var isGap: Bool { if case .gap = self { true } else { false } }

    package var higherIsBetter: Bool {
        switch self {
        case .score(let metric): metric.higherIsBetter
        case .gap: false
        case .service(let metric): metric == .throughput
        }
    }

    /// Every name that a charter may use.
    package static var names: [String] {
        Metric.allCases.map(\.rawValue) + FairnessMetric.allCases.map(\.rawValue) + ServiceMetric.allCases.map(\.rawValue)
    }

    package init?(name: String) {
        if let metric = Metric(rawValue: name) {
            self = .score(metric)
        } else if let gap = FairnessMetric(rawValue: name) {
            self = .gap(gap)
        } else if let service = ServiceMetric(rawValue: name) {
            self = .service(service)
        } else {
            return nil
        }
    }
}

/// What serving measures about itself.
package enum ServiceMetric: String, Sendable, CaseIterable {
    /// Latency percentiles in milliseconds.
    case p50 = "p50_ms"
    case p95 = "p95_ms"
    case p99 = "p99_ms"
    /// Requests a second.
    case throughput = "rps"
    /// The share of requests that failed.
    case errorRate = "error_rate"
}
