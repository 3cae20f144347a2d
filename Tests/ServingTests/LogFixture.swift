import Foundation
import Serving
import Support
import Tables
import TestSupport

extension TemporaryFolder {
    /// A copy of everything in it, as another process would find it after a crash at this moment.
    func snapshot() throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        try FileManager.default.removeItem(atPath: copy.path)
        try FileManager.default.copyItem(atPath: path, toPath: copy.path)
        return copy
    }

    func segments(_ endpoint: String = "income") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(endpoint)").filter { $0.hasSuffix(".predictions") }.sorted().map {
            "\(path)/\(endpoint)/\($0)"
        }
    }
}

let noon = Timestamp(microseconds: 1_795_000_000_000_000)

/// Makes batches with known content: row n of the whole log has x = n / 3, count = n, town = "t<n mod 5>", every seventh value missing.
final class BatchMaker {
    let clock = ManualClock(noon)
    let source: IdentifierSource
    private(set) var made = 0

    init() { source = IdentifierSource(clock: clock, seed: 7) }

    func batch(_ rows: Int, version: Int = 1, keys: Bool = true) throws -> PredictionBatch {
        let numbers = made..<made + rows
        made += rows
        clock.advance(to: clock.now().advanced(bySeconds: 1))
        let inputs = try Table([
            Column("x", numbers: numbers.map { $0 % 7 == 0 ? .nan : Double($0) / 3 }),
            Column("count", kind: .integer, numbers: numbers.map { $0 % 7 == 1 ? .nan : Double($0) }),
            Column("member", kind: .boolean, numbers: numbers.map { Double($0 % 2) }),
            Column("town", strings: numbers.map { $0 % 7 == 2 ? nil : "t\($0 % 5)" }),
        ])
        let scores = numbers.map { 1 / (Double($0) + 2) }
        return PredictionBatch(
            ids: numbers.map { _ in source.next() }, time: clock.now(),
            model: ModelStamp(name: "income", version: version, alias: "champion", digest: "sha256:ab"), inputs: inputs,
            answers: Answers(scores: scores, width: 1, labels: TextValues(scores.map { $0 >= 0.5 ? ">50K" : "<=50K" })),
            answer: .binary(negative: "<=50K", positive: ">50K", threshold: 0.5), keys: keys ? TextValues(numbers.map { "person-\($0)" }) : nil,
            latency: 1234)
    }

    func log(_ folder: TemporaryFolder, _ change: (inout PredictionLogOptions) -> Void = { _ in }) throws -> PredictionLog {
        var options = PredictionLogOptions()
        change(&options)
        return try PredictionLog(folder: folder.path, endpoint: "income", options: options, clock: clock)
    }
}
