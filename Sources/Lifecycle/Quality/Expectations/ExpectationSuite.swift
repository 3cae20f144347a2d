import Settings
package import Support

/// A named list of expectations, as Great Expectations keeps it in a JSON file.
package struct ExpectationSuite: Sendable, Equatable {
    package var name: String
    package var expectations: [Expectation]

    package init(name: String, expectations: [Expectation]) {
        self.name = name
        self.expectations = expectations
    }

    /// Reads a suite file, as Great Expectations 1 writes it and as its earlier versions did (`expectation_suite_name`, `expectation_type`).
    /// JSON is read as the YAML that it is, so that errors name the line.
    /// - Parameter file: the name to show in errors.
    /// - Throws: `invalidInput` with line, column and suggestion.
    package init(text: String, file: String) throws(MartletError) {
        let node = try SettingsNode(yaml: text, file: file)
        guard node["expectations"] != nil else {
            throw node.failure("This is no suite of Great Expectations: it has no “expectations”.")
        }
        var expectations: [Expectation] = []
        for entry in try node.required("expectations").list() { expectations.append(try ExpectationSuite.expectation(entry)) }
        self.init(name: try (node["name"] ?? node["expectation_suite_name"])?.string() ?? "suite", expectations: expectations)
    }

    private static func expectation(_ node: SettingsNode) throws(MartletError) -> Expectation {
        guard let name = node["type"] ?? node["expectation_type"] else { throw node.failure("An expectation of a suite needs its “type”.") }
        let type = try ExpectationType(named: name.string(), at: name.place)
        let empty = try SettingsNode(yaml: "{}", file: node.place.file)
        let kwargs = node["kwargs"] ?? empty
        let passing = ["result_format", "catch_exceptions", "include_config", "batch_id", "meta", "description"]
        var expectation = try Expectation(type, kwargs, more: passing, at: node.place)
        let severity: Expectation.Severity? = try node["severity"]?.choice()
        expectation.severity = severity ?? .critical
        if let meta = node["meta"] { expectation.meta = meta.json() }
        return expectation
    }

    /// The suite in the shape of Great Expectations 1.
    package var json: JSONValue {
        [
            "name": .string(name),
            "expectations": .array(
                expectations.map {
                    [
                        "type": .string($0.type.rawValue), "kwargs": $0.arguments, "meta": $0.meta, "severity": .string($0.severity.rawValue),
                    ]
                }), "meta": ["great_expectations_version": "1.24.1"],
        ]
    }
}
