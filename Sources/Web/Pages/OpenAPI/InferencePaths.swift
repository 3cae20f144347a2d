import Support

/// The routes of the Open Inference Protocol, with the typed input of every endpoint.
struct InferencePaths {
    let endpoints: [EndpointSummaryView]

    func members(_ definitions: inout SchemaDefinitions) -> [JSONValue.Member] {
        let generic: [JSONValue.Member] = [
            .init("/v2/health/live", get("live", "Whether the process runs.", ["type": "object"])),
            .init("/v2/health/ready", get("ready", "Whether every endpoint answers.", ["type": "object"])),
            .init("/v2", get("server", "The server's name, version and extensions.", ["type": "object"])),
            .init("/v2/models/{endpoint}", model("model", "What an endpoint takes and answers.", metadata(&definitions), templated: true)),
            .init("/v2/models/{endpoint}/ready", model("modelReady", "Whether an endpoint answers.", ["type": "object"], templated: true)),
            .init(
                "/v2/models/{endpoint}/infer",
                infer("infer", "Answers rows.", request: tensors(&definitions), example: nil, templated: true, &definitions)),
        ]
        return generic
            + endpoints.enumerated().map { index, endpoint in
                let path = "/v2/models/\(PagePath.segment(endpoint.name))/infer"
                let example = TryRequest(endpoint: endpoint, values: endpoint.exampleTexts).request
                let operation = infer(
                    "infer\(index)", "Answers rows with \(endpoint.name).", request: request(endpoint), example: example, templated: false,
                    &definitions)
                return JSONValue.Member(path, operation)
            }
    }

    private func get(_ id: String, _ summary: String, _ schema: JSONValue) -> JSONValue {
        [
            "get": [
                "operationId": .string(id), "tags": ["inference"], "summary": .string(summary),
                "responses": ["200": OpenAPI.response("Yes.", schema)],
            ]
        ]
    }

    private func model(_ id: String, _ summary: String, _ schema: JSONValue, templated: Bool) -> JSONValue {
        var item = get(id, summary, schema)
        item["parameters"] = [OpenAPI.parameter("endpoint", "The name of an endpoint.")]
        return item
    }

    private func infer(
        _ id: String, _ summary: String, request: JSONValue, example: JSONValue?, templated: Bool, _ definitions: inout SchemaDefinitions
    ) -> JSONValue {
        var body: JSONValue = ["schema": request]
        if let example { body["example"] = example }
        let failure: JSONValue = ["type": "object", "required": ["error"], "properties": ["error": ["type": "string"]]]
        var item: JSONValue = [
            "post": [
                "operationId": .string(id), "tags": ["inference"], "summary": .string(summary),
                "requestBody": ["required": true, "content": ["application/json": body]],
                "responses": [
                    "200": OpenAPI.response("The answers, one for each row.", answer(&definitions)),
                    "400": OpenAPI.response("The request does not fit the signature; the message names the column.", failure),
                    "404": OpenAPI.response("There is no such endpoint.", failure),
                ],
            ]
        ]
        if templated { item["parameters"] = [OpenAPI.parameter("endpoint", "The name of an endpoint.")] }
        return item
    }

    // MARK: Schemas

    /// Tensors of any name: what every endpoint takes and answers.
    private func tensor(_ definitions: inout SchemaDefinitions) -> JSONValue {
        definitions.reference("Tensor") { _ in
            [
                "type": "object", "description": "A column of values.", "required": ["name", "shape", "datatype", "data"],
                "properties": [
                    "name": ["type": "string"], "shape": InferencePaths.shape, "datatype": ["type": "string"],
                    "data": ["type": "array", "description": "Values in row order; null is missing."], "parameters": ["type": "object"],
                ],
            ]
        }
    }

    private func tensors(_ definitions: inout SchemaDefinitions) -> JSONValue {
        let tensor = tensor(&definitions)
        return definitions.reference("InferenceRequest") { _ in
            [
                "type": "object", "required": ["inputs"],
                "properties": ["id": ["type": "string"], "parameters": ["type": "object"], "inputs": ["type": "array", "items": tensor]],
            ]
        }
    }

    private func answer(_ definitions: inout SchemaDefinitions) -> JSONValue {
        let tensor = tensor(&definitions)
        return definitions.reference("InferenceAnswer") { _ in
            [
                "type": "object", "required": ["model_name", "outputs"],
                "properties": [
                    "model_name": ["type": "string"], "model_version": ["type": "string"], "id": ["type": "string"],
                    "parameters": ["type": "object"], "outputs": ["type": "array", "items": tensor],
                ],
            ]
        }
    }

    private func metadata(_ definitions: inout SchemaDefinitions) -> JSONValue {
        definitions.reference("InferenceModel") { _ in
            let column: JSONValue = [
                "type": "object", "required": ["name", "datatype", "shape"],
                "properties": ["name": ["type": "string"], "datatype": ["type": "string"], "shape": InferencePaths.shape],
            ]
            let columns: JSONValue = ["type": "array", "items": column]
            return [
                "type": "object", "required": ["name", "inputs", "outputs"],
                "properties": [
                    "name": ["type": "string"], "versions": ["type": "array", "items": ["type": "string"]], "platform": ["type": "string"],
                    "inputs": columns, "outputs": columns,
                ],
            ]
        }
    }

    private static let shape: JSONValue = ["type": "array", "items": ["type": "integer"]]

    /// The request that one endpoint takes: its columns by name and datatype, those that may not be missing required.
    private func request(_ endpoint: EndpointSummaryView) -> JSONValue {
        var columns = endpoint.inputs.map { column($0.name, datatype: ["const": .string($0.datatype)], values($0)) }
        if let key = endpoint.key {
            columns.append(
                column(key, datatype: ["type": "string"], ["type": ["string", "integer"], "description": "The caller's own key of the row."]))
        }
        var inputs: JSONValue = ["type": "array", "items": columns.isEmpty ? ["type": "object"] : ["anyOf": .array(columns)]]
        let required = endpoint.inputs.filter { !$0.mayBeMissing }.map { input -> JSONValue in
            ["contains": ["type": "object", "required": ["name"], "properties": ["name": ["const": .string(input.name)]]]]
        }
        if !required.isEmpty { inputs["allOf"] = .array(required) }
        return [
            "type": "object", "required": ["inputs"],
            "properties": ["id": ["type": "string"], "parameters": ["type": "object"], "inputs": inputs],
        ]
    }

    /// A tensor of one name.
    private func column(_ name: String, datatype: JSONValue, _ values: JSONValue) -> JSONValue {
        [
            "type": "object", "title": .string(name), "required": ["name", "shape", "datatype", "data"],
            "properties": [
                "name": ["const": .string(name)], "shape": InferencePaths.shape, "datatype": datatype, "data": ["type": "array", "items": values],
                "parameters": ["type": "object"],
            ],
        ]
    }

    /// The values of a column: their type, null where they may be missing, and what training knew as examples.
    private func values(_ input: InputView) -> JSONValue {
        let type =
            switch input.datatype {
            case "BYTES": "string"
            case "BOOL": "boolean"
            case "INT64": "integer"
            default: "number"
            }
        var schema: JSONValue = ["type": input.mayBeMissing ? [.string(type), "null"] : .string(type)]
        if !input.categories.isEmpty { schema["examples"] = JSONValue(Array(input.categories.prefix(20))) }
        if let minimum = input.minimum, let maximum = input.maximum {
            schema["description"] = .string("In training from \(JSONValue.text(of: minimum)) to \(JSONValue.text(of: maximum)).")
        }
        return schema
    }
}
