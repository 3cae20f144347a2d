internal import Data
internal import Database
internal import Events
internal import Monitoring
internal import Planning
internal import Registry
internal import Serving
internal import Statistics
package import Support
internal import Tables

extension Project {
    /// Asks a version what others were asked, and says how it would have answered, before anybody depends on it.
    /// - Throws: `conflict` while another replay is at work; `cancelled` where the observer wants no more.
    package func replay(_ wish: ReplayWish, observer: any ReplayObserver) throws(MartletError) -> ReplayReport {
        try file.requireServing()
        let lock = try ProjectLock(folder: stateFolder, name: "replay")
        defer { withExtendedLifetime(lock) {} }
        let version = try replayed(wish.reference)
        let endpoint = try loggedEndpoint(wish.endpoint)
        logs.flush(endpoint)
        let log = try PredictionLogReader(folder: predictionsFolder, endpoint: endpoint)
        let there = try log.count(wish.period)
        let wanted = min(there, wish.limit ?? .max)
        let delays = Set(file.charter.objectives.filter { $0.place == .production && $0.metric.isScore }.map(\.labelsWithin) + [nil])
        let known = try knownLabels(of: endpoint, knownBy: clock.now())
        var run = ReplayRun(try predictor(version), wish, total: wanted, labels: known, within: Array(delays))
        let start = monotonicSeconds()
        try read(log, wish.period, wanted, leavingOut: there - wanted, into: &run, observer)
        var report = ReplayReport(
            reference: version.reference.description, endpoint: endpoint, period: wish.period, comparison: run.comparison)
        report.times.seconds = monotonicSeconds() - start
        fill(&report, run, rows: wanted)
        try measureTimes(&report, run, observer)
        report.checks = try judge(report, run)
        try keep(report)
        return report
    }

    private func replayed(_ text: String) throws(MartletError) -> ModelVersion {
        let reference = try resolve(Reference(text) == nil && text.contains("@") ? "model:\(text)" : text)
        guard reference.kind == .model else { throw MartletError(.usage, "“\(text)” is no model. Name a version: model:\(file.model)@v2.") }
        return try models.version(reference.name, reference.selector)
    }

    func loggedEndpoint(_ name: String?) throws(MartletError) -> String {
        guard let name, name != file.serving.endpoint else { return file.serving.endpoint }
        let known = try PredictionLogReader.endpoints(in: predictionsFolder)
        guard known.contains(name) else {
            throw MartletError(.notFound, "No endpoint “\(name)” has a prediction log here.\(didYouMean(name, among: known))")
        }
        return name
    }

    /// - Parameters:
    ///   - wanted: how many rows.
    ///   - surplus: how many of the oldest rows of the period are not.
    private func read(
        _ log: PredictionLogReader, _ period: Range<Timestamp>, _ wanted: Int, leavingOut surplus: Int, into run: inout ReplayRun,
        _ observer: any ReplayObserver
    ) throws(MartletError) {
        var (surplus, read) = (surplus, 0)
        let columns = Set(run.model.signature.inputs.map(\.name))
        try log.scan(period, columns: columns) { block throws(MartletError) in
            guard !observer.isCancelled else { throw MartletError(.cancelled, "The replay was stopped; nothing was recorded.") }
            let left = min(surplus, block.rowCount)
            surplus -= left
            guard left < block.rowCount else { return }
            try run.add(left == 0 ? block : block.rows(Array(left..<block.rowCount)))
            read += block.rowCount - left
            observer.reached(read, of: max(read, wanted))
        }
        try run.finish()
    }

    private func fill(_ report: inout ReplayReport, _ run: ReplayRun, rows: Int) {
        report.rows = rows
        report.replayed = run.replayed
        report.failed = run.failed
        report.failure = run.failure
        report.comparison = run.comparison
        report.skipped = run.skipped.map { (reason: $0.key, rows: $0.value) }.sorted { ($1.rows, $0.reason) < ($0.rows, $1.reason) }
        let answered = Dictionary(run.answered.map { ("\($0.key.name)@v\($0.key.version)", $0.value) }, uniquingKeysWith: +)
        report.answered = answered.map { (version: $0.key, rows: $0.value) }.sorted { ($1.rows, $0.version) < ($0.rows, $1.version) }
        report.times.batched = run.replayed > 0 ? run.modelSeconds * 1e6 / Double(run.replayed) : nil
        report.times.logged = run.logged
        report.quality = quality(run)
    }

