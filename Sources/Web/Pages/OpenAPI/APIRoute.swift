import Support

/// The routes of the JSON API: the one table from which they are registered and described.
package enum APIRoute: String, CaseIterable, Sendable {
    case home, endpoints, endpoint, predictions, datasets, dataset, incidents, incident, why, audit, openapi, commands

    /// How a route is asked.
    package enum Method: String, Sendable { case get, post }

    package var method: Method { self == .commands ? .post : .get }

    /// The path with its parameters in braces, as in OpenAPI.
    package var path: String {
        switch self {
        case .home: "/api/v1/home"
        case .endpoints: "/api/v1/endpoints"
        case .endpoint: "/api/v1/endpoints/{name}"
        case .predictions: "/api/v1/endpoints/{name}/predictions"
        case .datasets: "/api/v1/datasets"
        case .dataset: "/api/v1/datasets/{name}"
        case .incidents: "/api/v1/incidents"
        case .incident: "/api/v1/incidents/{id}"
        case .why: "/api/v1/why/{prediction}"
        case .audit: "/api/v1/audit"
        case .openapi: "/api/v1/openapi.json"
        case .commands: "/api/v1/commands"
        }
    }

    var summary: String {
        switch self {
        case .home: "Where the project stands."
        case .endpoints: "The endpoints and their inputs."
        case .endpoint: "One endpoint with its traffic, drift and quality."
        case .predictions: "Predictions of the log that fit, newest first; needs prediction.read."
        case .datasets: "The datasets and their newest versions; needs data.read."
        case .dataset: "One version of a dataset with its profile, its verdicts and rejected rows; needs data.read."
        case .incidents: "What went wrong in production, the open incidents first."
        case .incident: "One incident and everything that happened to it."
        case .why: "One prediction and everything behind it."
        case .audit: "The record of who did what to what, newest first; needs audit.read."
        case .openapi: "This description."
        case .commands: "Runs a command that only reads, such as “status” or “show REF”, as “martlet --url” does."
        }
    }

    /// The name and meaning of the parameter in the path.
    var parameter: (name: String, about: String)? {
        switch self {
        case .endpoint, .predictions: ("name", "The name of an endpoint.")
        case .dataset: ("name", "A dataset, of which the newest version is shown, or a version: loans@v2.")
        case .incident: ("id", "The number of an incident.")
        case .why: ("prediction", "The ID of a prediction, which every answer carries.")
        case .home, .endpoints, .datasets, .incidents, .audit, .openapi, .commands: nil
        }
    }

    /// The parameter of the query that asks how something was.
    package static let moment = (name: "as_of", about: "Shows it as it was then: RFC 3339, a date (its beginning in UTC), or how far back: 7d.")

    /// The names and meanings of the parameters of the query.
    var queries: [(name: String, about: String)] {
        switch self {
        case .home: [APIRoute.moment]
        case .audit: AuditFilter.fields
        case .predictions: PredictionsRequest.fields
        default: []
        }
    }

    func schema(_ definitions: inout SchemaDefinitions) -> JSONValue {
        switch self {
        case .home: HomeView.schema(&definitions)
        case .endpoints: [EndpointSummaryView].schema(&definitions)
        case .endpoint: EndpointView.schema(&definitions)
        case .predictions: PredictionsView.schema(&definitions)
        case .datasets: [DatasetSummaryView].schema(&definitions)
        case .dataset: DatasetVersionView.schema(&definitions)
        case .incidents: [IncidentView].schema(&definitions)
        case .incident: IncidentDetailView.schema(&definitions)
        case .why: WhyView.schema(&definitions)
        case .audit: AuditView.schema(&definitions)
        case .openapi: ["type": "object"]
        case .commands:
            [
                "type": "object", "required": ["output", "exit_code"],
                "properties": ["output": ["type": "string", "description": "What the command printed."], "exit_code": ["type": "integer"]],
            ]
        }
    }

    /// The schema of the body; nil where none is sent.
    var body: JSONValue? {
        guard self == .commands else { return nil }
        return [
            "type": "object", "required": ["arguments"],
            "properties": [
                "arguments": [
                    "type": "array", "items": ["type": "string"], "description": "The command line without “martlet”.",
                    "examples": [["status", "--json"]],
                ],
                "password": ["type": "string", "description": "The caller's password, for a command that is a signature."],
                "colour": ["type": "boolean", "description": "Whether the text is to be shown on a terminal."],
            ],
        ]
    }
}
