import Foundation
import Serving
import Support
import TestSupport
import Testing

@Suite("Fuzzed inference requests") struct FuzzTests {
    /// A request whose tensors follow the JSON as raw bytes.
    private static func binary() -> (json: String, raw: [UInt8]) {
        func input(_ name: String, _ type: String, _ size: Int) -> String {
            #"{"name":"\#(name)","shape":[2],"datatype":"\#(type)","parameters":{"binary_data_size":\#(size)}}"#
        }
        let inputs = [
            input("hours", "FP64", 16), input("age", "INT64", 16), input("town", "BYTES", 14), input("member", "BOOL", 2), input("seen", "BYTES", 8),
        ]
        let json = #"{"inputs":[\#(inputs.joined(separator: ","))],"parameters":{"binary_data_output":true}}"#
        let numbers = [UInt8](repeating: 0, count: 32)
        let raw = numbers + [3, 0, 0, 0] + Array("Ulm".utf8) + [3, 0, 0, 0] + Array("Bon".utf8) + [1, 0] + [UInt8](repeating: 0, count: 8)
        return (json, raw)
    }

    private static let tokens = [
        "\"shape\":", "\"datatype\":\"FP16\"", "\"UINT64\"", "\"BYTES\"", "\"binary_data_size\":", "\"data\":[", "\"parameters\":{", "\"outputs\":[",
        "\"name\":\"hours\"", "[2]", "[]", "\0\0\0\0",
        "\"id\":", "\"person_id\":",
    ]

    @Test("with raw tensors and without are answered or refused, each with a bounded sentence") func requests() async throws {
        let endpoints = makeEndpoints()
        let binary = Self.binary()
        try await LiveServer.run(endpoints) { (server: LiveServer) async throws -> Void in
            let whole = Array(binary.json.utf8) + binary.raw
            func send(_ body: [UInt8], _ length: Int) async throws -> Reply {
                try await server.send("POST", "/v2/models/income/infer", Data(body), headers: ["Inference-Header-Content-Length": String(length)])
            }
            #expect(try await send(whole, binary.json.utf8.count).status == 200)
            var raw = Fuzz("binary tensors", corpus: [binary.raw], tokens: Self.tokens)
            var json = Fuzz("inference JSON", corpus: [binary.json, request()], tokens: Self.tokens)
            var random = RandomSource(seed: 5)
            let findings = await json.run(share: 0.5) { head in
                for body in [head + binary.raw, Array(binary.json.utf8) + raw.next()] {
                    let length =
                        random.below(3) > 0
                        ? (body.count == head.count + binary.raw.count ? head.count : binary.json.utf8.count) : random.below(body.count + 2)
                    let reply = try await send(body, length)
                    guard [200, 400, 413].contains(reply.status), reply.status == 200 || reply.body.count < 20_000 else {
                        throw Unexpected(reply: "\(reply.status) \(reply.text.prefix(300))")
                    }
                }
            }
            #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
            #expect(try await send(whole, binary.json.utf8.count).status == 200)
        }
        #expect(try endpoints.endpoint("income").figures().failed == 0)
    }

    @Test("for explanations are answered or refused, in every form that they are asked in") func explanations() async throws {
        let row = #"{"hours":39.5,"age":41,"town":"Ulm","member":true,"seen":"2026-11-23T21:36:00Z"}"#
        let forms = [
            ("/v2/models/income/explain", request()), ("/predict/income/explain", "[\(row),\(row)]"),
            ("/v1/models/income:explain", "{\"instances\":[\(row)]}"),
        ]
        let endpoints = makeEndpoints()
        try await LiveServer.run(endpoints) { (server: LiveServer) async throws -> Void in
            for (path, valid) in forms {
                #expect(try await server.post(path, valid).text.contains("contributions"), "\(path)")
                var fuzz = Fuzz("explanations \(path.suffix(7))", corpus: [valid], tokens: Self.tokens)
                let findings = await fuzz.run(share: 0.3) { body in
                    let reply = try await server.send("POST", path, Data(body))
                    guard [200, 400, 413].contains(reply.status), reply.status == 200 || reply.body.count < 20_000 else {
                        throw Unexpected(reply: "\(reply.status) \(reply.text.prefix(300))")
                    }
                }
                #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
                #expect(try await server.post(path, valid).status == 200)
            }
        }
    }

    struct Unexpected: Error { let reply: String }
}
