internal import Pipelines
internal import Planning
internal import Statistics
internal import Support

/// Ranks the candidates by the charter's metric on validation data and names the baseline.
struct CompareStep: Sendable {
    private let session: RunSession
    private let candidates: [String]

    init(_ session: RunSession, candidates: [String]) {
        self.session = session
        self.candidates = candidates
    }

    func prepared() -> PreparedStep {
        let metric = session.project.file.charter.primaryMetric
        return PreparedStep(
            id: "compare", needs: ["data"] + candidates,
            inputs: { ["version": 1, "metric": .string(metric.rawValue), "candidates": JSONValue(candidates)] },
            isIntact: { _ in true }, execute: { context throws(MartletError) in try execute(context) })
    }

    private func execute(_ context: StepContext) throws(MartletError) -> JSONValue {
        let metric = session.project.file.charter.primaryMetric
        let entered = candidates.compactMap { id in context.outputs[id].flatMap { $0["candidate"].isNull ? nil : (id: id, output: $0) } }
        guard !entered.isEmpty else {
            throw MartletError(.invalidInput, "No step trains a model. Add one to pipeline, for example {id: trees, uses: train/lightgbm}.")
        }
        let ranked = entered.sorted { a, b in
            guard let x = a.output["value"].double else { return false }
            guard let y = b.output["value"].double else { return true }
            return metric.higherIsBetter ? x > y : x < y
        }
        return [
            "metric": .string(metric.rawValue), "best": .string(ranked[0].id), "baseline": JSONValue(baseline(among: entered)),
            "rows": .array(ranked.map { row($0.id, $0.output) }),
        ]
    }

    /// The step called baseline, or the simplest trainer there is.
    private func baseline(among entered: [(id: String, output: JSONValue)]) -> String? {
        if let named = entered.first(where: { $0.id == "baseline" }) { return named.id }
        for trainer in ["train/majority", "train/mean", "train/logistic", "train/linear"] {
            if let simple = entered.first(where: { $0.output["trainer"].text == trainer }) { return simple.id }
        }
        return nil
    }

    private func row(_ id: String, _ output: JSONValue) -> JSONValue {
        let size = (output["bytes"].double ?? 0) / 1024
        let latency = output["microseconds"].double.map { ", \(JSONValue.text(of: $0.rounded())) µs a row" } ?? ""
        return [
            "step": .string(id), "trainer": output["trainer"], "value": output["value"], "lower": output["lower"], "upper": output["upper"],
            "note": .string("\(JSONValue.text(of: size.rounded())) KB\(latency)"),
        ]
    }
}
