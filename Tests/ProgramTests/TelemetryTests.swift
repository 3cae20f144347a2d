import Foundation
import Support
import TestSupport
import Testing

@Suite(
    "What a server tells of requests", .enabled(if: Program.isComplete, "\(Program.absence)"),
    .enabled(if: PythonClient.has("opentelemetry", "tritonclient"), "\(PythonClient.absence)"), .inTurns)
struct TelemetryTests {
    /// A receiver that decodes what it is sent by OpenTelemetry's own messages, and prints each span as a line of JSON.
    private static let receiver = """
        import http.server, json, sys
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
        def value(v):
            return getattr(v, v.WhichOneof("value"))
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_POST(self):
                request = ExportTraceServiceRequest()
                request.ParseFromString(self.rfile.read(int(self.headers["content-length"])))
                for resource in request.resource_spans:
                    service = {a.key: value(a.value) for a in resource.resource.attributes}
                    for scope in resource.scope_spans:
                        for s in scope.spans:
                            print(json.dumps({"path": self.path, "type": self.headers["content-type"], "service": service, "scope": scope.scope.name,
                                "trace": s.trace_id.hex(), "span": s.span_id.hex(), "parent": s.parent_span_id.hex(), "name": s.name, "kind": s.kind,
                                "start": s.start_time_unix_nano, "end": s.end_time_unix_nano, "status": s.status.code,
                                "unknown": len(s.SerializeToString()) - s.ByteSize(), "attributes": {a.key: value(a.value) for a in s.attributes}}), flush=True)
                self.send_response(200)
                self.send_header("content-type", "application/x-protobuf")
                self.send_header("content-length", "0")
                self.end_headers()
            def log_message(self, *rest): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(json.dumps({"port": server.server_port}), flush=True)
        server.serve_forever()
        """

    /// OpenTelemetry's own client library around calls of the real clients; it prints the traces that it began.
    private static let client = """
        import json, sys, urllib.request
        import numpy as np
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
        from opentelemetry.propagate import inject
        from opentelemetry import trace
        import tritonclient.grpc as grpcclient
        port, grpc = sys.argv[1], sys.argv[2]
        row = sys.argv[3]
        def ask(name, provider, call):
            with provider.get_tracer("t").start_as_current_span(name) as span:
                headers = {}
                inject(headers)
                call(headers)
                context = span.get_span_context()
                return {"trace": format(context.trace_id, "032x"), "span": format(context.span_id, "016x")}
        def http(path, body=None):
            def call(headers):
                request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body and body.encode(), headers={"Content-Type": "application/json", **headers})
                try: urllib.request.urlopen(request).read()
                except urllib.error.HTTPError as error: error.read()
            return call
        def infer(headers):
            inputs = []
            for name, kind, data in [("income", "FP64", np.array([40.0])), ("age", "FP64", np.array([40.0])), ("city", "BYTES", np.array([b"Bern"], dtype=object)),
                    ("grade", "BYTES", np.array([b"A"], dtype=object))]:
                inputs.append(grpcclient.InferInput(name, [1], kind))
                inputs[-1].set_data_from_numpy(data)
            grpcclient.InferenceServerClient(f"127.0.0.1:{grpc}").infer("loans", inputs, headers=headers)
        on = TracerProvider()
        print(json.dumps({"http": ask("http", on, http("/v2/models/loans/infer", row)), "again": ask("again", on, http("/v2/models/loans/infer", row)),
            "rows": ask("rows", on, http("/predict/loans", '{"income": 40, "age": 40, "city": "Bern", "grade": "A"}')),
            "wrong": ask("wrong", on, http("/v2/models/loans/infer", "{")), "page": ask("page", on, http("/endpoints/loans?secret=x")),
            "grpc": ask("grpc", on, infer), "off": ask("off", TracerProvider(sampler=ALWAYS_OFF), http("/v2/models/loans/infer", row))}))
        """

