import HTTP
import Support
import TestSupport
import Testing

@Suite("A client that never finishes its body")
struct UnfinishedBodyTests {
    private static func head(_ method: String, _ path: String) -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n"
    }

    @Test("is cut off in time, keeps nobody from being answered, and leaves nothing of a file or a batch") func unfinished() async throws {
        let tracking = try TrackingHouse()
        let beginnings = [
            Self.head("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/x/artifacts/a") + String(repeating: "a", count: 3_000_000),
            Self.head("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/x/artifacts/b"),
            Self.head("POST", "/api/2.0/mlflow/runs/log-batch") + #"{"run_id":"x","metrics":["#,
        ]
        try await tracking.serve(limits: ConnectionLimits(idle: 600, request: 0.5, pace: 1e12)) { asker in
            let run = try await asker.run()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for beginning in beginnings + beginnings {
                    group.addTask {
                        let answer = try await Wire.exchange(Array(beginning.utf8), port: asker.port, halfCloses: false)
                        #expect(!answer.statuses.contains(200), "\(answer.text)")
                    }
                    group.addTask {
                        let dripping = try await Wire.exchange(
                            Array(beginning.replacing("Content-Length: 10000000", with: "Transfer-Encoding: chunked").utf8), port: asker.port,
                            endless: Array("1\r\n \r\n".utf8))
                        #expect(!dripping.statuses.contains(200), "\(dripping.text)")
                    }
                }
                for step in 0..<50 {
                    let point: JSONValue = [
                        "run_id": .string(run), "key": "m", "value": 1, "timestamp": JSONValue(step), "step": JSONValue(step),
                    ]
                    #expect(try await asker.post("runs/log-metric", point).status == 200)
                }
                try await group.waitForAll()
            }
            let listed = try await asker.send("GET", "/api/2.0/mlflow-artifacts/artifacts?path=0/x/artifacts")
            #expect(listed.json["files"].elements.isEmpty, "\(listed.text)")
        }
        #expect(try tracking.folder.files(under: "objects").isEmpty, "Nothing is left in the store once the server has ended.")
    }
}
