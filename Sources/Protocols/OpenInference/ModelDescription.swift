import Serving
import Support

/// What the extensions tell of models: statistics and configuration.
enum ModelDescription {
    /// What endpoints answered since the server began. Times of stages within an answer are not measured, and so not told.
    static func statistics(_ endpoints: [Endpoint]) -> JSONValue { ["model_stats": .array(endpoints.map(statistics))] }

    private static func statistics(_ endpoint: Endpoint) -> JSONValue {
        let figures = endpoint.figures()
        let success: JSONValue = ["count": JSONValue(figures.latency.count), "ns": .integer(Int64(max(0, figures.latency.sum * 1000)))]
        return [
            "name": .string(endpoint.name), "version": .string(endpoint.held.map { String($0.version) } ?? ""),
            "last_inference": .integer(endpoint.lastAnswer.map { max(0, $0.microseconds / 1000) } ?? 0),
            "inference_count": JSONValue(figures.rows), "execution_count": JSONValue(figures.latency.count),
            "inference_stats": ["success": success, "fail": ["count": JSONValue(figures.refused + figures.failed)]],
        ]
    }

    /// A model as a configuration. The dimension of the rows stands among the others, which a `max_batch_size` of 0 says; `parameters` name the
    /// registered model and the input in which callers may send their own key.
    static func configuration(_ endpoint: Endpoint, _ model: any ServedModel) -> JSONValue {
        var parameters: JSONValue = ["model": ["string_value": .string(model.name)]]
        if let key = endpoint.plan.key { parameters["key"] = ["string_value": .string(key)] }
        return [
            "name": .string(endpoint.name), "platform": .string(model.runtime.platform), "backend": .string(model.runtime.backend),
            "version_policy": ["specific": ["versions": [.integer(Int64(model.version))]]], "max_batch_size": 0,
            "input": .array(model.interface.inputs.map(tensor)), "output": .array(model.interface.outputs.map(tensor)), "parameters": parameters,
        ]
    }

    private static func tensor(_ field: TensorField) -> JSONValue {
        let type = field.datatype == .bytes ? "STRING" : field.datatype.rawValue
        return ["name": .string(field.name), "data_type": .string("TYPE_\(type)"), "dims": .array(field.shape.map { .integer(Int64($0)) })]
    }
}
