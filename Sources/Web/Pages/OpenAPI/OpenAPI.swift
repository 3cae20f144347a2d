package import Support

/// The description of everything that this server answers in JSON, as OpenAPI 3.1, made from the route table, the views and the endpoints.
package struct OpenAPI {
    let project: String
    let endpoints: [EndpointSummaryView]

    package init(project: String, endpoints: [EndpointSummaryView]) {
        self.project = project
        self.endpoints = endpoints
    }

    package var document: JSONValue {
        var definitions = SchemaDefinitions()
        var paths = APIRoute.allCases.map { JSONValue.Member($0.path, item($0, &definitions)) }
        paths += InferencePaths(endpoints: endpoints).members(&definitions)
        return [
            "openapi": "3.1.0",
            "info": [
                "title": .string("\(project) · Martlet"), "version": "1", "summary": "The project's pages as data, and its endpoints.",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "tags": [
                ["name": "project", "description": "What the pages show."],
                ["name": "inference", "description": "The Open Inference Protocol, version 2."],
            ],
            "paths": .object(paths),
            "components": ["schemas": .object(definitions.members)],
        ]
    }

    private func item(_ route: APIRoute, _ definitions: inout SchemaDefinitions) -> JSONValue {
        var operation: JSONValue = ["operationId": .string(route.rawValue), "tags": ["project"], "summary": .string(route.summary)]
        let parameters =
            (route.parameter.map { [OpenAPI.parameter($0.name, $0.about)] } ?? [])
            + route.queries.map { OpenAPI.parameter($0.name, $0.about, in: "query", isRequired: false) }
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        var responses: [JSONValue.Member] = [.init("200", OpenAPI.response("The view.", route.schema(&definitions)))]
        let error = ErrorView.schema(&definitions)
        if route.parameter != nil { responses.append(.init("404", OpenAPI.response("There is no such thing.", error))) }
        responses.append(.init("default", OpenAPI.response("What went wrong.", error)))
        operation["responses"] = .object(responses)
        if let body = route.body { operation["requestBody"] = ["required": true, "content": ["application/json": ["schema": body]]] }
        return .object([.init(route.method.rawValue, operation)])
    }

    static func parameter(_ name: String, _ about: String, in place: String = "path", isRequired: Bool = true) -> JSONValue {
        ["name": .string(name), "in": .string(place), "required": .bool(isRequired), "description": .string(about), "schema": ["type": "string"]]
    }

    static func response(_ about: String, _ schema: JSONValue) -> JSONValue {
        ["description": .string(about), "content": ["application/json": ["schema": schema]]]
    }
}