    @Test("goes to OpenTelemetry as its own messages, within the traces that its own client began, and to the log a line each")
    func told() async throws {
        let environment = Program.environment(["PYTHONPATH": Program.root + "/.setup/python"])
        let receiver = try Child("/usr/bin/env", ["python3", "-u", "-c", Self.receiver], environment: environment)
        let port = try JSONValue(parsing: try #require(await receiver.printed("}\n")))["port"].int ?? 0
        let folder = try await Loans.trained()
        try folder.replace("key: id}", with: "key: id, access: access.log, traces: {to: 'http://127.0.0.1:\(port)', share: 0, private: true}}")
        let server = try await LiveServer(folder, "--grpc-port", "0")
        let asked = try await Child.run(
            "/usr/bin/env", ["python3", "-c", Self.client, "\(server.port)", "\(server.grpcPort ?? 0)", LiveServer.row], environment: environment)
        #expect(asked.status == 0, "\(asked.errors)")
        let traces = try asked.json
        let ids = try await server.infer(incomes: [40])
        let metrics = try await server.request("GET", "/metrics").body
        #expect(metrics.contains("martlet_spans_total{state=\"dropped\"} 0") && metrics.contains("martlet_access_log_lines_total{state=\"written\"}"))
        #expect(await server.interrupt().status == 0)
        receiver.signal(SIGKILL)
        let spans = try await receiver.end().output.split(separator: "\n").dropFirst().map { try JSONValue(parsing: String($0)) }
        try check(spans, traces)
        try check(folder, traces, last: ids)
    }

    private func check(_ spans: [JSONValue], _ traces: JSONValue) throws {
        let sent = Set(spans.compactMap { $0["trace"].text })
        let begun = ["http", "again", "rows", "wrong", "page", "grpc"]
        #expect(sent == Set(begun.compactMap { traces[$0]["trace"].text }), "Not the one that was not sampled, and none of our own: \(spans)")
        for span in spans {
            #expect(span["path"] == "/v1/traces" && span["type"] == "application/x-protobuf" && span["service"]["service.name"] == "loans")
            #expect((span["start"].int ?? .max) <= (span["end"].int ?? 0) && span["scope"] == "martlet" && span["unknown"].int == 0)
        }
        func found(_ name: String) -> [JSONValue] { spans.filter { $0["trace"] == traces[name]["trace"] } }
        for name in begun {
            let root = try #require(found(name).first { $0["parent"] == traces[name]["span"] }, "\(name)")
            #expect(root["kind"].int == 2 && root["status"].int == 0)
            for inner in found(name) where inner != root { #expect(inner["parent"] == root["span"] && inner["kind"].int == 1) }
        }
        for name in ["http", "again", "rows", "grpc"] {
            let names = found(name).compactMap { $0["name"].text }
            #expect(names.contains("model"), "\(name): \(names)")
            for span in found(name) {
                let attributes = span["attributes"]
                #expect(
                    attributes["martlet.endpoint"] == "loans" && attributes["martlet.model.version"].int == 1 && attributes["martlet.rows"].int == 1)
                #expect(attributes["martlet.prediction.id"].text?.count == 32)
            }
        }
        let http = try #require(found("again").first { $0["kind"].int == 2 })
        #expect(http["name"] == "POST /v2/models/{model}/infer" && http["attributes"]["http.route"] == "/v2/models/{model}/infer", "\(http)")
        #expect(http["attributes"]["http.request.method"] == "POST" && http["attributes"]["http.response.status_code"].int == 200)
        #expect(http["attributes"]["url.path"] == "/v2/models/loans/infer" && http["attributes"]["client.address"] == "127.0.0.1")
        let wrong = try #require(found("wrong").first)
        #expect(wrong["attributes"]["http.response.status_code"].int == 400 && wrong["status"].int == 0)
        #expect(found("page").first?["attributes"]["url.path"] == "/endpoints/loans", "Without the query.")
        let grpc = try #require(found("grpc").first { $0["kind"].int == 2 })
        #expect(grpc["name"] == "inference.GRPCInferenceService/ModelInfer" && grpc["attributes"]["rpc.response.status_code"] == "OK", "\(grpc)")
        #expect(grpc["attributes"]["rpc.system.name"] == "grpc" && grpc["attributes"]["rpc.method"] == grpc["name"])
    }

    private func check(_ folder: TemporaryFolder, _ traces: JSONValue, last ids: [String]) throws {
        let text = try String(contentsOfFile: folder.path("access.log"), encoding: .utf8)
        let lines = try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        #expect(!text.contains("secret=x") && lines.contains { $0["path"] == "/endpoints/loans?secret=…" && $0["status"].int == 200 })
        for name in ["http", "again", "rows", "wrong", "page", "grpc", "off"] {
            #expect(lines.count { $0["trace"] == traces[name]["trace"] } == 1, "\(name)")
        }
        let infers = lines.filter { $0["path"] == "/v2/models/loans/infer" }
        #expect(
            infers.map { $0["status"].int } == [200, 200, 400, 200, 200] && infers.allSatisfy { $0["method"] == "POST" && $0["protocol"] == "http" })
        #expect(infers.last?["prediction"].text == ids.first && infers.last?["who"].text != nil && infers.last?["bytes"].int ?? 0 > 100)
        let call = lines.first { $0["protocol"] == "grpc" }
        #expect(call?["grpc_status"] == "OK" && call?["endpoint"] == "loans" && call?["prediction"].text?.count == 32, "\(text)")
        #expect(lines.contains { $0["path"] == "/metrics" && $0["endpoint"].isNull })
    }

    @Test("is a line each on standard output where that is asked for, and nothing where it is not") func output() async throws {
        let folder = try await Loans.trained()
        let server = try await LiveServer(folder, "--access-log", "-")
        let ids = try await server.infer(incomes: [40, 50])
        let end = await server.interrupt()
        let lines = end.output.split(separator: "\n").filter { $0.hasPrefix("{\"time\"") }
        #expect(try lines.count == 1 && JSONValue(parsing: String(lines[0]))["prediction"].text == ids.first, "\(end.output)")
        let silent = try await LiveServer(folder)
        _ = try await silent.infer(incomes: [40])
        #expect(try await !silent.request("GET", "/metrics").body.contains("martlet_access_log"))
        #expect(await !silent.interrupt().output.contains("{\"time\""))
    }
}
