import Support
import TestSupport
import Testing

@Suite("Artifacts over MLflow's routes") struct ArtifactRoutesTests {
    private static let base = "/api/2.0/mlflow-artifacts/artifacts"

    @Test("a file is put, listed, read in parts, replaced and removed") func life() async throws {
        let tracking = try TrackingHouse()
        try await tracking.serve { asker in
            let id = try await asker.run()
            let path = "\(Self.base)/0/\(id)/artifacts/d/%C3%BC%20b.txt"
            let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            #expect(try await asker.send("PUT", path, bytes).status == 200)
            let whole = try await asker.send("GET", path)
            #expect(whole.bytes == bytes && whole.headers["content-type"] == "text/plain" && whole.headers["x-content-type-options"] == "nosniff")
            let tag = try #require(whole.headers["etag"])
            #expect(try await asker.send("GET", path, headers: ["If-None-Match": tag]).status == 304)
            for (range, expected) in [("bytes=5-9", bytes[5...9]), ("bytes=-4", bytes[2_999_996...]), ("bytes=2999990-", bytes[2_999_990...])] {
                let part = try await asker.send("GET", path, headers: ["Range": range])
                #expect(part.status == 206 && part.bytes == Array(expected), "\(range)")
            }
            #expect(try await asker.send("GET", path, headers: ["Range": "bytes=3000000-"]).status == 416)
            let files = try await asker.get("artifacts/list?run_id=\(id)&path=d").json["files"]
            #expect(files == [["path": "d/ü b.txt", "is_dir": false, "file_size": 3_000_000]])
            let proxied = try await asker.send("GET", "\(Self.base)?path=0%2F\(id)%2Fartifacts%2F.").json["files"]
            #expect(proxied == [["path": "d", "is_dir": true]])
            #expect(try await asker.send("PUT", path, [1]).status == 200)
            let replaced = try await asker.send("GET", path)
            #expect(replaced.bytes == [1])
            #expect(try await asker.send("DELETE", path).status == 200)
            #expect(try await asker.send("DELETE", path).status == 200)
            #expect(try await asker.send("GET", path).status == 404)
        }
    }

    @Test(
        "paths that lead elsewhere are refused, however they are written",
        arguments: [
            "../x", "%2e%2e/x", "a/%2E%2E/x", "%252e%252e/x", "..%2Fx", "a%5C..%5Cx", "a%00b", "%2Fetc/passwd", "a//b", "a/..", "file:%2F%2F/etc",
        ])
    func traversal(path: String) async throws {
        let tracking = try TrackingHouse()
        try await tracking.serve { asker in
            for method in ["PUT", "GET", "DELETE"] {
                // As bytes, because clients tidy paths up before they send them.
                let head = "\(method) \(Self.base)/\(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"
                let answer = try await Wire.exchange(Array(head.utf8), port: asker.port)
                #expect(answer.statuses == [400], "\(method): \(answer.text)")
            }
        }
        #expect(try tracking.folder.files(under: "objects").isEmpty)
    }

    @Test("a file that ends early leaves nothing") func cut() async throws {
        let tracking = try TrackingHouse()
        try await tracking.serve { asker in
            let head = "PUT \(Self.base)/0/x/artifacts/a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000000\r\n\r\n"
            _ = try await Wire.exchange(Array(head.utf8) + [UInt8](repeating: 7, count: 2_500_000), port: asker.port)
            #expect(try await asker.send("GET", "\(Self.base)/0/x/artifacts/a").status == 404)
        }
        #expect(try tracking.folder.files(under: "objects").isEmpty)
    }
}
