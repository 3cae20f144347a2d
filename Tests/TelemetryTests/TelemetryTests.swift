import Foundation
import Settings
import Support
import Telemetry
import TestSupport
import Testing

@Suite("What is told of requests") struct TelemetryTests {
    private static let known = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    private func watch(_ log: AccessLog? = nil, spans: SpanQueue? = nil, share: Double = 0) -> RequestWatch {
        RequestWatch(log: log, spans: spans, share: share, clock: ManualClock(Timestamp(microseconds: 1_795_000_000_000_000)), seed: 7)
    }

    @Test("A trace context is read as W3C has it, and anything else is as if nothing had been sent")
    func traceparents() throws {
        let context = try #require(TraceContext(traceparent: Self.known))
        #expect(context.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" && context.span == 0x00f0_67aa_0ba9_02b7 && context.isSampled)
        #expect(TraceContext(traceparent: String(Self.known.dropLast(2)) + "00")?.isSampled == false)
        #expect(TraceContext(traceparent: "cc" + Self.known.dropFirst(2) + "-what-comes")?.isSampled == true, "Of versions to come what is known.")
        for wrong in [
            "", "00", "ff" + Self.known.dropFirst(2), Self.known + "-x", Self.known.uppercased(), String(Self.known.dropLast()),
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            Self.known.replacing("4bf9", with: "+bf9"), Self.known.replacing("-", with: "_"), String(repeating: "0-", count: 400),
        ] { #expect(TraceContext(traceparent: wrong) == nil, "\(wrong)") }
    }

    @Test("A decision that came along stands; without one the share decides, and the trace goes on under a span of its own")
    func sampling() {
        let spans = SpanQueue()
        for share in [0.0, 1.0] {
            #expect(watch(spans: spans, share: share).begin(traceparent: Self.known).trace?.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
            #expect(watch(spans: spans, share: share).begin(traceparent: Self.known).trace?.isSampled == true)
            #expect(watch(spans: spans, share: share).begin(traceparent: Self.known).trace?.span != 0x00f0_67aa_0ba9_02b7)
            #expect(watch(spans: spans, share: share).begin(traceparent: String(Self.known.dropLast()) + "0").trace?.isSampled == false)
            #expect((watch(spans: spans, share: share).begin(traceparent: nil).trace != nil) == (share == 1))
        }
        let tenth = watch(spans: spans, share: 0.1)
        let traces = (0..<5000).compactMap { _ in tenth.begin(traceparent: nil).trace?.traceID }
        #expect((350...650).contains(traces.count) && Set(traces).count == traces.count, "\(traces.count)")
    }

    @Test("A line of the log is one line of JSON, whatever a request brings; values of a query are not in it")
    func lines() throws {
        let folder = try TemporaryFolder()
        let log = try AccessLog(path: folder.path("access.log"))
        let watch = watch(log)
        let nasty = "/a\u{1B}[2J\n{\"forged\":1}\r\u{2028}\u{202E}\u{9B}\"\\/../?name=Anna+B&token=s3cret&=x&alone"
        let notes = watch.begin(traceparent: Self.known)
        notes.note { found in (found.caller, found.prediction, found.version, found.rows) = ("ann\n\u{7}", "0199", 3, 2) }
        watch.end(notes, EndedRequest(address: "::1", method: "GET\n", path: nasty, status: 200, bytes: 12))
        var call = EndedRequest(address: "127.0.0.1", method: "POST", path: "/inference.GRPCInferenceService/ModelInfer")
        (call.kind, call.call) = (.grpc, 3)
        watch.end(watch.begin(traceparent: nil), call)
        watch.end(watch.begin(traceparent: nil), EndedRequest(address: "x", method: "GET", path: "/" + String(repeating: "é", count: 50_000)))
        log.write()
        let text = try String(contentsOfFile: folder.path("access.log"), encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == 3 && !text.unicodeScalars.contains(where: \.isUnseenCommand))
        #expect(!text.contains("Anna") && !text.contains("s3cret") && !text.contains("alone"))
        let first = try JSONValue(parsing: lines[0])
        #expect(first["path"].text?.hasSuffix("?name=…&token=…&=…&…") == true && first["path"].text?.hasPrefix("/a\u{1B}[2J\n") == true)
        #expect(first["who"].text == "ann\n\u{7}" && first["status"].int == 200 && first["bytes"].int == 12 && first["prediction"].text == "0199")
        #expect(first["trace"].text == "4bf92f3577b34da6a3ce929d0e0e4736" && first["version"].int == 3 && first["rows"].int == 2)
        #expect(try JSONValue(parsing: lines[1])["grpc_status"].text == "INVALID_ARGUMENT")
        #expect(try JSONValue(parsing: lines[2])["status"].isNull && lines[2].utf8.count < 3000)
        #expect(log.counts == AccessLogCounts(written: 3, dropped: 0))
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path("access.log"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("A log that was renamed is begun anew; lines that find the queue full are counted") func rotation() throws {
        let folder = try TemporaryFolder()
        let log = try AccessLog(path: folder.path("access.log"), limit: 3)
        let watch = watch(log)
        func end(_ count: Int) {
            for _ in 0..<count { watch.end(watch.begin(traceparent: nil), EndedRequest(address: "x", method: "GET", path: "/")) }
        }
        func lines(_ name: String) throws -> Int { try String(contentsOfFile: folder.path(name), encoding: .utf8).split(separator: "\n").count }
        end(5)
        log.write()
        #expect(log.counts == AccessLogCounts(written: 3, dropped: 2))
        try FileManager.default.moveItem(atPath: folder.path("access.log"), toPath: folder.path("access.log.1"))
        end(2)
        log.write()
        #expect(try lines("access.log.1") == 3 && lines("access.log") == 2)
        try FileManager.default.removeItem(atPath: folder.path("access.log"))
        end(1)
        log.write()
        #expect(try lines("access.log") == 1 && log.counts == AccessLogCounts(written: 6, dropped: 2))
        #expect(throws: MartletError.self) { _ = try AccessLog(path: folder.path("none/access.log")) }
    }

    @Test("Spans that find the queue full are counted, and those that cannot be sent") func loss() async throws {
        let spans = SpanQueue(limit: 2)
        let watch = watch(spans: spans, share: 1)
        for _ in 0..<5 { watch.end(watch.begin(traceparent: nil), EndedRequest(address: "x", method: "GET", path: "/")) }
        #expect(spans.counts == SpanCounts(dropped: 3) && !spans.isEmpty)
        let plan = TracesPlan(to: "http://127.0.0.1:1", share: 1)
        let export = SpanExport(plan, queue: spans, service: "s", version: "1")
        let error = await #expect(throws: MartletError.self) { _ = try await export.sendOne() }
        #expect(error?.code == .refused, "A private address has to be allowed: \(error?.message ?? "")")
        #expect(spans.counts == SpanCounts(failed: 2, dropped: 3) && spans.isEmpty)
        #expect(try await export.sendOne() == false)
    }

    @Test("The settings name a file, an address and a share; what they cannot mean is said with its line") func settings() throws {
        func plan(_ yaml: String) throws(MartletError) -> TelemetryPlan {
            let node = try SettingsNode(yaml: yaml, file: "martlet.yaml")
            return try TelemetryPlan(access: node["access"], traces: node["traces"])
        }
        let full = try plan("access: logs/access.log\ntraces: {to: http://127.0.0.1:4318, share: 5%, private: true}")
        #expect(
            full.access == "logs/access.log" && full.traces == TracesPlan(to: "http://127.0.0.1:4318", share: 0.05, allowsPrivate: true) && full.isOn)
        #expect(full.traces?.address == "http://127.0.0.1:4318/v1/traces")
        #expect(
            TracesPlan(to: "https://h/otlp/v1/traces").address == "https://h/otlp/v1/traces"
                && TracesPlan(to: "https://h/").address == "https://h/v1/traces")
        #expect(try !plan("x: 1").isOn && plan("traces: {to: http://h}").traces?.share == 0.01)
        for wrong in [
            "access: ''", "traces: {share: 1%}", "traces: {to: h:4318}", "traces: {to: http://h, share: 200%}", "traces: {to: http://h, shar: 1}",
        ] {
            let error = #expect(throws: MartletError.self) { _ = try plan(wrong) }
            #expect(error?.place?.line == 1, "\(wrong)")
        }
    }
}
