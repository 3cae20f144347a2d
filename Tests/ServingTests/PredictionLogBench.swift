import Foundation
import Serving
import Support
import Tables
import TestSupport
import Testing

/// Figures of the prediction log, printed; runs where `MARTLET_BENCH_ROWS` says how many rows to log.
@Suite("Measured: the prediction log") struct PredictionLogBench {
    private static let rows = ProcessInfo.processInfo.environment["MARTLET_BENCH_ROWS"].flatMap { Int($0) } ?? 0

    @Test("writes, finds and scans many rows of ten columns", .enabled(if: rows > 0, "MARTLET_BENCH_ROWS is not set")) func figures() throws {
        let folder = try TemporaryFolder()
        let clock = ManualClock(noon)
        var options = PredictionLogOptions()
        options.queueLimit = 1 << 20
        let log = try PredictionLog(folder: folder.path, endpoint: "income", options: options, clock: clock)
        let ids = try write(log, clock)
        let size = try folder.segments().reduce(0) { try $0 + Data(contentsOf: URL(filePath: $1), options: .alwaysMapped).count }
        print("\(try folder.segments().count) segments, \(size / 1_000_000) MB")
        let reader = try PredictionLogReader(folder: folder.path, endpoint: "income")
        try measureFinding(reader, ids)
        try measurePage(reader)
        try measureCounting()
        for (what, columns, keys) in [("all columns and keys", nil, true), ("all columns, no keys", nil, false), ("one column", Set(["x0"]), false)] {
            let start = monotonicSeconds()
            var seen = 0
            try reader.scan(columns: columns, keys: keys) { seen += $0.rowCount }
            print("scan, \(what): \(Int(Double(seen) / (monotonicSeconds() - start))) rows a second")
        }
    }

    private func write(_ log: PredictionLog, _ clock: ManualClock) throws -> [TimeOrderedID] {
        let source = IdentifierSource(clock: clock, seed: 1)
        var random = RandomSource(seed: 2)
        let towns = TextValues((0..<1000).map { "town-\($0 % 50)" })
        var columns = (0..<7).map { _ in Column("", numbers: (0..<1000).map { _ in random.unit() * 100 }) }
        for i in columns.indices { columns[i].name = "x\(i)" }
        let inputs = try Table(
            columns + [
                Column("town", text: towns), Column("age", kind: .integer, numbers: (0..<1000).map { Double(17 + $0 % 70) }),
                Column("job", text: towns),
            ])
        let answers = Answers(scores: (0..<1000).map { Double($0) / 1000 }, width: 1, labels: TextValues((0..<1000).map { $0 < 500 ? "no" : "yes" }))
        var kept: [TimeOrderedID] = []
        let start = monotonicSeconds()
        var inAppend = 0.0
        for batch in 0..<Self.rows / 1000 {
            clock.advance(to: clock.now().advanced(bySeconds: 0.5))
            let ids = (0..<1000).map { _ in source.next() }
            let keys = TextValues((0..<1000).map { "person-\(batch * 1000 + $0)" })
            let value = PredictionBatch(
                ids: ids, time: clock.now(), model: ModelStamp(name: "income", version: 1, alias: "champion", digest: "sha256:ab"), inputs: inputs,
                answers: answers, answer: .binary(negative: "no", positive: "yes", threshold: 0.5), keys: keys, latency: 900)
            let before = monotonicSeconds()
            log.append(value)
            inAppend += monotonicSeconds() - before
            if batch % 8 == 7 { log.flush() }
            if batch % 50 == 0 { kept.append(ids[batch % 1000]) }
        }
        log.close()
        print("wrote \(log.counts.accepted) rows in \(monotonicSeconds() - start) s, of that in append \(inAppend) s")
        return kept
    }

    /// What the page of an endpoint reads.
    private func measurePage(_ reader: PredictionLogReader) throws {
        let start = monotonicSeconds()
        let rows = try reader.newest(20_000, blocks: 2_000, keys: false).reduce(0) { $0 + $1.rowCount }
        let middle = monotonicSeconds()
        let days = try reader.days(last: 60).count
        print("for a page: \(rows) newest rows in \((middle - start) * 1000) ms, \(days) days in \((monotonicSeconds() - middle) * 1000) ms")
    }

    /// Counting a request, and the page of a log of one-row blocks: what slow traffic leaves.
    private func measureCounting() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        let start = monotonicSeconds()
        for _ in 0..<100_000 { log.count(.answered, at: noon) }
        print("count a request: \((monotonicSeconds() - start) * 10) µs")
        for _ in 0..<30_000 {
            log.append(try maker.batch(1))
            log.flush()
        }
        try measurePage(log.reader())
    }

    private func measureFinding(_ reader: PredictionLogReader, _ ids: [TimeOrderedID]) throws {
        var times: [Double] = []
        for id in ids {
            let start = monotonicSeconds()
            #expect(try reader.find(id)?.id == id)
            times.append((monotonicSeconds() - start) * 1000)
        }
        times.sort()
        print("find by identifier: median \(times[times.count / 2]) ms, longest \(times[times.count - 1]) ms of \(times.count)")
        for key in ["person-\(Self.rows - 1)", "person-5", "nobody"] {
            let start = monotonicSeconds()
            #expect(try reader.find(key: key).count == (key == "nobody" ? 0 : 1))
            print("find by key \(key): \((monotonicSeconds() - start) * 1000) ms")
        }
    }
}
