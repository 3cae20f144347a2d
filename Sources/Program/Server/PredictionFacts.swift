import Pages
import Projects
import Serving
import Support

/// The prediction log as its page shows it.
struct PredictionFacts {
    let project: Project
    let endpoint: String

    /// How many predictions a page shows.
    private static let count = 50

    func view(_ request: PredictionsRequest) throws(MartletError) -> PredictionsView {
        let found = try project.predictions(of: endpoint, PredictionFacts.query(request), limit: PredictionFacts.count)
        return PredictionsView(
            endpoint: endpoint, rows: found.records.map(PredictionFacts.row), older: found.next?.description, examined: found.examined,
            stoppedAt: found.stoppedAt, notes: found.notes)
    }

    private static func query(_ request: PredictionsRequest) -> PredictionQuery {
        var query = PredictionQuery()
        (query.since, query.until, query.version, query.key) = (request["since"], request["until"], request["version"], request["key"])
        (query.label, query.outlier, query.slower) = (request["label"], request["outlier"], request["slower"])
        (query.filter, query.before) = (request["where"], request["before"])
        return query
    }

    private static func row(_ record: PredictionRecord) -> PredictionsView.Row {
        let score = record.scores.count == 1 ? record.scores[0] : record.scores.max() ?? 0
        return PredictionsView.Row(
            PredictionView(id: record.id.description, time: record.time, label: record.label, score: score), version: record.model.version,
            key: record.key, milliseconds: Double(record.latency) / 1000, outlier: record.outlier,
            inputs: record.inputs.map { FactView($0.key, $0.value.text ?? $0.value.compact) }, withheld: record.withheld.sorted())
    }
}
