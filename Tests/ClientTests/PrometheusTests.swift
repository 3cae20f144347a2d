import Support
import TestSupport
import Testing

@Suite("What Prometheus scrapes") struct PrometheusTests {
    @Test("counts requests by version and outcome, in our names and in Triton's, and the durations of those that were answered")
    func counts() async throws {
        try await LiveServer.run(makeEndpoints()) { server in
            for _ in 0..<3 { #expect(try await server.post("/v2/models/income/infer", request()).status == 200) }
            #expect(try await server.post("/v2/models/income/infer", "{").status == 400)
            let answer = try await server.get("/metrics")
            #expect(answer.status == 200 && answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = Set(answer.text.split(separator: "\n").map(String.init))
            for line in [
                #"martlet_requests_total{endpoint="income",version="3",outcome="answered"} 3"#,
                #"martlet_unread_requests_total{endpoint="income"} 1"#, #"martlet_predictions_total{endpoint="income",version="3"} 6"#,
                #"martlet_request_duration_seconds_bucket{endpoint="income",version="3",le="+Inf"} 3"#,
                #"martlet_request_duration_seconds_count{endpoint="income",version="3"} 3"#,
                #"martlet_traffic_share{endpoint="income",version="3",role="champion"} 1"#,
                #"nv_inference_count{model="income",version="3"} 6"#, "# TYPE martlet_request_duration_seconds histogram",
            ] { #expect(lines.contains(line), "\(line) is absent of:\n\(answer.text)") }
            #expect(!answer.text.contains("colour\",version"), "No version of it was asked.")
        }
    }

    @Test("is what Prometheus's own reader reads", .enabled(if: PythonClient.has("prometheus_client"), "\(PythonClient.absence)"))
    func parsed() async throws {
        try await LiveServer.run(makeEndpoints()) { server in
            #expect(try await server.post("/v2/models/income/infer", request()).status == 200)
            let script = """
                import json, sys, urllib.request
                from prometheus_client.parser import text_string_to_metric_families
                text = urllib.request.urlopen(sys.argv[1]).read().decode()
                families = list(text_string_to_metric_families(text))
                buckets = [s.value for f in families for s in f.samples if s.name == "martlet_request_duration_seconds_bucket"]
                print(json.dumps({"families": len(families), "rising": buckets == sorted(buckets), "untyped": [f.name for f in families if f.type == "unknown"],
                    "process": [f.name for f in families if f.name.startswith("process_")]}))
                """
            let told = try await PythonClient.run(text: script, "http://127.0.0.1:\(server.port)/metrics")
            #expect(told["families"].int ?? 0 > 12 && told["rising"] == true && told["untyped"] == [], "\(told.compact)")
            #expect(told["process"].elements.contains("process_resident_memory_bytes"), "\(told.compact)")
        }
    }
}
