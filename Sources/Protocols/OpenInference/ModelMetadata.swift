import Serving
import Support

/// What the protocol tells of servers and models.
enum ModelMetadata {
    static func server(version: String) -> JSONValue {
        [
            "name": "martlet", "version": .string(version),
            "extensions": ["binary_tensor_data", "model_configuration", "model_repository", "statistics"],
        ]
    }

    /// Name, versions, inputs and outputs of an endpoint; -1 stands for any number. `parameters` names the registered model and the input in which
    /// callers may send their own key.
    static func model(_ endpoint: Endpoint, _ model: any ServedModel) -> JSONValue {
        var parameters: JSONValue = ["model": .string(model.name)]
        if let key = endpoint.plan.key { parameters["key"] = .string(key) }
        let interface = model.interface
        return [
            "name": .string(endpoint.name), "versions": JSONValue(endpoint.answeringVersions.map(String.init)),
            "platform": .string(model.runtime.platform),
            "inputs": .array(interface.inputs.map(tensor)), "outputs": .array(interface.outputs.map(tensor)), "parameters": parameters,
        ]
    }

    private static func tensor(_ field: TensorField) -> JSONValue {
        ["name": .string(field.name), "datatype": .string(field.datatype.rawValue), "shape": .array(field.shape.map { .integer(Int64($0)) })]
    }
}
