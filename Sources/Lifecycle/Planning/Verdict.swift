package import Support

/// How an objective stands.
package enum Verdict: String, Sendable, Codable, CaseIterable {
    /// Measured, and it holds.
    case green
    /// Not measured yet, or it holds but no person has confirmed the bound.
    case yellow
    /// Measured, and it does not hold.
    case red
}

/// A value with the interval it lies in. Interval ends are nil where none could be had.
package struct Measurement: Sendable, Equatable {
    package var value: Double
    package var lower: Double?
    package var upper: Double?

    package init(value: Double, lower: Double? = nil, upper: Double? = nil) {
        self.value = value
        self.lower = lower
        self.upper = upper
    }
}

/// One evaluation of an objective.
package struct CheckResult: Sendable, Equatable {
    package var objective: String
    /// What was judged: a model version or an endpoint.
    package var subject: String
    package var at: Timestamp
    package var verdict: Verdict
    package var measurement: Measurement?
    /// One sentence: what was found, against what.
    package var reason: String

    package init(objective: String, subject: String, at: Timestamp, verdict: Verdict, measurement: Measurement?, reason: String) {
        self.objective = objective
        self.subject = subject
        self.at = at
        self.verdict = verdict
        self.measurement = measurement
        self.reason = reason
    }
}

extension CheckResult {
    /// Whether it judged a measured value of the objective's metric: an objective may have changed its metric and kept its id.
    package func measures(_ objective: Objective) -> Bool { measurement != nil && reason.hasPrefix("\(objective.metric.name): ") }
}

extension Objective {
    /// Judges an objective that nothing new could be measured of. What was measured last decides, under the bound as it stands now: that nobody
    /// asked is no reason to believe that it got better, or worse.
    /// - Parameters:
    ///   - last: the last result with a measured value, where there is one.
    ///   - missing: why there is nothing new.
    package func judge(last: CheckResult?, confirmed: Bool, missing: String) -> (verdict: Verdict, reason: String) {
        guard let last, last.measures(self) else { return judge(nil, confirmed: confirmed, missing: missing) }
        let (verdict, reason) = judge(last.measurement, confirmed: confirmed, missing: "")
        return (verdict, "Nothing new was measured since \(last.at.date): \(missing) \(reason)")
    }

    /// Judges a measurement. For relations, `measurement` is the difference: ours minus the other's, positive where ours is better.
    /// - Parameter confirmed: whether a person has agreed to the charter as it stands.
    package func judge(_ measurement: Measurement?, confirmed: Bool, missing: String) -> (verdict: Verdict, reason: String) {
        guard let measurement else { return (.yellow, "Not measured: \(missing)") }
        let (holds, against) = holds(measurement)
        let value = decidingText(measurement)
        let number = judge == .lowerBound ? "the unfavourable end of the interval, \(value)," : value
        let sentence = holds ? "\(metric.name): \(number) holds against \(against)." : "\(metric.name): \(number) misses \(against)."
        guard holds else { return (.red, sentence) }
        if needsConfirmation && !confirmed { return (.yellow, sentence + " No person has confirmed this bound yet (martlet charter confirm).") }
        return (.green, sentence)
    }

    /// The number that decides, by the objective's `judge`.
    private func deciding(_ measurement: Measurement) -> Double {
        guard judge == .lowerBound else { return measurement.value }
        if case .atMost = bound { return measurement.upper ?? measurement.value }
        return measurement.lower ?? measurement.value
    }

    /// The number that decides in words: in full where its short form would read like the bound that it misses.
    private func decidingText(_ measurement: Measurement) -> String {
        let value = deciding(measurement)
        let short = Objective.text(value)
        return value != limit && short == Objective.text(limit) ? JSONValue.text(of: value) : short
    }

    /// The least or greatest value that holds.
    private var limit: Double {
        switch bound {
        case .atLeast(let value), .atMost(let value), .gainOverBaseline(let value): value
        case .lossAgainstChampion(let value): -value
        }
    }

    private func holds(_ measurement: Measurement) -> (Bool, String) {
        let value = deciding(measurement)
        switch bound {
        case .atLeast(let limit): return (value >= limit, "at least \(Objective.text(limit))")
        case .atMost(let limit): return (value <= limit, "at most \(Objective.text(limit))")
        case .gainOverBaseline(let gain): return (value >= gain, "a gain of \(Objective.text(gain)) over the baseline")
        case .lossAgainstChampion(let loss): return (value >= -loss, "a loss of at most \(Objective.text(loss)) against the champion")
        }
    }

    /// Four significant digits, for sentences.
    package static func text(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return JSONValue.text(of: value) }
        var scale = 1.0
        var magnitude = abs(value)
        while magnitude < 1000, scale < 1e12 {
            magnitude *= 10
            scale *= 10
        }
        return JSONValue.text(of: (value * scale).rounded() / scale)
    }
}
