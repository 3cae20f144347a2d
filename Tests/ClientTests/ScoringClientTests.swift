import Support
import TestSupport
import Testing

private let hasClients = PythonClient.has("mlflow", "pandas", "openapi_spec_validator")

@Suite("Clients of scoring") struct ScoringClientTests {
    private static let script = """
        import json, sys, numpy, pandas, requests
        from mlflow.pyfunc.scoring_server.client import ScoringServerClient
        from openapi_spec_validator import validate
        url = "http://127.0.0.1:" + sys.argv[1]
        client = ScoringServerClient("127.0.0.1", sys.argv[1])
        client.wait_server_ready(timeout=20)
        frame = pandas.DataFrame({"member": [True, False], "age": [41, 7], "hours": [39.5, numpy.nan], "town": ["Ulm", None]})
        out = {"frame": client.invoke(frame).get_predictions().to_dict("records")}
        out["array"] = client.invoke(numpy.array([[10.0, 4, None, False, None]], dtype=object))["predictions"]
        out["labels"] = client.invoke(frame, params={"output": "label"})["predictions"]
        try:
            client.invoke(frame.drop(columns="age"))
        except Exception as error:
            out["error"] = str(error)
        document = requests.get(url + "/predict/income/openapi.json").json()
        validate(document)
        out["operation"] = document["paths"]["/predict/income"]["post"]["operationId"]
        print(json.dumps(out))
        """

    @Test(
        "MLflow's own scoring client is answered, and the OpenAPI document is valid",
        .enabled(if: hasClients, Comment(rawValue: PythonClient.absence))) func scoringClient() async throws
    {
        try await LiveServer.run(makeOnlyEndpoint()) { server in
            let out = try await PythonClient.run(text: Self.script, "\(server.port)")
            #expect(out["frame"].elements.map { $0["probability"].double } == [0.52, 0.5], "\(out.compact)")
            #expect(out["frame"].elements.map { $0["label"].text } == ["yes", "yes"])
            #expect(out["array"].elements.first?["probability"].double == 0.1)
            #expect(out["labels"] == ["yes", "yes"])
            #expect(out["error"].text?.contains("is absent") == true, "\(out.compact)")
            #expect(out["operation"] == "predict")
        }
    }
}
