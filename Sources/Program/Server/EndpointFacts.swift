import Digests
import Monitoring
import Pages
import Planning
import Projects
import Registry
import Serving
import Statistics
import Support
import Tables

/// An endpoint with its traffic, drift and quality, as its page shows them.
struct EndpointFacts {
    let project: Project
    let endpoint: Endpoint

    /// What a page reads of the log at most, so that it stays quick however long the log is.
    private static let (newestRows, newestBlocks) = (20_000, 2_000)

    /// What answers there; nil before the first promotion.
    func summary() throws(MartletError) -> EndpointSummaryView? { try served().map(summary) }

    private func summary(_ version: ModelVersion) -> EndpointSummaryView {
        let plan = project.file.serving
        return EndpointSummaryView(
            name: plan.endpoint, model: plan.model, alias: plan.alias, version: version.version, signature: version.details.request, key: plan.key,
            tensors: tensors(version))
    }

    /// What a version takes whose inputs are no columns.
    private func tensors(_ version: ModelVersion) -> [TensorInputView] {
        guard version.details.request.inputs.isEmpty, version.takesTensors else { return [] }
        // What is loaded on demand is not loaded for a page.
        guard endpoint.held != nil || !endpoint.isOnDemand else { return [] }
        let held = endpoint.held.flatMap { $0.digest == version.digest.rawValue ? $0 : nil }
        let inputs = (held ?? (try? project.predictor(version)))?.interface.inputs ?? []
        return inputs.map { TensorInputView(name: $0.name, datatype: $0.datatype.rawValue, shape: $0.shape) }
    }

    private func served() throws(MartletError) -> ModelVersion? { try project.servedVersion() }

    /// - Parameter showsCases: whether single predictions are shown.
    func view(address: String, showsCases: Bool) throws(MartletError) -> EndpointView {
        guard let version = try served() else {
            throw MartletError(.notFound, "Endpoint “\(endpoint.name)” has no model yet. Run “martlet run”.")
        }
        endpoint.log?.flush()
        let log = try project.predictionLog()
        let newest = try log.newest(Self.newestRows, blocks: Self.newestBlocks, keys: false)
        return EndpointView(
            endpoint: summary(version), address: address, traffic: figures(), days: try log.days(last: 60).map { DayView($0.day, $0.predictions) },
            scores: try scores(newest), drift: try drift(newest, version), quality: try quality(),
            recent: showsCases ? EndpointFacts.recent(newest) : [], versions: versions(), history: try history(),
            live: EndpointFacts.live(endpoint), guards: guards())
    }

    private func versions() -> [VersionShareView] {
        endpoint.versionTraffic.map { version in
            let latency = version.shadow?.latency ?? version.figures.latency
            return VersionShareView(
                version: version.version, role: version.role.rawValue, share: version.share, requests: version.figures.requests,
                failed: version.shadow?.failed ?? version.figures.failed, p50Milliseconds: latency.quantile(0.5),
                p99Milliseconds: latency.quantile(0.99), comparedRows: version.shadow?.rows, disagreement: version.shadow?.disagreementRate,
                meanDifference: version.shadow?.meanDifference, dropped: version.shadow?.dropped)
        }
    }

    /// The last minutes.
    static func live(_ endpoint: Endpoint) -> LiveView {
        LiveView(
            slots: endpoint.lastMinutes.slots.map { slot in
                LiveView.Slot(
                    time: slot.at, requestsPerSecond: slot.rate(slot.requests), p50Milliseconds: slot.p50, p99Milliseconds: slot.p99,
                    failedPerSecond: slot.rate(slot.failed), refusedPerSecond: slot.rate(slot.refused),
                    turnedAwayPerSecond: slot.rate(slot.turnedAway), waiting: slot.waiting,
                    versions: slot.versions.map {
                        LiveView.VersionRate($0.version, requestsPerSecond: slot.rate($0.requests), p99Milliseconds: $0.p99)
                    })
            })
    }

    private func guards() -> [GuardCountView] {
        let counts = endpoint.guardCounts
        return InputFinding.Kind.allCases.map { GuardCountView($0.rawValue, warned: counts.warned[$0] ?? 0, refused: counts.refused[$0] ?? 0) }
    }

    /// The last thirty changes.
    private func history() throws(MartletError) -> [ServingChangeView] {
        try project.servingHistory().suffix(30).reversed().map {
            ServingChangeView(time: $0.at, what: $0.sentence, by: $0.actor, reason: $0.reason)
        }
    }

    /// The scores of the version that answered last: after a promotion that is still the one before, until the new one is asked.
    private func scores(_ newest: [PredictionBlock]) throws(MartletError) -> ScoresView? {
        guard let last = newest.last?.model, let version = try? project.models.version(last.name, "v\(last.version)") else { return nil }
        return try project.scoreDistribution(of: newest, for: version).map { ScoresView(version: version.version, histogram: HistogramView($0)) }
    }