    private func quality(_ run: ReplayRun) -> ReplayReport.Quality? {
        guard let joined = run.joined.first(where: { $0.within == nil }), let now = try? joined.now.predictions() else { return nil }
        let bootstrap = Bootstrap(seed: file.data.split.seed)
        let metrics = Metric.all(for: now.problem)
        // Rows of versions whose answers mean something else are left out of what was answered then: that would be another set of rows.
        let then = joined.then.labelled == joined.now.labelled ? try? joined.then.predictions() : nil
        return ReplayReport.Quality(
            labelled: joined.now.labelled, then: then.map { estimates(of: metrics, $0, bootstrap: bootstrap) } ?? [],
            now: estimates(of: metrics, now, bootstrap: bootstrap))
    }

    /// Asks for single rows: the version, and in turn with it the one that answered most of them then.
    private func measureTimes(_ report: inout ReplayReport, _ run: ReplayRun, _ observer: any ReplayObserver) throws(MartletError) {
        let most = run.answered.max { ($0.value, $1.key.version) < ($1.value, $0.key.version) }?.key
        var models: [any ServedModel] = [run.model]
        if let most, most.digest != run.model.digest, let version = try? self.models.version(most.name, "v\(most.version)"),
            let standing = try? predictor(version)
        {
            models.append(standing)
        }
        let times = ReplayTimes.alone(models, rows: run.sample) { !observer.isCancelled }
        report.times.alone = times[0]
        if times.count > 1, times[1].count > 0, let most { report.times.standing = (most.version, times[1]) }
    }

    private func keep(_ report: ReplayReport) throws(MartletError) {
        let now = clock.now()
        try database.write { session in
            try MonitorResults(database: database).add("replay", endpoint: report.endpoint, at: now, report.json, in: session)
            try events.append("model.replayed", report.reference, report.recorded, in: session)
        }
    }
}

// MARK: - The charter

extension Project {
    /// The production objectives, judged on what the version answers.
    private func judge(_ report: ReplayReport, _ run: ReplayRun) throws(MartletError) -> [CheckResult] {
        let confirmed = try isCharterConfirmed()
        let now = clock.now()
        var results: [CheckResult] = []
        for objective in file.charter.objectives where objective.place == .production {
            let (measurement, missing) = try measure(objective, report, run)
            let (verdict, reason) = objective.judge(measurement, confirmed: confirmed, missing: missing)
            results.append(
                CheckResult(
                    objective: objective.id, subject: report.reference, at: now, verdict: verdict, measurement: measurement, reason: reason))
        }
        return results
    }

    private func measure(
        _ objective: Objective, _ report: ReplayReport, _ run: ReplayRun
    ) throws(MartletError) -> (Planning.Measurement?, missing: String) {
        switch objective.metric {
        case .gap: return (nil, "gaps between groups are judged on test data in this version.")
        case .service(let metric): return service(metric, objective, report)
        case .score(let metric):
            guard let joined = run.joined.first(where: { $0.within == objective.labelsWithin }) else { return (nil, "") }
            guard joined.now.labelled >= Project.leastLabels, let predictions = try joined.now.predictions() else {
                return (nil, "\(joined.now.labelled) of the \(report.replayed) rows have a label; \(Project.leastLabels) are needed.")
            }
            guard let estimate = estimates(of: [metric], predictions, bootstrap: Bootstrap(seed: file.data.split.seed)).first,
                let value = estimate.value
            else { return (nil, "\(joined.now.labelled) labels are all alike.") }
            return (Measurement(value: value, lower: estimate.interval?.lower, upper: estimate.interval?.upper), "")
        }
    }

    /// A model that is too slow by itself breaks the objective; that it is quick enough says nothing of the rest of a request.
    private func service(_ metric: ServiceMetric, _ objective: Objective, _ report: ReplayReport) -> (Planning.Measurement?, missing: String) {
        let shares: [ServiceMetric: Double] = [.p50: 0.5, .p95: 0.95, .p99: 0.99]
        if metric == .errorRate {
            let asked = report.replayed + report.failed
            return asked == 0 ? (nil, "no row was asked.") : (Planning.Measurement(value: Double(report.failed) / Double(asked)), "")
        }
        guard let share = shares[metric] else { return (nil, "only traffic shows it.") }
        guard let value = report.times.alone.quantile(share) else { return (nil, "no row was asked.") }
        let measurement = Planning.Measurement(value: value)
        guard objective.judge(measurement, confirmed: true, missing: "").verdict != .red else { return (measurement, "") }
        return (nil, "the model alone takes \(Objective.text(value)) ms for a row; what a request takes around it shows in traffic only.")
    }
}
