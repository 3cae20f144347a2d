import Foundation
import OpenInference
import Serving
import Support
import Tables
import TestSupport
import Testing

/// A model of ten columns that answers at once, so that what is measured is the protocol, the check and the log.
private struct TenColumns: ServedModel {
    let name = "ten"
    let version = 1
    let digest = "sha256:ab"
    let signature = Signature(
        inputs: (0..<7).map { .init("number\($0)", kind: .number, mayBeMissing: true) }
            + (0..<3).map { .init("text\($0)", kind: .text, mayBeMissing: true) },
        answer: .binary(negative: "no", positive: "yes", threshold: 0.5))

    func answer(_ table: Table) throws(MartletError) -> Answers {
        Answers(scores: Array(repeating: 0.25, count: table.rowCount), width: 1, labels: TextValues((0..<table.rowCount).map { _ in "no" }))
    }
}

/// Figures of infer requests, printed by `wrk` (Debian `wrk`); runs where `MARTLET_BENCH_HTTP` is set.
@Suite("Measured: infer requests", .serialized) struct InferBench {
    private static let isWanted = ProcessInfo.processInfo.environment["MARTLET_BENCH_HTTP"] != nil

    @Test("one row or 64 rows of ten columns as JSON, 1, 8 and 64 connections", .enabled(if: isWanted, "MARTLET_BENCH_HTTP is not set"))
    func figures() async throws {
        let folder = try TemporaryFolder()
        let clock = SystemClock()
        let log = try PredictionLog(folder: folder.path("predictions"), endpoint: "ten", options: .init(), clock: clock)
        let endpoint = Endpoint(
            plan: EndpointPlan(endpoint: "ten", model: "ten"), provider: FixedProvider(model: TenColumns()), log: log, pool: WorkPool(),
            identifiers: IdentifierSource(clock: clock), clock: clock)
        try await LiveServer.run(EndpointSet([endpoint])) { server in
            for rows in [1, 64] {
                let script = try folder.write("post\(rows).lua", Self.script(rows: rows))
                for connections in [1, 8, 64] {
                    print("\(rows) rows, \(connections) connections")
                    try await Self.wrk([
                        "-t1", "-c\(connections)", "-d4s", "--latency", "-s", script, "http://127.0.0.1:\(server.port)/v2/models/ten/infer",
                    ])
                }
            }
        }
        print(endpoint.json.compact)
    }

    private static func script(rows: Int) -> String {
        let numbers = (0..<7).map { name in
            let values = (0..<rows).map { "\(Double($0 + name) * 1.37 + 17)" }.joined(separator: ",")
            return #"{"name":"number\#(name)","datatype":"FP64","shape":[\#(rows)],"data":[\#(values)]}"#
        }
        let texts = (0..<3).map { name in
            let values = (0..<rows).map { "\"town-\($0 % 20)\"" }.joined(separator: ",")
            return #"{"name":"text\#(name)","datatype":"BYTES","shape":[\#(rows)],"data":[\#(values)]}"#
        }
        return "wrk.method = \"POST\"\nwrk.body = '{\"inputs\":[\((numbers + texts).joined(separator: ","))]}'\n"
    }

    private static func wrk(_ arguments: [String]) async throws {
        print(try await Child.run("/usr/bin/wrk", arguments).output)
    }
}
