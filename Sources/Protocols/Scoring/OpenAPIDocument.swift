internal import Serving
internal import Support
internal import Tables

/// The description of `/predict/NAME` (OpenAPI 3.1): the row that a model takes and what it is answered.
struct OpenAPIDocument {
    let endpoint: Endpoint
    let model: any ServedModel

    var json: JSONValue {
        [
            "openapi": "3.1.0",
            "info": [
                "title": .string(endpoint.name), "version": .string("\(model.version)"),
                "description": .string("Predictions of \(model.name), version \(model.version). Send a row, or a list of rows."),
            ],
            "paths": .object([
                .init("/predict/\(endpoint.name)", ["post": operation("predict", "Predict", "One prediction for each row.", "Prediction")]),
                .init(
                    "/predict/\(endpoint.name)/explain",
                    ["post": operation("explain", "Explain", "Each row’s answer, and what each column adds to it.", "Explained")]),
            ]),
            "components": [
                "schemas": ["Row": row, "Prediction": prediction, "Explained": explained, "Error": OpenAPIDocument.failure]
            ],
        ]
    }

    private func operation(_ id: String, _ summary: String, _ answer: String, _ schema: String) -> JSONValue {
        [
            "operationId": .string(id), "summary": .string(summary),
            "requestBody": ["required": true, "content": OpenAPIDocument.content(OpenAPIDocument.oneOrMany("Row"))],
            "responses": [
                "200": ["description": .string(answer), "content": OpenAPIDocument.content(OpenAPIDocument.oneOrMany(schema))],
                "default": ["description": "What is wrong, and what to do.", "content": OpenAPIDocument.content(OpenAPIDocument.reference("Error"))],
            ],
        ]
    }

    // MARK: - Schemas

    private var row: JSONValue {
        var properties = model.signature.inputs.map { JSONValue.Member($0.name, OpenAPIDocument.schema($0)) }
        let key = endpoint.plan.key ?? "id"
        if !model.signature.inputs.contains(where: { $0.name == key }) {
            properties.append(
                .init(key, ["type": ["string", "integer", "null"], "description": "The caller’s own key of the row, kept with its prediction."]))
        }
        let required = model.signature.inputs.filter { !$0.mayBeMissing }.map(\.name)
        return ["type": "object", "properties": .object(properties), "required": JSONValue(required), "additionalProperties": false]
    }

    private static func schema(_ field: Signature.Field) -> JSONValue {
        var schema: JSONValue = .object([])
        let type =
            switch field.kind {
            case .number: "number"
            case .integer: "integer"
            case .boolean: "boolean"
            case .text, .timestamp: "string"
            }
        schema["type"] = field.mayBeMissing ? [.string(type), "null"] : .string(type)
        if field.kind == .timestamp { schema["format"] = "date-time" }
        if let categories = field.categories { schema["examples"] = JSONValue(Array(categories.prefix(5))) }
        if let minimum = field.minimum, let maximum = field.maximum {
            schema["description"] = .string("From \(JSONValue.text(of: minimum)) to \(JSONValue.text(of: maximum)) in training.")
        }
        return schema
    }

    private var prediction: JSONValue { model.graph?.answersRows == true ? ownPrediction : ratedPrediction }

    /// Of a model that answers rows with outputs of its own.
    private var ownPrediction: JSONValue {
        var properties = model.interface.outputs.map { JSONValue.Member($0.name, OpenAPIDocument.schema($0)) }
        properties.append(OpenAPIDocument.identifier)
        return ["type": "object", "properties": .object(properties)]
    }

    private static func schema(_ output: TensorField) -> JSONValue {
        let type = output.datatype == .bytes ? "string" : output.datatype == .bool ? "boolean" : output.datatype.isWhole ? "integer" : "number"
        let value: JSONValue = ["type": [.string(type), "null"]]
        return output.shape.dropFirst().reduce(value) { inner, _ in ["type": "array", "items": inner] }
    }

    private static let identifier = JSONValue.Member(
        "prediction_id", ["type": "string", "description": "What “martlet why prediction:ID” is asked with."])

    private var ratedPrediction: JSONValue {
        let classes = model.signature.answer.classes
        let properties = model.signature.answer.outputs.map { output -> JSONValue.Member in
            switch output.name {
            case "label": return .init("label", ["type": "string", "enum": JSONValue(classes)])
            case "probability":
                return .init("probability", ["type": "number", "minimum": 0, "maximum": 1, "description": .string("Of “\(classes.last ?? "")”.")])
            case "probabilities":
                return .init(
                    "probabilities", ["type": "array", "items": ["type": "number"], "description": .string("Of \(classes.joined(separator: ", ")).")])
            case "prediction_id": return OpenAPIDocument.identifier
            default: return .init(output.name, ["type": ["number", "null"]])
            }
        }
        return ["type": "object", "properties": .object(properties), "required": JSONValue(properties.map(\.key))]
    }

    private var explained: JSONValue {
        var properties = prediction["properties"].members.filter { $0.key != "prediction_id" }
        properties.append(.init("explanation", explanation))
        return ["type": "object", "properties": .object(properties), "required": JSONValue(properties.map(\.key))]
    }

    private var explanation: JSONValue {
        let numbers: JSONValue = ["type": "object", "additionalProperties": ["type": "number"]]
        let output: [JSONValue.Member] = [
            .init("base", ["type": "number", "description": "What is answered on average."]),
            .init("score", ["type": "number", "description": "The base and all contributions together."]),
            .init("contributions", numbers), .init("standard_errors", numbers),
        ]
        let classes: JSONValue = ["type": "object", "properties": .object([.init("class", ["type": "string"])] + output)]
        let properties: [JSONValue.Member] =
            [
                .init("method", ["type": "string", "enum": ["tree_shap", "shapley_sampling"]]),
                .init("scale", ["type": "string", "enum": ["raw", "probability", "value"]]), .init("background_rows", ["type": "integer"]),
            ] + output + [
                .init("classes", ["type": "array", "items": classes, "description": "In the place of base to contributions, for several classes."])
            ]
        return ["type": "object", "properties": .object(properties), "required": ["method", "scale"]]
    }

    private static let failure: JSONValue = ["type": "object", "properties": ["error": ["type": "string"]], "required": ["error"]]

    private static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    private static func oneOrMany(_ name: String) -> JSONValue { ["oneOf": [reference(name), ["type": "array", "items": reference(name)]]] }

    private static func content(_ schema: JSONValue) -> JSONValue { ["application/json": ["schema": schema]] }
}
