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

    /// What answers there; nil before the first promotion.
    func summary() throws(MartletError) -> EndpointSummaryView? {
        guard try project.championDigest() != nil else { return nil }
        let plan = project.file.serving
        let version = try project.models.version(plan.model, plan.selector)
        return EndpointSummaryView(
            name: plan.endpoint, model: plan.model, alias: plan.alias, version: version.version, signature: version.details.request, key: plan.key)
    }

    func view(address: String) throws(MartletError) -> EndpointView {
        guard let summary = try summary() else {
            throw MartletError(.notFound, "Endpoint “\(endpoint.name)” has no model yet. Run “martlet run”.")
        }
        endpoint.log?.flush()
        let traffic = try TrafficFacts(project.predictionLog())
        return EndpointView(
            endpoint: summary, address: address, traffic: figures(), days: traffic.days, drift: try drift(), quality: try quality(),
            recent: traffic.recent)
    }

    private func figures() -> TrafficView {
        let figures = endpoint.figures()
        let seconds = max(1, project.clock.now().seconds - endpoint.since.seconds)
        return TrafficView(
            since: endpoint.since, requests: figures.requests, rows: figures.rows, requestsPerSecond: Double(figures.requests) / seconds,
            errorRate: figures.errorRate, p50Milliseconds: figures.latency.quantile(0.5), p95Milliseconds: figures.latency.quantile(0.95),
            p99Milliseconds: figures.latency.quantile(0.99), lostLogRows: endpoint.log?.counts.lost ?? 0)
    }

    /// The last comparison with training that was made.
    private func drift() throws(MartletError) -> DriftView? {
        guard let last = try MonitorResults(database: project.database).latest("drift", endpoint: endpoint.name, count: 1).last else { return nil }
        let columns = last.body["columns"].elements.map { column in
            DriftView.Column(
                name: column["column"].text ?? "", method: column["method"].text ?? "", statistic: column["statistic"].double,
                threshold: column["threshold"].double, pValue: column["adjusted_p_value"].double ?? column["p_value"].double,
                drifted: column["drifted"].flag ?? false)
        }
        return DriftView(from: last.at.advanced(bySeconds: -30 * 86_400), to: last.at, rows: last.body["rows"].int ?? 0, columns: columns)
    }

    /// The production objectives that judge a score, check by check.
    private func quality() throws(MartletError) -> [QualityView] {
        let checks = try project.checks.history(subject: "endpoint:\(endpoint.name)")
        var views: [QualityView] = []
        for objective in project.file.charter.objectives where objective.place == .production {
            guard case .score(let metric) = objective.metric else { continue }
            let windows = checks.filter { $0.objective == objective.id && $0.measurement != nil }.suffix(60).map { check in
                QualityView.Window(
                    from: check.at.advanced(bySeconds: -objective.window), to: check.at, value: check.measurement?.value,
                    interval: check.measurement?.lower.flatMap { low in check.measurement?.upper.map { IntervalView(low, $0) } }, labels: 0)
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

/// The days and the newest predictions of a log.
private struct TrafficFacts {
    private(set) var days: [DayView] = []
    private(set) var recent: [PredictionView] = []

    init(_ log: PredictionLogReader) throws(MartletError) {
        var counts: [String: Int] = [:]
        var newest: [PredictionView] = []
        try log.scan(columns: [], keys: false) { block throws(MartletError) in
            for time in block.times { counts[time.date, default: 0] += 1 }
            newest += (max(0, block.rowCount - 20)..<block.rowCount).map { TrafficFacts.prediction(block, $0) }
            newest = Array(newest.suffix(20))
        }
        days = counts.sorted { $0.key < $1.key }.suffix(60).map { DayView($0.key, $0.value) }
        recent = newest.reversed()
    }

    private static func prediction(_ block: PredictionBlock, _ row: Int) -> PredictionView {
        let scores = block.answers.scores[row * block.answers.width..<(row + 1) * block.answers.width]
        return PredictionView(id: block.ids[row].description, time: block.times[row], label: block.answers.labels?[row], score: scores.max() ?? 0)
    }
}
