import Lineage
import Pages
import Projects
import Serving
import Support

/// A chain as the page of one prediction shows it.
struct WhyFacts {
    let why: Why
    let project: Project
    /// The model that the endpoint holds, which need not be loaded again.
    let loaded: (any ServedModel)?

    func view() throws(MartletError) -> WhyView {
        if let erasure = why.erasure {
            throw MartletError(.notFound, "This prediction was \(erasure.sentence). “martlet why” shows what it rested on.")
        }
        guard let record = why.prediction else { throw MartletError(.notFound, "This page explains predictions.") }
        let score = record.scores.count == 1 ? record.scores[0] : record.scores.max() ?? 0
        let nodes = why.links.map { link in
            WhyView.Node(
                link.ref, kind: link.kind, title: link.title, facts: link.facts.map { FactView($0.name, $0.value) }, time: link.at)
        }
        return WhyView(
            prediction: PredictionView(id: record.id.description, time: record.time, label: record.label, score: score),
            endpoint: record.endpoint, key: record.key,
            inputs: record.inputs.map { FactView($0.key, $0.value.text ?? $0.value.compact) }, nodes: nodes,
            edges: why.edges.map { WhyView.Edge($0.source, $0.target, $0.relation.replacing("_", with: " ")) }, explanation: explanation(record))
    }

    /// What each column added, or why that cannot be told.
    private func explanation(_ record: PredictionRecord) -> ExplanationView {
        do throws(MartletError) {
            let explanation = try project.explanation(of: record, by: loaded)
            // Of several classes the one that was answered.
            let shown = explanation.outputs.first { $0.name == record.label } ?? explanation.outputs.first
            guard let output = shown else { throw MartletError(.defect, "The model has no score.") }
            return ExplanationView(
                method: explanation.method.rawValue, scale: explanation.scale.rawValue, output: output.name, base: output.base, score: output.score,
                contributions: output.ranked.map { ExplanationView.Contribution(column: $0.column, value: $0.value, error: $0.error) })
        } catch { return ExplanationView(missing: error.message) }
    }
}