    /// The last twenty, newest first.
    private static func recent(_ blocks: [PredictionBlock]) -> [PredictionView] {
        var views: [PredictionView] = []
        for block in blocks.reversed() {
            for row in (0..<block.rowCount).reversed() {
                guard views.count < 20 else { return views }
                views.append(prediction(block, row))
            }
        }
        return views
    }

    private static func prediction(_ block: PredictionBlock, _ row: Int) -> PredictionView {
        let scores = block.answers.scores[row * block.answers.width..<(row + 1) * block.answers.width]
        return PredictionView(id: block.ids[row].description, time: block.times[row], label: block.answers.labels?[row], score: scores.max() ?? 0)
    }

    private func figures() -> TrafficView {
        let figures = endpoint.figures()
        let seconds = max(1, project.clock.now().seconds - endpoint.since.seconds)
        return TrafficView(
            since: endpoint.since, requests: figures.requests, rows: figures.rows, requestsPerSecond: Double(figures.requests) / seconds,
            errorRate: figures.errorRate, p50Milliseconds: figures.latency.quantile(0.5), p95Milliseconds: figures.latency.quantile(0.95),
            p99Milliseconds: figures.latency.quantile(0.99), lostLogRows: endpoint.log?.counts.lost ?? 0)
    }

    /// The last comparison with training that was made, each column with a picture of the newest predictions: about as many as were compared,
    /// against the same training data.
    private func drift(_ newest: [PredictionBlock], _ served: ModelVersion) throws(MartletError) -> DriftView? {
        guard let last = try MonitorResults(database: project.database).latest("drift", endpoint: endpoint.name, count: 1).last else { return nil }
        let rows = last.body["rows"].int ?? 0
        let pictured = EndpointFacts.suffix(newest, rows: rows)
        let reference = last.body["model"].text.flatMap { Reference($0) }
        let version = try reference.map { reference throws(MartletError) in try project.models.version(reference.name, reference.selector) }
        let pictures = try project.distributions(of: pictured, for: version ?? served)
        let columns = last.body["columns"].elements.map { column in
            DriftView.Column(
                name: column["column"].text ?? "", method: column["method"].text ?? "", statistic: column["statistic"].double,
                threshold: column["threshold"].double, pValue: column["adjusted_p_value"].double ?? column["p_value"].double,
                drifted: column["drifted"].flag ?? false, histogram: pictures[column["column"].text ?? ""].map { HistogramView($0) })
        }
        return DriftView(
            from: last.body["from"].text.flatMap { Timestamp($0) } ?? last.at.advanced(bySeconds: -30 * 86_400), to: last.at, rows: rows,
            reference: last.body["reference"].text ?? "training data", columns: columns, picturedRows: pictured.reduce(0) { $0 + $1.rowCount },
            notKept: last.body["not_kept"].elements.compactMap(\.text))
    }

    /// The newest blocks that together hold so many rows, or all.
    private static func suffix(_ blocks: [PredictionBlock], rows: Int) -> [PredictionBlock] {
        var first = blocks.endIndex
        var count = 0
        while first > blocks.startIndex, count < rows {
            first -= 1
            count += blocks[first].rowCount
        }
        return Array(blocks[first...])
    }

    /// The production objectives that judge a score, check by check.
    private func quality() throws(MartletError) -> [QualityView] {
        let checks = try project.checks.history(subject: "endpoint:\(endpoint.name)")
        var views: [QualityView] = []
        for objective in project.file.charter.objectives where objective.place == .production && !project.file.isBesideMain {
            guard case .score(let metric) = objective.metric else { continue }
            let windows = checks.filter { $0.objective == objective.id && $0.measurement != nil }.suffix(60).map { check in
                QualityView.Window(
                    from: check.at.advanced(bySeconds: -objective.window), to: check.at, value: check.measurement?.value,
                    interval: check.measurement?.lower.flatMap { low in check.measurement?.upper.map { IntervalView(low, $0) } })
            }
            guard !windows.isEmpty else { continue }
            views.append(
                QualityView(
                    metric: metric.rawValue, bound: EndpointFacts.limit(objective), direction: metric.higherIsBetter ? .atLeast : .atMost,
                    windows: Array(windows)))
        }
        return views
    }

    private static func limit(_ objective: Objective) -> Double? {
        switch objective.bound {
        case .atLeast(let value), .atMost(let value): value
        default: nil
        }
    }
}

extension HistogramView {
    fileprivate init(_ distribution: Distribution) {
        self =
            distribution.categories.isEmpty
            ? HistogramView(edges: distribution.edges, reference: distribution.reference, current: distribution.current)
            : HistogramView(categories: distribution.categories, reference: distribution.reference, current: distribution.current)
    }
}
