import Access
import Events
import HTTPTestSupport
import Support
import TestSupport
import Testing

@Suite("Runs over MLflow's routes") struct RunRoutesTests {
    @Test("a run is begun, logged to, read, ended, deleted and restored") func life() async throws {
        try await TrackingHouse().serve { asker in
            let id = try await asker.run(["run_name": "first", "start_time": 1_700_000_000_000, "tags": [["key": "a", "value": "b"]]])
            for (path, body) in [
                ("runs/log-metric", ["key": "m", "value": 0.5, "timestamp": 17, "step": 3]), ("runs/log-parameter", ["key": "p", "value": "1"]),
                ("runs/set-tag", ["key": "t", "value": "x"]), ("runs/update", ["status": "FINISHED", "end_time": 1_700_000_001_000]),
            ] as [(String, JSONValue)] {
                var body = body
                body["run_id"] = .string(id)
                #expect(try await asker.post(path, body).status == 200, "\(path)")
            }
            let run = try await asker.get("runs/get?run_id=\(id)").json["run"]
            #expect(run["info"]["status"] == "FINISHED" && run["info"]["end_time"] == 1_700_000_001_000)
            #expect(run["info"]["artifact_uri"].text == "mlflow-artifacts:/0/\(id)/artifacts")
            #expect(run["data"]["metrics"] == [["key": "m", "value": 0.5, "timestamp": 17, "step": 3]])
            #expect(run["data"]["params"] == [["key": "p", "value": "1"]])
            let tags = run["data"]["tags"].elements.compactMap { $0["key"].text }
            #expect(tags == ["a", "t", "mlflow.runName"])
            #expect(try await asker.post("runs/delete", ["run_id": .string(id)]).json == [:])
            let refused = try await asker.post("runs/set-tag", ["run_id": .string(id), "key": "k", "value": "v"])
            #expect(
                refused.status == 400 && refused.json["message"].text?.hasSuffix("must be in the 'active' state. Current state is deleted.") == true)
            _ = try await asker.post("runs/restore", ["run_id": .string(id)])
            #expect(try await asker.get("runs/get?run_uuid=\(id)").json["run"]["info"]["lifecycle_stage"] == "active")
        }
    }

    /// What is sent, and what of the answer counts: its status, its code and the beginning of its message.
    private static let bad: [(path: String, body: String, status: Int, code: String, message: String)] = [
        ("experiments/create", "{}", 400, "INVALID_PARAMETER_VALUE", "Missing value for required parameter 'name'. See the API docs"),
        ("experiments/create", "not json", 400, "INVALID_PARAMETER_VALUE", "Missing value for required parameter 'name'."),
        (
            "experiments/create", #"{"name": 123}"#, 400, "INVALID_PARAMETER_VALUE",
            "Invalid value 123 for parameter 'name' supplied:  Hint: Value was of type 'int'. See"
        ),
        ("experiments/create", #"{"name": "Default"}"#, 400, "RESOURCE_ALREADY_EXISTS", "Experiment(name=Default) already exists."),
        ("experiments/delete", #"{"experiment_id": "77"}"#, 404, "RESOURCE_DOES_NOT_EXIST", "No Experiment with id=77 exists"),
        ("runs/create", #"{"experiment_id": "77"}"#, 404, "RESOURCE_DOES_NOT_EXIST", "No Experiment with id=77 exists"),
        (
            "runs/create", #"{"experiment_id":"0","run_name":"a","tags":[{"key":"mlflow.runName","value":"b"}]}"#, 400, "INVALID_PARAMETER_VALUE",
            "Both 'run_name'"
        ),
        (
            "runs/create", #"{"experiment_id":"0","start_time":9223372036854775807}"#, 400, "INVALID_PARAMETER_VALUE",
            "Invalid value 9223372036854775807"
        ),
        (
            "runs/log-metric", #"{"run_id":"x","key":"m","value":"abc","timestamp":1}"#, 400, "INVALID_PARAMETER_VALUE",
            "Invalid value \"abc\" for parameter 'value'"
        ),
        ("runs/log-metric", #"{"run_id":"x","key":"../m","value":1,"timestamp":1}"#, 400, "INVALID_PARAMETER_VALUE", "Invalid metric name: '../m'."),
        ("runs/log-metric", #"{"run_id":"none","key":"m","value":1,"timestamp":1}"#, 404, "RESOURCE_DOES_NOT_EXIST", "Run with id=none not found"),
        (
            "runs/log-batch", #"{"run_id":"x","metrics":[{"value":1,"timestamp":1}]}"#, 400, "INVALID_PARAMETER_VALUE",
            "Missing value for required parameter 'metrics[0].key'"
        ),
        (
            "runs/log-batch", #"{"run_id":"x","params":[{"key":"p","value":"1"},{"key":"p","value":"2"}]}"#, 400, "INVALID_PARAMETER_VALUE",
            "Duplicate parameter keys have been submitted: ['p']."
        ),
        (
            "runs/search", #"{"experiment_ids":["0"],"filter":"metrics.a > 'x'"}"#, 400, "INVALID_PARAMETER_VALUE",
            "Expected numeric value type for metric."
        ),
        ("runs/search", #"{"experiment_ids":["0"],"filter":"a == 'x'"}"#, 400, "INVALID_PARAMETER_VALUE", "Invalid comparator '=='"),
        ("runs/search", #"{"experiment_ids":["0"],"filter":" "}"#, 400, "INVALID_PARAMETER_VALUE", "Invalid filter ' '"),
        (
            "runs/search", #"{"experiment_ids":["0"],"filter":"params.a = 'x' OR params.b = 'y'"}"#, 400, "INVALID_PARAMETER_VALUE",
            "Invalid clause(s)"
        ),
        ("runs/search", #"{"experiment_ids":["0"],"max_results":0}"#, 400, "INVALID_PARAMETER_VALUE", "Invalid value 0 for parameter 'max_results'"),
        ("runs/search", #"{"experiment_ids":["0"],"page_token":"§"}"#, 400, "INVALID_PARAMETER_VALUE", "Invalid page token, could not base64-decode"),
        ("runs/search", #"{"experiment_ids":["0"],"run_view_type":"SOME"}"#, 400, "INVALID_PARAMETER_VALUE", "Invalid view type"),
        ("nothing/there", "{}", 501, "NOT_IMPLEMENTED", "POST /api/2.0/mlflow/nothing/there"),
    ]

    @Test("what is wrong is said in MLflow's codes and words") func bad() async throws {
        try await TrackingHouse().serve { asker in
            for (path, body, status, code, message) in Self.bad {
                let answer = try await asker.post(path, text: body)
                #expect(answer.status == status && answer.code == code, "\(path) \(body): \(answer.text)")
                #expect(answer.json["message"].text?.hasPrefix(message) == true, "\(path) \(body): \(answer.text)")
            }
            let plain = try await asker.send(
                "POST", "/api/2.0/mlflow/experiments/create", Array(#"{"name":"x"}"#.utf8), headers: ["Content-Type": "text/plain"])
            #expect(plain.status == 400 && plain.json["message"].text?.contains("Content-Type must be one of ['application/json']") == true)
        }
    }

    @Test("a batch with a changed parameter, or with too much in it, keeps nothing") func batches() async throws {
        try await TrackingHouse().serve { asker in
            let id = try await asker.run()
            _ = try await asker.post("runs/log-parameter", ["run_id": .string(id), "key": "p", "value": "1"])
            let changed = try await asker.post(
                "runs/log-batch",
                [
                    "run_id": .string(id), "params": [["key": "q", "value": "1"], ["key": "p", "value": "2"]],
                    "metrics": [["key": "m", "value": 1, "timestamp": 1]],
                ])
            #expect(changed.json["message"].text?.contains("[{'key': 'p', 'old_value': '1', 'new_value': '2'}]") == true)
            let point: JSONValue = ["key": "m", "value": 1, "timestamp": 1]
            let many = try await asker.post("runs/log-batch", ["run_id": .string(id), "metrics": .array(Array(repeating: point, count: 1001))])
            #expect(
                many.json["message"].text?.hasPrefix("A batch logging request can contain at most 1000 metrics. Got 1001 metrics. Please split up")
                    == true)
            let data = try await asker.get("runs/get?run_id=\(id)").json["run"]["data"]
            #expect(data["metrics"].isNull && data["params"] == [["key": "p", "value": "1"]])
        }
    }

    @Test("NaN and infinities come as words or as texts, and the numbers of messages may be texts") func odd() async throws {
        try await TrackingHouse().serve { asker in
            let id = try await asker.run()
            for (i, value) in ["NaN", "\"NaN\"", "Infinity", "\"-Infinity\"", "\"1e3\""].enumerated() {
                let answer = try await asker.post(
                    "runs/log-metric", text: #"{"run_id":"\#(id)","key":"m\#(i)","value":\#(value),"timestamp":"5","step":"2"}"#)
                #expect(answer.status == 200, "\(answer.text)")
            }
            let metrics = try await asker.get("runs/get?run_id=\(id)").json["run"]["data"]["metrics"].elements
            #expect(metrics.map { $0["value"] } == ["NaN", "NaN", .number(.greatestFiniteMagnitude), .number(-.greatestFiniteMagnitude), 1000])
            #expect(metrics.allSatisfy { $0["timestamp"] == 5 && $0["step"] == 2 })
            let twice = try await asker.post("runs/set-tag", text: JSONValue.string(#"{"run_id":"\#(id)","key":"k","value":"v"}"#).compact)
            #expect(twice.status == 200, "a body that is JSON within JSON is read, as old clients send it")
        }
    }

    @Test("pages go on where the last one ended, and tokens can be used again") func pages() async throws {
        try await TrackingHouse().serve { asker in
            for i in 0..<7 { _ = try await asker.run(["start_time": .integer(Int64(1000 + i)), "run_name": .string("r\(i)")]) }
            func page(_ token: String?) async throws -> (names: [String], next: String?) {
                var body: JSONValue = ["experiment_ids": ["0"], "max_results": 3]
                if let token { body["page_token"] = .string(token) }
                let answer = try await asker.post("runs/search", body).json
                return (answer["runs"].elements.compactMap { $0["info"]["run_name"].text }, answer["next_page_token"].text)
            }
            let first = try await page(nil)
            let second = try await page(first.next)
            let third = try await page(second.next)
            #expect(first.names + second.names + third.names == ["r6", "r5", "r4", "r3", "r2", "r1", "r0"] && third.next == nil)
            #expect(try await page(first.next).names == second.names)
            #expect(try await asker.post("runs/search", ["experiment_ids": []]).json == [:])
        }
    }

    @Test("a project's name may stand in the address, and another's may not") func prefix() async throws {
        try await TrackingHouse().serve { asker in
            let own = try await asker.send("GET", "/projects/house/api/2.0/mlflow/experiments/get?experiment_id=0")
            #expect(own.status == 200)
            for path in [
                "/projects/other/api/2.0/mlflow/experiments/get?experiment_id=0",
                "/ajax-api/2.0/mlflow/experiments/get-by-name?experiment_name=De+fault",
            ] {
                #expect(try await asker.send("GET", path).status == 404, "\(path)")
            }
            for (path, text) in [("/version", "3.17.2"), ("/health", "OK")] { #expect(try await asker.send("GET", path).text == text) }
            #expect(try await asker.send("GET", "/api/3.0/mlflow/server-info").json["store_type"] == "SqlStore")
        }
    }

    @Test("who may only read may not log, and strangers learn nothing") func access() async throws {
        let tracking = try TrackingHouse()
        for (name, role) in [("ann", "contributor"), ("vera", "viewer")] {
            try tracking.house.principals.add(.init(name), kind: .user, name: nil, role: role, password: nil)
        }
        let writer = try tracking.house.tokens.issue("w", for: "ann", scopes: nil, lifetime: nil)
        let reader = try tracking.house.tokens.issue("r", for: "vera", scopes: nil, lifetime: nil)
        try await tracking.serve { asker in
            var (ann, vera) = (asker, asker)
            (ann.token, vera.token) = (writer, reader)
            #expect(try await ann.post("runs/create", ["experiment_id": "0"]).status == 200)
            let refused = try await vera.post("runs/create", ["experiment_id": "0"])
            #expect(refused.status == 403 && refused.code == "PERMISSION_DENIED")
            #expect(try await vera.post("runs/search", ["experiment_ids": ["0"]]).json["runs"].elements.count == 1)
            let head = "GET /api/2.0/mlflow/experiments/get?experiment_id=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            let stranger = try await Wire.exchange(Array(head.utf8), port: asker.port)
            #expect(stranger.statuses == [401] && stranger.text.contains("UNAUTHENTICATED") && stranger.text.contains("Bearer realm"))
        }
        let events = try tracking.house.events.latest(20)
        #expect(events.contains { $0.actor == "ann" && $0.kind == "run.begun" })
    }
}

@Suite("Searches that ask for too much") struct LargeSearchTests {
    @Test("as many clauses and orders as are read are searched by; more, and too many experiments, are refused") func bounds() async throws {
        try await TrackingHouse().serve { asker in
            let id = try await asker.run()
            for i in 0..<40 {
                _ = try await asker.post("runs/log-metric", ["run_id": .string(id), "key": .string("m\(i)"), "value": 1, "timestamp": 1])
            }
            func search(_ clauses: Int, _ orders: Int, experiments: Int = 1) async throws -> TrackingAsker.Answer {
                let filter = (0..<clauses).map { "metrics.m\($0 % 40) > 0" }.joined(separator: " AND ")
                let body: JSONValue = [
                    "experiment_ids": JSONValue((0..<experiments).map(String.init)), "filter": .string(filter),
                    "order_by": JSONValue((0..<orders).map { "metrics.m\($0)" }),
                ]
                return try await asker.post("runs/search", body)
            }
            let most = try await search(40, 20, experiments: 10_000)
            #expect(most.status == 200 && most.json["runs"].elements.count == 1, "\(most.text)")
            for refused in [try await search(41, 0), try await search(0, 21), try await search(0, 0, experiments: 10_001)] {
                #expect(refused.status == 400 && refused.code == "INVALID_PARAMETER_VALUE", "\(refused.text)")
            }
            let ids = (0..<1000).map { "run_ids=r\($0)" }.joined(separator: "&")
            let behind = try await asker.send("GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?\(ids)&metric_key=m")
            #expect(behind.status == 400 && behind.text.contains("at most 100 run_ids"), "\(behind.text)")
            let fields = try await asker.get("runs/get?\(String(repeating: "a&", count: 10_000))run_id=\(id)")
            #expect(fields.status == 400 && fields.text.contains("10000 fields"), "\(fields.text)")
        }
    }
}
