import Foundation
import Serving
import Support
import TestSupport
import Testing

@Suite("Contracts of scoring", .serialized) struct ScoringTests {
    /// The same two rows in every form: 39.5 hours and a member, hours unknown.
    private static let records = """
        [{"hours":39.5,"age":41,"town":"Ulm","member":true,"seen":"2026-11-23T21:36:00Z"},{"age":7,"member":false,"hours":null}]
        """
    private static let lists = #"[[39.5,41,"Ulm",true,"2026-11-23T21:36:00Z"],[null,7,null,false,null]]"#
    private static let columns =
        #"{"hours":[39.5,null],"age":[[41],[7]],"town":["Ulm",null],"member":[true,false],"seen":["2026-11-23T21:36:00Z",null]}"#
    private static let names = #"["hours","age","town","member","seen"]"#

    private func expectBoth(_ reply: Reply, in list: JSONValue? = nil, _ place: SourceLocation = #_sourceLocation) {
        #expect(reply.status == 200, "\(reply.text)", sourceLocation: place)
        let rows = (list ?? reply.json["predictions"]).elements
        #expect(rows.map { $0["probability"].double } == [0.52, 0.5], "\(reply.text)", sourceLocation: place)
        #expect(rows.map { $0["label"].text } == ["yes", "yes"], sourceLocation: place)
        #expect(Set(rows.compactMap { $0["prediction_id"].text }).count == 2, sourceLocation: place)
    }

