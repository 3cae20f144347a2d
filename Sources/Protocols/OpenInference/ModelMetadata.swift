import Serving
import Support
import Tables

/// What the protocol tells of servers and models.
enum ModelMetadata {
    static func server(version: String) -> JSONValue {
        ["name": "martlet", "version": .string(version), "extensions": ["binary_tensor_data"]]
    }

    /// Name, versions, inputs and outputs of an endpoint; -1 stands for any number of rows. `parameters` names the registered model and the
    /// input in which callers may send their own key.
    static func model(_ endpoint: Endpoint, _ model: any ServedModel) -> JSONValue {
        let inputs = model.signature.inputs.map { tensor($0.name, $0.datatype, []) }
        let outputs = model.signature.answer.outputs.map { tensor($0.name, $0.datatype, $0.rowShape) }
        var parameters: JSONValue = ["model": .string(model.name)]
        if let key = endpoint.plan.key { parameters["key"] = .string(key) }
        return [
            "name": .string(endpoint.name), "versions": [.string(String(model.version))], "platform": "onnxruntime_onnx", "inputs": .array(inputs),
            "outputs": .array(outputs), "parameters": parameters,
        ]
    }

    private static func tensor(_ name: String, _ datatype: Datatype, _ rowShape: [Int]) -> JSONValue {
        ["name": .string(name), "datatype": .string(datatype.rawValue), "shape": .array(([-1] + rowShape).map { .integer(Int64($0)) })]
    }
}
