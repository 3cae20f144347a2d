internal import Data
internal import Database
internal import Events
internal import Ingestion
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
    /// Sentences beside the verdicts: who was told, and who could not be reached.
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
        if let label = try labels.label(of: .key(key), endpoint: record.endpoint) { return label }
        return key.hasPrefix(LogPrivacy.mark) ? try knownLabels(of: record.endpoint, knownBy: clock.now())[.key(key)]?.value : nil
    }

    /// Judges the objectives that are measured in production and how fresh the sources are, records what was found, and tells who wants to know about
    /// what changed.
    /// - Parameters:
    ///   - only: one objective's id, or a source's reference.
    ///   - tells: whether messages are sent; not for `--dry-run`.
    package func check(_ only: String?, tells: Bool = true) async throws(MartletError) -> CheckOutcome {
        let objectives = file.charter.objectives.filter { $0.place == .production && (only == nil || $0.id == only) }
        let sources = try freshness(of: only)
        if let only, objectives.isEmpty, sources.isEmpty { throw unknownCheck(only) }
        let before = try checks.latest()
        let results: [CheckResult]
        let remarks: [String]
        do throws(MartletError) {
            let judged = try judge(objectives)
            (results, remarks) = (judged.results + sources, judged.remarks)
        } catch {
            try await failed("check", error, tells: tells)
            throw error
        }
        let late = try waitingFinding()
        try database.write { session in
            try checks.add(results, in: session)
            let body: JSONValue = ["checks": .array(results.map(\.recorded))]
            try events.append("objectives.checked", "endpoint:\(file.serving.endpoint)", body, in: session)
            for result in results where before[result.objective]?.verdict != result.verdict && result.verdict != .yellow {
                let subject = result.objective.hasPrefix(NamedSource.prefix) ? result.objective : "objective:\(result.objective)"
                try events.append("objective.\(result.verdict.rawValue)", subject, ["reason": .string(result.reason)], in: session)
            }
            try report(findings(results) + [late] + (finding("check", failure: nil).map { [$0] } ?? []), in: session)
        }
        return CheckOutcome(results: results, notes: remarks + (tells ? try await told(results) : []))
    }

    private func unknownCheck(_ name: String) -> MartletError {
        let known =
            file.charter.objectives.filter { $0.place == .production }.map(\.id) + file.data.sources.filter { $0.fresh != nil }.map(\.reference)
        return MartletError(.notFound, "No production objective and no source with “fresh” is called “\(name)”.\(didYouMean(name, among: known))")
    }

    /// Tells who wants to know: what turned by messages, how things stand to those that hold state.
    private func told(_ results: [CheckResult]) async throws(MartletError) -> [String] {
        let states: [Verdict: NagiosState] = [.green: .ok, .yellow: .warning, .red: .critical]
        let passive = submit(
            results.map { ($0.objective, states[$0.verdict] ?? .unknown, $0.reason) } + [("check", .ok, "\(results.count) objectives judged")])
        return try await deliverAlerts() + repeatAlerts() + passive
    }

    /// The verdicts, and what a reader should know beside them, each said once.
    private func judge(_ objectives: [Objective]) throws(MartletError) -> (results: [CheckResult], remarks: [String]) {
        let confirmed = try isCharterConfirmed()
        var results: [CheckResult] = []
        var remarks: [String] = []
        for objective in objectives {
            let (result, remark) = try evaluate(objective, confirmed: confirmed)
            results.append(result)
            if let remark, !remarks.contains(remark) { remarks.append(remark) }
        }
        return (results, remarks)
    }

    /// Records that a monitor could not do its work, and tells who wants to know.
    private func failed(_ monitor: String, _ failure: MartletError, tells: Bool) async throws(MartletError) {
        guard let finding = finding(monitor, failure: failure) else { return }
        try database.write { try report([finding], in: $0) }
        guard tells else { return }
        _ = submit([(monitor, .unknown, failure.message)])
        _ = try await deliverAlerts()
    }

    private func evaluate(_ objective: Objective, confirmed: Bool) throws(MartletError) -> (CheckResult, remark: String?) {
        let now = clock.now()
        let period = now.advanced(bySeconds: -objective.window)..<now.advanced(bySeconds: 1)
        let (measurement, missing, remark) = try measure(objective, period, now)
        let subject = "endpoint:\(file.serving.endpoint)"
        let (verdict, reason) =
            measurement == nil
            ? objective.judge(last: try checks.lastMeasured(objective.id, subject: subject), confirmed: confirmed, missing: missing)
            : objective.judge(measurement, confirmed: confirmed, missing: missing)
        return (
            CheckResult(objective: objective.id, subject: subject, at: now, verdict: verdict, measurement: measurement, reason: reason), remark
        )
    }

    private func measure(
        _ objective: Objective, _ period: Range<Timestamp>, _ now: Timestamp
    ) throws(MartletError) -> (Planning.Measurement?, missing: String, remark: String?) {
        let log = try predictionLog()
        switch objective.metric {
        case .service(let metric):
            let value = try ServiceLevel(log, period, latencies: metric != .errorRate).value(of: metric)
            let why =
                metric == .errorRate ? "no request that the server should have answered came in the period." : "nothing was answered in the period."
            return (value.map { Planning.Measurement(value: $0) }, why, nil)
        case .gap: return (nil, "gaps between groups are judged on test data in this version.", nil)
        case .score(let metric):
            let known = try knownLabels(of: file.serving.endpoint, knownBy: now)
            let joined = try LabelledPredictions(log, period, labels: known, within: objective.labelsWithin, version: champion()?.version)
            guard let predictions = try joined.predictions() else {
                return (
                    nil,
                    joined.rows == 0
                        ? "the champion answered nothing in the period." : "none of the champion's \(joined.rows) predictions has a label yet.",
                    joined.remark
                )
            }
            guard let estimate = estimates(of: [metric], predictions, bootstrap: Bootstrap(seed: file.data.split.seed)).first,
                let value = estimate.value
            else {
                return (nil, "\(joined.labelled) labels are too few or all alike.", joined.remark)
            }
            return (Measurement(value: value, lower: estimate.interval?.lower, upper: estimate.interval?.upper), "", joined.remark)
        }
    }
}