    @Test("MLflow's five forms mean the same; columns that the model does not take are left out") func invocations() async throws {
        let split =
            #"{"columns":["extra","age","hours","member","town","seen"],"index":[4,9],"data":[["x",41,39.5,true,"Ulm",null],["y",7,null,false,null,null]]}"#
        let bodies = [
            #"{"dataframe_records":\#(Self.records)}"#, #"{"dataframe_split":\#(split)}"#, #"{"instances":\#(Self.records)}"#,
            #"{"instances":\#(Self.lists)}"#, #"{"inputs":\#(Self.columns)}"#, #"{"inputs":\#(Self.lists),"params":{"whatever":1}}"#,
        ]
        try await LiveServer.run(makeOnlyEndpoint()) { server in
            for body in bodies {
                expectBoth(
                    try await server.send("POST", "/invocations", Data(body.utf8), headers: ["Content-Type": "application/json; charset=utf-8"]))
            }
            let labels = try await server.json("/invocations", #"{"instances":\#(Self.lists),"params":{"output":"label"}}"#)
            #expect(labels.text == #"{"predictions":["yes","yes"]}"#)
        }
    }

    @Test("CSV is read with a header and without, and answered where it is asked for, as SageMaker does") func csv() async throws {
        try await LiveServer.run(makeOnlyEndpoint()) { server in
            #expect(try await server.get("/ping").status == 200)
            let header = "seen,hours,age,town,member\n,39.5,41,\"Ulm, \"\"old\"\"\",true\r\n,,7,,0\n"
            let plain = "39.5,41,Ulm,1,2026-11-23T21:36:00Z\n,7,,false,"
            for text in [header, plain] {
                expectBoth(try await server.send("POST", "/invocations", Data(text.utf8), headers: ["Content-Type": "text/csv"]))
            }
            let lines = try await server.send("POST", "/invocations", Data(plain.utf8), headers: ["Content-Type": "text/csv", "Accept": "text/csv"])
            #expect(lines.headers["content-type"]?.hasPrefix("text/csv") == true)
            #expect(lines.text.split(separator: "\n").map { $0.prefix(8) } == ["yes,0.52", "yes,0.5,"])
        }
    }

    @Test("KServe's version 1, Vertex AI's addresses and Azure ML's answer alike") func platforms() async throws {
        let vertex = ["AIP_PREDICT_ROUTE": "/vertex/predict", "AIP_HEALTH_ROUTE": "/vertex/health"]
        try await LiveServer.run(makeOnlyEndpoint(), environment: vertex) { server in
            #expect(try await server.get("/v1/models").text == #"{"models":["income"]}"#)
            #expect(try await server.get("/v1/models/income").text == #"{"name":"income","ready":true}"#)
            #expect(try await server.get("/vertex/health").status == 200)
            for path in ["/v1/models/income:predict", "/vertex/predict"] {
                expectBoth(try await server.json(path, #"{"instances":\#(Self.lists)}"#))
                expectBoth(try await server.json(path, #"{"instances":\#(Self.records),"parameters":{}}"#))
                expectBoth(try await server.json(path, #"{"inputs":\#(Self.columns)}"#))
            }
            for body in [
                #"{"input_data":{"columns":\#(Self.names),"index":[0,1],"data":\#(Self.lists)}}"#, #"{"input_data":\#(Self.columns)}"#,
                #"{"data":\#(Self.records)}"#,
            ] {
                let reply = try await server.json("/score", body)
                expectBoth(reply, in: reply.json)
            }
        }
    }

    @Test("A row is answered by a row, a list by a list, as the OpenAPI document says") func described() async throws {
        try await LiveServer.run(makeEndpoints()) { server in
            let one = try await server.json("/predict/income", #"{"hours":39.5,"age":41,"member":true,"person_id":77}"#)
            #expect(one.json["label"] == "yes" && one.json["probability"].double == 0.52)
            let many = try await server.json("/predict/income", Self.records)
            expectBoth(many, in: many.json)
            let value = try await server.json("/predict/price", #"{"hours":39.5,"age":41,"member":true}"#)
            #expect(value.json["value"].double == 0.52)
            let colours = try await server.json("/predict/colour", #"{"hours":10,"age":41,"member":true}"#)
            #expect(colours.json["probabilities"].elements.count == 3)
            let document = try await server.get("/predict/income/openapi.json").json
            #expect(document["openapi"] == "3.1.0" && !document["paths"]["/predict/income"]["post"].isNull)
            let row = document["components"]["schemas"]["Row"]
            #expect(row["required"] == ["age", "member"])
            #expect(
                row["properties"]["hours"]["type"] == ["number", "null"] && row["properties"]["person_id"]["type"] == ["string", "integer", "null"])
            #expect(document["components"]["schemas"]["Prediction"]["properties"]["label"]["enum"] == ["no", "yes"])
        }
    }

    @Test(
        "Mistakes are told in the contract's own form",
        arguments: [
            ("/invocations", "[1]", 400, "exactly one of"), ("/invocations", "{}", 400, "it has none"),
            ("/invocations", #"{"instances":[],"inputs":[]}"#, 400, "instances and inputs"), ("/invocations", "{", 400, "malformed"),
            ("/invocations", #"{"instances":[[1,2]]}"#, 400, "has 2 values where there are 5 columns"),
            ("/invocations", #"{"instances":[]}"#, 400, "no rows"),
            ("/invocations", #"{"dataframe_records":[{"age":4}]}"#, 400, "Input “member” is absent"),
            ("/invocations", #"{"dataframe_split":{}}"#, 400, "needs “data”"),
            ("/score", "{}", 400, "“input_data”, “data”"), ("/score", #"{"data":7}"#, 400, "must be a list"),
            ("/v1/models/income:predict", #"{"instances":[{"hourz":1}]}"#, 400, "did you mean"),
            ("/v1/models/income:judge", #"{"instances":[1]}"#, 404, "/v1/models/income:predict"),
            ("/v1/models/nobody:predict", "{}", 404, "no endpoint"),
            ("/predict/income", #"{"hours":"many","age":1,"member":true}"#, 400, "must be a number or null"),
            ("/predict/income", #"{"hours":1,"age":1,"member":7}"#, 400, "true or false"),
            ("/predict/income", #"{"hours":1,"age":1.5,"member":true}"#, 400, "whole number"),
            ("/predict/income", "[]", 400, "no rows"), ("/predict/income", "", 400, "no body"), ("/predict/nobody", "{}", 404, "no endpoint"),
        ] as [(String, String, Int, String)])
    func mistakes(_ path: String, _ body: String, _ status: Int, _ part: String) async throws {
        try await LiveServer.run(makeOnlyEndpoint()) { server in
            let reply = try await server.json(path, body)
            #expect(reply.status == status, "\(reply.text)")
            let message = reply.json[path == "/invocations" ? "message" : "error"].text ?? ""
            #expect(message.lowercased().contains(part.lowercased()), "\(reply.text)")
            if path == "/invocations" { #expect(reply.json["error_code"] == "BAD_REQUEST") }
        }
    }

    @Test("Bodies in another form, too large ones and servers of several endpoints are refused with what to do") func refusals() async throws {
        try await LiveServer.run(makeOnlyEndpoint(), bodyLimit: 1000) { server in
            let other = try await server.send("POST", "/invocations", Data("x".utf8), headers: ["Content-Type": "application/xml"])
            #expect(other.status == 415 && other.text.contains("application/json and text/csv"))
            let large = try await server.json("/predict/income", #"{"town":"\#(String(repeating: "x", count: 2000))"}"#)
            #expect(large.status == 413)
            let quote = try await server.send("POST", "/invocations", Data("\"a".utf8), headers: ["Content-Type": "text/csv"])
            #expect(quote.status == 400 && quote.text.contains("quote"))
        }
        try await LiveServer.run(makeEndpoints()) { server in
            let several = try await server.json("/score", "{}")
            #expect(several.status == 404 && several.text.contains("/predict/NAME"))
            #expect(try await server.get("/v1/models/empty").status == 503)
        }
    }

    @Test("Fuzzed rows are answered or refused, each with a bounded sentence") func fuzz() async throws {
        let endpoints = try makeOnlyEndpoint()
        let tokens = ["null", "\"instances\":", "{", "[", "1e999", "\"hours\"", "\"", ",", "\n", "\u{feff}", "true", "\"data\":"]
        let paths = ["/invocations", "/score", "/v1/models/income:predict", "/predict/income"]
        let corpus = [#"{"instances":\#(Self.lists)}"#, #"{"input_data":\#(Self.columns)}"#, Self.records, "hours,age\n1,2\n"]
        try await LiveServer.run(endpoints) { (server: LiveServer) async throws -> Void in
            var fuzz = Fuzz("rows of scoring", corpus: corpus, tokens: tokens)
            var random = RandomSource(seed: 11)
            let findings = await fuzz.run(share: 0.3) { body in
                let type = random.below(3) == 0 ? "text/csv" : "application/json"
                let reply = try await server.send("POST", paths[random.below(paths.count)], Data(body), headers: ["Content-Type": type])
                guard [200, 400, 413, 415].contains(reply.status), reply.status == 200 || reply.body.count < 20_000 else {
                    throw FuzzTests.Unexpected(reply: "\(reply.status) \(reply.text.prefix(300))")
                }
            }
            #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
        }
        #expect(try endpoints.endpoint("income").figures().failed == 0)
    }
}

extension LiveServer {
    /// Sends JSON.
    func json(_ path: String, _ body: String) async throws -> Reply {
        try await send("POST", path, Data(body.utf8), headers: ["Content-Type": "application/json"])
    }
}
