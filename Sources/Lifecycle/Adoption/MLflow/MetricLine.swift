import Experiments
import Support

/// A line of a metric's file in MLflow's folders: `milliseconds value`, then the step, then what it was measured on. In the folder of a logged model
/// the run comes behind the step.
struct MetricLine {
    var point: MetricPoint
    var run: RunID?

    /// - Parameter model: the logged model whose file it is; nil for a run's.
    /// - Returns: nil for what is no such line.
    init?(_ bytes: UnsafeRawBufferPointer, metric: String, model: String? = nil) {
        let fields = String(decoding: bytes, as: UTF8.self).split(whereSeparator: { $0 == " " || $0 == "\r" })
        guard fields.count >= 2, let milliseconds = Int64(fields[0]), let value = Double(fields[1]) else { return nil }
        let step = fields.count > 2 ? Int64(fields[2]) ?? 0 : 0
        point = MetricPoint(metric, value, at: Timestamp(milliseconds: milliseconds), step: step)
        let rest = fields.dropFirst(model == nil ? 3 : 4)
        if model != nil, fields.count > 3 { run = RunID(String(fields[3])) }
        guard model != nil || rest.count == 2 else { return }
        let dataset = rest.count == 2 ? rest.map(String.init) : ["", ""]
        point.about = MetricAbout(model: model ?? "", datasetName: dataset[0], datasetDigest: dataset[1])
    }
}
