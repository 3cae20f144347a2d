import Foundation
import Support
import TestSupport
import Testing

private let packages = Program.root + "/.setup/python"
private let hasSDK = FileManager.default.fileExists(atPath: packages + "/cloudevents")

/// A receiver that writes down what it is sent, one JSON object a line.
private struct Receiver {
    private static let script = """
        import http.server, json, sys, threading
        lock = threading.Lock()
        refuse = int(sys.argv[1])
        seen = 0
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_POST(self):
                global seen
                seen += 1
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(503 if seen <= refuse else 204)
                self.send_header("content-length", "0")
                self.end_headers()
                line = json.dumps({"headers": {k.lower(): v for k, v in self.headers.items()}, "body": body.decode()})
                if seen > refuse:
                    with lock: print(line, flush=True)
            def log_message(self, *rest): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(json.dumps({"port": server.server_port}), flush=True)
        server.serve_forever()
        """

    let child: Child
    let port: Int

    /// - Parameter refuses: how many requests it turns away first.
    init(refuses: Int = 0) async throws {
        child = try Child("/usr/bin/env", ["python3", "-u", "-c", Self.script, "\(refuses)"], environment: Program.environment())
        guard let first = await child.printed("}\n"), let port = try JSONValue(parsing: first)["port"].int else {
            throw ChildFailure(description: "The receiver did not start: \(await child.end().errors)")
        }
        self.port = port
    }

    /// Everything that it was sent.
    func end() async throws -> [JSONValue] {
        child.signal(SIGKILL)
        return try await child.end().output.split(separator: "\n").dropFirst().map { try JSONValue(parsing: String($0)) }
    }
}

@Suite("Events about requests, as KServe's logger tells them", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns)
struct InferenceEventTests {
    private func project(_ events: String, columns: String = "{}") async throws -> TemporaryFolder {
        let folder = try await Loans.trained()
        try folder.replace("key: id}", with: "key: id, log: {columns: \(columns), events: \(events)}}")
        return folder
    }

    @Test("Both halves come with one identifier, and without what is not logged; a receiver that was away gets them later") func halves() async throws
    {
        let receiver = try await Receiver(refuses: 3)
        let folder = try await project("{to: \"http://127.0.0.1:\(receiver.port)/events\", private: true}", columns: "{city: drop, id: hash}")
        let server = try await LiveServer(folder)
        var ids: [String] = []
        for person in 0..<10 { ids.append(try #require(try await server.infer(incomes: [20 + Double(person), 50], key: nil).first)) }
        ids.append(try #require(try await server.infer(incomes: [33], key: "person-x").first))
        let ended = await server.interrupt()
        #expect(ended.status == 0 && !ended.errors.contains("not told"), "\(ended.errors)")
        let events = try await receiver.end()
        for half in ["request", "response"] {
            let own = events.filter { $0["headers"]["ce-type"].text == "org.kubeflow.serving.inference.\(half)" }
            // One whose receipt was acknowledged too late may come again.
            #expect(Set(own.compactMap { $0["headers"]["ce-id"].text }) == Set(ids) && own.count >= 11, "\(half)")
        }
        for event in events {
            let headers = event["headers"]
            #expect(headers["ce-specversion"].text == "1.0" && headers["content-type"].text == "application/json")
            #expect(headers["ce-inferenceservicename"].text == "loans" && headers["ce-namespace"].text == "loans")
            #expect(headers["ce-component"].text == "predictor" && headers["ce-endpoint"].text == "default")
            #expect(headers["ce-source"].text?.hasSuffix("/endpoints/loans") == true && headers["ce-time"].text != nil)
            let body = try JSONValue(parsing: event["body"].text ?? "")
            #expect(body["id"] == headers["ce-id"])
            #expect(event["body"].text?.contains("Bern") == false && event["body"].text?.contains("person-x") == false)
        }
        let answer = try #require(
            events.first { $0["headers"]["ce-id"].text == ids[10] && $0["headers"]["ce-type"].text?.hasSuffix("response") == true })
        let body = try JSONValue(parsing: answer["body"].text ?? "")
        let logged = try await folder.martlet("show", "prediction:\(ids[10])", "--json").json["prediction"]
        #expect(body["outputs"].elements.first { $0["name"].text == "probability" }?["data"].elements.first == logged["scores"].elements.first)
        #expect(body["model_version"].text == "1")
        let asked = try #require(
            events.first { $0["headers"]["ce-id"].text == ids[10] && $0["headers"]["ce-type"].text?.hasSuffix("request") == true })
        let inputs = try JSONValue(parsing: asked["body"].text ?? "")["inputs"].elements
        #expect(inputs.first { $0["name"].text == "income" }?["data"].elements.first?.double == 33)
        #expect(inputs.first { $0["name"].text == "id" }?["data"].elements.first?.text?.hasPrefix("hmac:") == true)
        #expect(!inputs.contains { $0["name"].text == "city" })
    }

    @Test("CloudEvents' own Python package reads them", .enabled(if: hasSDK, "cloudevents is not in .setup/python; run make setup")) func sdk()
        async throws
    {
        let receiver = try await Receiver()
        let folder = try await project("{to: \"http://127.0.0.1:\(receiver.port)\", private: true, mode: response}")
        let server = try await LiveServer(folder)
        let id = try #require(try await server.infer(incomes: [40]).first)
        #expect(await server.interrupt().status == 0)
        let event = try #require(try await receiver.end().first)
        let script = """
            import json, sys
            from cloudevents.v1.http import from_http
            event = from_http(json.loads(sys.argv[1]), sys.argv[2].encode())
            print(json.dumps({"id": event["id"], "type": event["type"], "service": event["inferenceservicename"], "answer": event.data["id"]}))
            """
        let read = try await Child.run(
            "/usr/bin/env", ["python3", "-c", script, event["headers"].compact, event["body"].text ?? ""],
            environment: Program.environment(["PYTHONPATH": packages]))
        #expect(try read.json == ["id": .string(id), "type": "org.kubeflow.serving.inference.response", "service": "loans", "answer": .string(id)])
    }

    @Test("A receiver that nobody allowed, or that takes nothing, costs no answer: its events are counted as failed or dropped") func refused()
        async throws
    {
        let folder = try await project("{to: \"http://127.0.0.1:9/\"}")
        let server = try await LiveServer(folder)
        for income in 0..<20 { _ = try await server.infer(incomes: [Double(income)]) }
        var failed = ""
        for _ in 0..<3000 where !failed.contains("state=\"failed\"} 40") {
            failed = try await server.request("GET", "/metrics").body.split(separator: "\n").filter { $0.contains("martlet_inference_events_total{") }
                .joined(separator: "\n")
        }
        #expect(failed.contains("state=\"failed\"} 40") && failed.contains("state=\"sent\"} 0"), "\(failed)")
        let ended = await server.interrupt()
        #expect(ended.status == 0 && ended.errors.contains("private"), "\(ended.errors)")
        let wrong = try await project("{to: \"ftp://there\"}")
        let outcome = try await wrong.martlet("serve", "--port", "0")
        #expect(outcome.status == 1 && outcome.errors.contains("martlet.yaml"), "\(outcome.errors)")
    }
}
