import Compression
import Dispatch
import Foundation
import OpenInference
import Serving
import Support
import Tables
import TestSupport
import Testing

@Suite("The Open Inference Protocol", .serialized) struct OpenInferenceTests {
    @Test("tells health, the server and the models") func metadata() async throws {
        try await LiveServer.run(makeEndpoints()) { server in
            let about = try await server.get("/v2").json
            #expect(about["name"] == "martlet" && about["version"] == "9.9")
            #expect(about["extensions"] == ["binary_tensor_data", "model_configuration", "model_repository", "statistics"])
            #expect(try await server.get("/v2/health/live").text == #"{"live":true}"#)
            let ready = try await server.get("/v2/health/ready")
            #expect(ready.status == 503)
            #expect(ready.json["error"].text?.hasPrefix("empty: Endpoint “empty” has no model yet") == true)
            #expect(try await server.get("/v2/models/income/ready").text == #"{"name":"income","ready":true}"#)
            #expect(try await server.get("/v2/models/income/versions/3/ready").status == 200)
            #expect(try await server.get("/v2/models/income/versions/4/ready").status == 404)
            #expect(try await server.get("/v2/models/empty/ready").status == 503)
            let model = try await server.get("/v2/models/income")
            #expect(model.headers["content-type"] == "application/json")
            #expect(
                model.text == #"""
                    {"name":"income","versions":["3"],"platform":"onnxruntime_onnx","inputs":[{"name":"hours","datatype":"FP64","shape":[-1]},\#
                    {"name":"age","datatype":"INT64","shape":[-1]},{"name":"town","datatype":"BYTES","shape":[-1]},\#
                    {"name":"member","datatype":"BOOL","shape":[-1]},{"name":"seen","datatype":"BYTES","shape":[-1]}],\#
                    "outputs":[{"name":"label","datatype":"BYTES","shape":[-1]},{"name":"probability","datatype":"FP64","shape":[-1]},\#
                    {"name":"prediction_id","datatype":"BYTES","shape":[-1]}],"parameters":{"model":"income","key":"person_id"}}
                    """#)
            #expect(try await server.get("/v2/models/colour/versions/3").json["outputs"].elements[1]["shape"] == [-1, 3])
        }
    }

    @Test("answers each row, and says which prediction it was") func infer() async throws {
        try await LiveServer.run(makeEndpoints()) { server in
            let reply = try await server.post("/v2/models/income/infer", request())
            #expect(reply.status == 200)
            #expect(reply.json["model_name"] == "income")
            #expect(reply.json["model_version"] == "3")
            #expect(reply.json["id"] == "r1")
            #expect(reply.output("label")["data"] == ["yes", "yes"])
            #expect(reply.output("probability") == ["name": "probability", "datatype": "FP64", "shape": [2], "data": [0.52, 0.5]])
            let ids = reply.output("prediction_id")["data"].elements.compactMap { $0.text.flatMap { TimeOrderedID($0) } }
            #expect(ids.count == 2)
            #expect(try await server.post("/v2/models/income/versions/3/infer", request()).status == 200)
        }
    }

    @Test("gives classes and numbers in their own outputs, and null for what is no number") func otherAnswers() async throws {
        try await LiveServer.run(makeEndpoints()) { server in
            let colour = try await server.post("/v2/models/colour/infer", request((#"[39.5,null]"#, "[25,null]"), ("[true,false]", "[false,0]")))
            #expect(colour.output("probabilities")["data"] == [0.25, 0.75, 0, 0.5, 0.5, 0])
            #expect(colour.output("probabilities")["shape"] == [2, 3])
            #expect(colour.output("label")["data"] == ["green", "red"])
            let price = try await server.post("/v2/models/price/infer", request(("39.5", "1000")))
            #expect(price.output("value")["data"] == [nil, 0.5])
            #expect(price.json["outputs"].elements.count == 2)
        }
    }

    @Test("gives only the outputs asked for, in that order") func outputs() async throws {
        try await LiveServer.run(makeEndpoints()) { server in
            let some = try await server.post(
                "/v2/models/income/infer", request((#"{"id""#, #"{"outputs":[{"name":"probability"},{"name":"label"}],"id""#)))
            #expect(some.json["outputs"].elements.map { $0["name"] } == ["probability", "label"])
            #expect(
                try await server.post("/v2/models/income/infer", request((#"{"id""#, #"{"outputs":[],"id""#))).json["outputs"].elements.count == 3)
        }
    }

    @Test("logs every row with the caller's key") func logging() async throws {
        let folder = try TemporaryFolder()
        let log = try PredictionLog(folder: folder.path, endpoint: "income", options: .init(), clock: SystemClock())
        try await LiveServer.run(makeEndpoints(log: log)) { server in
            let keys = #"[{"name":"person_id","datatype":"INT64","shape":[2],"data":[9007199254740993,12]},{"name":"hours""#
            let reply = try await server.post("/v2/models/income/infer", request((#"[{"name":"hours""#, keys)))
            let id = try #require(reply.output("prediction_id")["data"].elements.first?.text.flatMap { TimeOrderedID($0) })
            let record = try #require(try log.reader().find(id))
            #expect(record.key == "9007199254740993")
            #expect(record.inputs.map(\.value) == [39.5, 41, "Ulm", true, "2026-11-23T21:36:00Z"])
            #expect(record.latency > 0)
        }
    }

    @Test("refuses with the status and reason that fit") func refusals() async throws {
        let infer = "/v2/models/income/infer"
        let cases: [(String, String, String, Int, String)] = [
            ("GET", "/v2/models/incom", "", 404, "There is no endpoint “incom”. Did you mean “income”? There are: colour, empty, income, price."),
            ("GET", "/v2/nothing", "", 404, "There is nothing at /v2/nothing. See GET /v2/models/NAME and POST /v2/models/NAME/infer."),
            ("GET", "/v2/models/income/figures", "", 404, "There is nothing at /v2/models/income/figures."),
            ("GET", "/v2/models/income/versions/x", "", 404, "“x” is not a version of endpoint “income”; versions are numbers."),
            ("GET", "/v2/models/income/versions/2", "", 404, "Endpoint “income” serves version 3, not 2."),
            ("GET", infer, "", 405, "This address takes POST, not GET."),
            ("DELETE", "/v2/models/income", "", 405, "This address takes GET, not DELETE."),
            ("POST", "/v2", "{}", 405, "This address takes GET, not POST."),
            ("POST", "/v2/models/empty/infer", request(), 503, "Endpoint “empty” has no model yet"),
            ("POST", "/v2/models/income/versions/2/infer", request(), 404, "Endpoint “income” serves version 3, not 2."),
            ("POST", infer, "", 400, "The request has no body."),
            ("POST", infer, "[]", 400, "The request must be a JSON object."),
            ("POST", infer, "{", 400, "The JSON is malformed at byte 1"),
            ("POST", infer, "{}", 400, "The request needs “inputs”, a list of tensors."),
            ("POST", infer, request(("39.5", "NaN")), 400, "The JSON is malformed"),
            ("POST", infer, request(("39.5", "1e999")), 400, "The JSON is malformed"),
            ("POST", infer, String(repeating: "[", count: 100_000), 400, "nested deeper than 512"),
            ("POST", infer, request(("39.5", "\"x\"")), 400, "Input “hours” in row 0 (counted from 0) is \"x\"; it must be a number or null."),
            (
                "POST", infer, request(("41", "41.5")), 400,
                "Input “age” in row 0 (counted from 0) is 41.5; it must be a whole number that INT64 can hold."
            ),
            ("POST", infer, request(("41", "99999999999999999999")), 400, "it must be a whole number that INT64 can hold."),
            ("POST", infer, request(("41", "null")), 400, "Input “age” in row 0 (counted from 0) has no value, and the model cannot do without one."),
            ("POST", infer, request(("true", "2")), 400, "Input “member” in row 0 (counted from 0) is 2; it must be true or false."),
            ("POST", infer, request(("\"Ulm\"", "5")), 400, "Input “town” in row 0 (counted from 0) is 5; it must be text."),
            ("POST", infer, request(("FP64", "FP65")), 400, "Input “hours” has the unknown datatype “FP65”. Did you mean “FP64”?"),
            (
                "POST", infer, request((#""shape":[2],"data":[39.5"#, #""shape":[1e30],"data":[39.5"#)), 400,
                "Input “hours” needs a “shape” of whole numbers"
            ),
            (
                "POST", infer, request((#""shape":[2],"data":[39.5"#, #""shape":[4611686018427387904,4],"data":[39.5"#)), 400,
                "Input “hours” has shape"
            ),
            ("POST", infer, request((#""name":"hours","#, "")), 400, "Each of “inputs” needs a “name”."),
            ("POST", infer, request(("hours", "hour")), 400, "Input “hour” is not known. Did you mean “hours”?"),
            ("POST", infer, request((#"{"id""#, #"{"outputs":[{"name":"lable"}],"id""#)), 400, "There is no output “lable”. Did you mean “label”?"),
            ("POST", infer, request((#"{"id""#, #"{"parameters":{"sequence_id":1},"id""#)), 400, "The parameter “sequence_id” is not offered"),
            ("POST", infer, request((#"{"id""#, #"{"parameters":{"person_id":"a"},"id""#)), 400, "A key as a parameter names one row"),
            (
                "POST", infer, request(("[39.5,null]", "[39.5,null]," + #""parameters":{"binary_data_size":16}"#)), 400,
                "both “data” and “binary_data_size”"
            ),
        ]
        let endpoints = makeEndpoints()
        try await LiveServer.run(endpoints) { server in
            for (method, path, body, status, text) in cases {
                let reply = try await server.send(method, path, body.isEmpty ? nil : Data(body.utf8))
                #expect(reply.status == status, "\(method) \(path) \(body.prefix(200))")
                #expect(reply.json["error"].text?.contains(text) == true, "\(reply.text) instead of \(text)")
            }
            #expect(try await server.post(infer, request()).status == 200)
        }
        #expect(try endpoints.endpoint("income").figures().failed == 0)
    }

    @Test("refuses what is too large, as it comes or unpacked") func sizes() async throws {
        try await LiveServer.run(makeEndpoints(), bodyLimit: 1000) { server in
            let reply = try await server.post("/v2/models/income/infer", String(repeating: " ", count: 1001))
            #expect(reply.status == 413)
            #expect(reply.json["error"] == "The request is larger than 1000 bytes. Send less at once.")
            let packed = try await server.send("POST", "/v2/models/income/infer", Data([31, 139]), headers: ["Content-Encoding": "gzip"])
            #expect(packed.status == 400)
            let bomb = try #require(Compression.gzip.packed([UInt8](repeating: 32, count: 100_000)))
            #expect(bomb.count < 1000)
            #expect(try await server.send("POST", "/v2/models/income/infer", Data(bomb), headers: ["Content-Encoding": "gzip"]).status == 413)
            #expect(try await server.post("/v2/models/income/infer", request()).status == 200)
        }
    }

    @Test("survives thousands of mutilated requests") func rubbish() async throws {
        let endpoints = makeEndpoints()
        try await LiveServer.run(endpoints) { server in
            var random = RandomSource(seed: 11)
            let good = Array(request((#"{"id""#, #"{"outputs":[{"name":"label","parameters":{"binary_data":true}}],"id""#)).utf8)
            var statuses: Set<Int> = []
            for _ in 0..<3000 {
                var body = good
                for _ in 0..<random.below(4) {
                    let at = random.below(body.count)
                    switch random.below(4) {
                    case 0: body[at] = UInt8(truncatingIfNeeded: random.next())
                    case 1: body.remove(at: at)
                    case 2: body.insert(contentsOf: Array("[]{}\",:-9e.nN\0".utf8)[0..<1 + random.below(13)], at: at)
                    default: body.insert(contentsOf: body[at..<min(body.count, at + 30)], at: random.below(body.count))
                    }
                }
                var headers: [String: String] = [:]
                if random.below(4) == 0 { headers["Inference-Header-Content-Length"] = String(random.below(body.count + 5)) }
                let reply = try await server.send("POST", "/v2/models/income/infer", Data(body), headers: headers)
                statuses.insert(reply.status)
            }
            #expect(statuses == [200, 400])
            #expect(try await server.post("/v2/models/income/infer", request()).status == 200)
        }
    }

    @Test("finishes the request under way when the server is asked to stop, and takes no more") func gracefulStop() async throws {
        let (entered, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let model = HandModel(before: {
            entered.signal()
            gate.wait()
        })
        try await LiveServer.run(makeEndpoints(income: model)) { server in
            async let reply = server.post("/v2/models/income/infer", request())
            while entered.wait(timeout: .now()) == .timedOut { await Task.yield() }
            await server.stop()
            gate.signal()
            let status = try await reply.status
            #expect(status == 200)
        }
    }

    @Test("says so where the port is taken") func portTaken() async throws {
        try await LiveServer.run(makeEndpoints()) { server in
            let error = await #expect(throws: MartletError.self) { try await server.startTwin() }
            #expect(error?.message.hasPrefix("Port \(server.port) on 127.0.0.1 is taken.") == true)
        }
    }
}
