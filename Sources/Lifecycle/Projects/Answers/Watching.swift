internal import Data
internal import Database
internal import Events
internal import Foundation
package import Monitoring
package import Planning
internal import Registry
internal import Secrets
package import Serving
internal import Statistics
package import Support
internal import Tables

/// What a look at production found.
package struct CheckOutcome: Sendable {
    package var results: [CheckResult]
    /// Sentences beside the verdicts: webhooks that failed, labels that were brought in.
    package var notes: [String]

    /// The outcome for `--json`.
    package var json: JSONValue { ["checks": .array(results.map(\.json)), "notes": JSONValue(notes)] }
}

extension Project {
    /// The labels of the project's endpoint.
    package var labels: LabelStore { LabelStore(database: database, events: events, clock: clock) }

    /// The log of the project's endpoint.
    package func predictionLog() throws(MartletError) -> PredictionLogReader {
        try PredictionLogReader(folder: predictionsFolder, endpoint: file.serving.endpoint)
    }

    /// The label of a prediction, by its ID or its key, where it is known.
    func label(of record: PredictionRecord) throws(MartletError) -> String? {
        if let label = try labels.label(of: .prediction(record.id), endpoint: record.endpoint) { return label }
        guard let key = record.key else { return nil }
        return try labels.label(of: .key(key), endpoint: record.endpoint)
    }

    /// Judges the objectives that are measured in production, records what was found, and tells who wants to know about what changed.
    /// - Parameters:
    ///   - only: one objective's id.
    ///   - tells: whether webhooks are told; not for `--dry-run`.
    package func check(_ only: String?, tells: Bool = true) async throws(MartletError) -> CheckOutcome {
        let objectives = file.charter.objectives.filter { $0.place == .production && (only == nil || $0.id == only) }
        if let only, objectives.isEmpty {
            let known = file.charter.objectives.filter { $0.place == .production }.map(\.id)
            throw MartletError(.notFound, "No production objective is called “\(only)”.\(didYouMean(only, among: known))")
        }
        let before = try checks.latest()
        let confirmed = try isCharterConfirmed()
        var results: [CheckResult] = []
        for objective in objectives { results.append(try evaluate(objective, confirmed: confirmed)) }
        let found = results
        try database.write { session in
            try checks.add(found, in: session)
            for result in found where before[result.objective]?.verdict != result.verdict && result.verdict != .yellow {
                try events.append(
                    "objective.\(result.verdict.rawValue)", "objective:\(result.objective)", ["reason": .string(result.reason)], in: session)
            }
        }
        return CheckOutcome(results: results, notes: tells ? await tell(results, before: before) : [])
    }

    private func evaluate(_ objective: Objective, confirmed: Bool) throws(MartletError) -> CheckResult {
        let now = clock.now()
        let period = now.advanced(bySeconds: -objective.window)..<now.advanced(bySeconds: 1)
        let (measurement, missing) = try measure(objective, period, now)
        let subject = "endpoint:\(file.serving.endpoint)"
        let (verdict, reason) =
            measurement == nil
            ? objective.judge(last: try checks.lastMeasured(objective.id, subject: subject), confirmed: confirmed, missing: missing)
            : objective.judge(measurement, confirmed: confirmed, missing: missing)
        return CheckResult(objective: objective.id, subject: subject, at: now, verdict: verdict, measurement: measurement, reason: reason)
    }

    private func measure(
        _ objective: Objective, _ period: Range<Timestamp>, _ now: Timestamp
    ) throws(MartletError) -> (Planning.Measurement?, missing: String) {
        let log = try predictionLog()
        switch objective.metric {
        case .service(let metric):
            let value = try ServiceLevel(log, period, latencies: metric != .errorRate).value(of: metric)
            let why =
                metric == .errorRate ? "no request that the server should have answered came in the period." : "nothing was answered in the period."
            return (value.map { Planning.Measurement(value: $0) }, why)
        case .gap: return (nil, "gaps between groups are judged on test data in this version.")
        case .score(let metric):
            let known = try labels.labels(of: file.serving.endpoint, knownBy: now)
            let joined = try LabelledPredictions(log, period, labels: known, within: objective.labelsWithin, version: champion()?.version)
            guard let predictions = try joined.predictions() else {
                return (
                    nil,
                    joined.rows == 0
                        ? "the champion answered nothing in the period." : "none of the champion's \(joined.rows) predictions has a label yet."
                )
            }
            guard let estimate = estimates(of: [metric], predictions, bootstrap: Bootstrap(seed: file.data.split.seed)).first,
                let value = estimate.value
            else {
                return (nil, "\(joined.labelled) labels are too few or all alike.")
            }
            return (Measurement(value: value, lower: estimate.interval?.lower, upper: estimate.interval?.upper), "")
        }
    }

    /// Sends what turned red, or green again, to the webhooks.
    private func tell(_ results: [CheckResult], before: [String: CheckResult]) async -> [String] {
        let turned = results.filter { $0.verdict != .yellow && $0.verdict != (before[$0.objective]?.verdict ?? .green) }
        guard !turned.isEmpty else { return [] }
        let body: JSONValue = ["project": .string(file.project), "at": .string(clock.now().description), "objectives": .array(turned.map(\.json))]
        var notes: [String] = []
        for case .webhook(let address) in file.monitoring.alerts {
            do throws(MartletError) {
                let address = try await secretResolver.resolve(address)
                try await WebhookAlert(address: address, environment: ProcessInfo.processInfo.environment).send(body)
                notes.append("The webhook was told about \(turned.map(\.objective).joined(separator: ", ")).")
            } catch { notes.append(error.message) }
        }
        return notes
    }
}
