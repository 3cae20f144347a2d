package import Support
internal import Tables

/// Half of an answered request as KServe's logger tells it: a CloudEvent in binary mode, its attributes in headers and the message of the Open
/// Inference Protocol as the body. Both halves have the same identifier, that of the first prediction.
package struct InferenceEvent: Sendable {
    package enum Half: String, Sendable { case request, response }

    package var headers: [(name: String, value: String)]
    package var body: JSONValue

    /// The halves of a request that a plan asks for.
    /// - Parameters:
    ///   - project: what KServe calls the namespace.
    ///   - source: where the endpoint is found.
    package static func halves(of batch: PredictionBatch, _ plan: EventsPlan, endpoint: String, project: String, source: String) -> [InferenceEvent] {
        let halves: [Half] = plan.mode == .all ? [.request, .response] : plan.mode == .request ? [.request] : [.response]
        return halves.map { InferenceEvent(batch, $0, endpoint: endpoint, project: project, source: source) }
    }

    private init(_ batch: PredictionBatch, _ half: Half, endpoint: String, project: String, source: String) {
        let id = batch.ids.first?.description ?? ""
        headers = [
            ("content-type", "application/json"), ("ce-specversion", "1.0"), ("ce-id", id),
            ("ce-type", "org.kubeflow.serving.inference.\(half.rawValue)"), ("ce-source", source), ("ce-time", batch.time.description),
            ("ce-inferenceservicename", endpoint), ("ce-namespace", project), ("ce-component", "predictor"),
            ("ce-endpoint", batch.model.alias == nil ? "canary" : "default"),
        ]
        body = half == .request ? InferenceEvent.request(batch, id) : InferenceEvent.response(batch, id)
    }

    private static func request(_ batch: PredictionBatch, _ id: String) -> JSONValue {
        var inputs = batch.inputs.columns.map { column in
            let isText = column.kind == .text || column.kind == .timestamp
            return tensor(column.name, isText ? "BYTES" : "FP64", [batch.ids.count], (0..<batch.ids.count).map { number(column, $0) })
        }
        if let keys = batch.keys { inputs.append(tensor("id", "BYTES", [batch.ids.count], texts(keys))) }
        return ["id": .string(id), "inputs": .array(inputs)]
    }

    private static func response(_ batch: PredictionBatch, _ id: String) -> JSONValue {
        let outputs = batch.answer.outputs.map { output -> JSONValue in
            let values: [JSONValue]
            switch output.name {
            case "prediction_id": values = batch.ids.map { .string($0.description) }
            case "label": values = batch.answers.labels.map(texts) ?? batch.ids.map { _ in .null }
            default: values = batch.answers.scores.map { JSONValue($0) }
            }
            return tensor(output.name, output.datatype.rawValue, [batch.ids.count] + output.rowShape, values)
        }
        return [
            "model_name": .string(batch.model.name), "model_version": .string(String(batch.model.version)), "id": .string(id),
            "outputs": .array(outputs),
        ]
    }

    private static func tensor(_ name: String, _ datatype: String, _ shape: [Int], _ data: [JSONValue]) -> JSONValue {
        ["name": .string(name), "datatype": .string(datatype), "shape": .array(shape.map { JSONValue($0) }), "data": .array(data)]
    }

    /// A value as the protocol sends it: truth values are numbers.
    private static func number(_ column: Column, _ row: Int) -> JSONValue {
        column.kind == .boolean ? JSONValue(column.numbers.flatMap { $0[row].isNaN ? nil : $0[row] }) : column.json(row)
    }

    private static func texts(_ values: TextValues) -> [JSONValue] { values.codes.indices.map { JSONValue(values[$0]) } }
}
