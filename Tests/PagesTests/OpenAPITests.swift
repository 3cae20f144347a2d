import Foundation
import Pages
import Support
import TestSupport
import Testing

@Suite("OpenAPI")
struct OpenAPITests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let packages = root.appending(path: ".setup/python")
    private static let hasValidator = FileManager.default.fileExists(atPath: packages.appending(path: "openapi_spec_validator").path)

    private let document = OpenAPI(project: "loans", endpoints: [Samples.summary]).document

    @Test("The description")
    func golden() throws { #expect(try differenceFromGolden(document.pretty + "\n", "openapi.json") == nil) }

    @Test(
        "openapi-spec-validator accepts the description", .enabled(if: hasValidator, "openapi-spec-validator is not in .setup/python; run make test")
    )
    func valid() async throws {
        let script = "import json,sys; from openapi_spec_validator import validate; validate(json.load(open(sys.argv[1])))"
        try await expectSuccess(script, [document])
    }

    @Test("What the API returns fits its own schemas", .enabled(if: hasValidator, "openapi-spec-validator is not in .setup/python; run make test"))
    func views() async throws {
        let script = """
            import json, sys
            from jsonschema import Draft202012Validator, FormatChecker
            document, values = [json.load(open(path)) for path in sys.argv[1:3]]
            for name, value in values.items():
                schema = {"$ref": "#/components/schemas/" + name, "components": document["components"]}
                Draft202012Validator(schema, format_checker=FormatChecker()).validate(value)
            """
        let error = ErrorView(MartletError(.notFound, "no"))
        try await expectSuccess(
            script,
            [
                document,
                [
                    "Home": Samples.home.json, "Endpoint": Samples.endpoint.json, "Why": Samples.why.json, "Error": error.json,
                    "Audit": Samples.audit.json,
                ],
            ])
        try await expectSuccess(script, [document, ["Home": Samples.emptyHome.json, "Endpoint": Samples.emptyEndpoint.json]])
    }

    @Test(
        "The typed request takes the example and refuses a column left out or mistyped",
        .enabled(if: hasValidator, "openapi-spec-validator is not in .setup/python; run make test"))
    func typedRequest() async throws {
        let script = """
            import copy, json, sys
            from jsonschema import Draft202012Validator, ValidationError
            document = json.load(open(sys.argv[1]))
            body = document["paths"]["/v2/models/loans/infer"]["post"]["requestBody"]["content"]["application/json"]
            check = Draft202012Validator(dict(body["schema"], components=document["components"]))
            check.validate(body["example"])
            keyed = copy.deepcopy(body["example"])
            keyed["inputs"].append(dict(name="application", shape=[1], datatype="BYTES", data=["A-1"]))
            check.validate(keyed)
            def refused(change):
                request = copy.deepcopy(body["example"]); change(request["inputs"])
                assert not check.is_valid(request), request
            refused(lambda inputs: inputs.pop(0))
            refused(lambda inputs: inputs[0].update(data=["x"]))
            refused(lambda inputs: inputs[0].update(data=[None]))
            refused(lambda inputs: inputs[1].update(datatype="FP64"))
            refused(lambda inputs: inputs.append(dict(name="other", shape=[1], datatype="FP64", data=[1])))
            """
        try await expectSuccess(script, [document])
    }

    /// Runs a Python script on JSON files.
    private func expectSuccess(_ script: String, _ values: [JSONValue]) async throws {
        let folder = try TemporaryFolder()
        let files = try values.enumerated().map { try folder.write("\($0).json", $1.compact) }
        let environment = ProcessInfo.processInfo.environment.merging(["PYTHONPATH": Self.packages.path]) { $1 }
        let outcome = try await Child.run("/usr/bin/env", ["python3", "-c", script] + files, environment: environment)
        #expect(outcome.status == 0, "\(outcome.errors.suffix(2000))")
    }
}
