import Foundation
import Serving
import Support
import Tables
import TestSupport
import Testing

@Suite("The requests of an endpoint") struct RequestCountsTests {
    private let minute = Timestamp(seconds: 1_795_000_020)

    private func reader(_ folder: TemporaryFolder) throws -> PredictionLogReader { try PredictionLogReader(folder: folder.path, endpoint: "income") }

    private func file(_ folder: TemporaryFolder) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/income").filter { $0.hasSuffix(".requests") }.sorted()
        return "\(folder.path)/income/\(try #require(names.first))"
    }

    @Test("are counted by what became of them, and known to another process while the server runs") func outcomes() async throws {
        let folder = try TemporaryFolder()
        let clock = ManualClock(noon)
        let log = try PredictionLog(folder: folder.path, endpoint: "income", options: .init(), clock: clock)
        let provider = FakeProvider(FakeModel())
        let endpoint = makeEndpoint(provider, log: log, clock: clock)
        for _ in 0..<6 { _ = try await endpoint.infer(InferenceRequest(inputs: validInputs(rows: 4))) }
        _ = try? await endpoint.infer(InferenceRequest(inputs: []))
        provider.hold(FakeModel(version: 4, failsAt: 1))
        try await endpoint.refresh()
        for _ in 0..<2 { _ = try? await endpoint.infer(InferenceRequest(inputs: validInputs(rows: 2))) }
        endpoint.countFailure(MartletError(.unavailable, "too much waits"))
        endpoint.countFailure(MartletError(.conflict, "a caller's mistake"))
        let counts = try reader(folder).requests()
        #expect(counts == RequestCounts(answered: 6, refused: 2, failed: 3))
        #expect(counts.errorRate == 1.0 / 3)
        #expect(RequestCounts(refused: 5).errorRate == nil)
    }

    @Test("are known by the minute, over the ends of months, and in a minute that lies partly within a period") func minutes() throws {
        let folder = try TemporaryFolder()
        let clock = ManualClock(Timestamp("2026-10-31T23:58:30Z") ?? noon)
        let log = try PredictionLog(folder: folder.path, endpoint: "income", options: .init(), clock: clock)
        for _ in 0..<4 {
            log.count(.answered, at: clock.now())
            clock.advance(to: clock.now().advanced(bySeconds: 60))
        }
        func count(_ from: String, _ to: String) throws -> Int {
            let (from, to) = (try #require(Timestamp(from)), try #require(Timestamp(to)))
            return try reader(folder).requests(from..<to).answered
        }
        #expect(try count("2026-10-31T23:58:00Z", "2026-11-01T00:02:00Z") == 4)
        #expect(try count("2026-10-31T23:59:00Z", "2026-11-01T00:01:00Z") == 2)
        #expect(try count("2026-11-01T00:00:59Z", "2026-11-01T00:01:01Z") == 2)
        #expect(try count("2026-11-01T00:02:00Z", "2026-12-01T00:00:00Z") == 0)
        #expect(try reader(folder).count() == 0)
    }

    @Test("survive a killed server, and a torn record costs only itself") func crash() throws {
        let folder = try TemporaryFolder()
        let clock = ManualClock(minute)
        let log = try PredictionLog(folder: folder.path, endpoint: "income", options: .init(), clock: clock)
        for _ in 0..<5 { log.count(.answered, at: minute) }
        log.count(.failed, at: minute.advanced(bySeconds: 60))
        let whole = try Data(contentsOf: URL(filePath: try file(folder)))
        for length in 0...whole.count {
            let crashed = try folder.snapshot()
            try whole.prefix(length).write(to: URL(filePath: try file(crashed)))
            let kept = try reader(crashed).requests()
            #expect([0, 5, 6].contains(kept.answered + kept.failed))
            let again = try PredictionLog(folder: crashed.path, endpoint: "income", options: .init(), clock: clock)
            again.count(.answered, at: minute)
            #expect(try reader(crashed).requests().answered == kept.answered + 1)
            #expect(try reader(crashed).requests().failed == kept.failed)
        }
        #expect(try reader(folder).requests() == RequestCounts(answered: 5, failed: 1))
    }

    @Test("are kept as long as the log, whole months at a time, and 400 days where it is kept for ever") func retention() throws {
        for (keep, days, left) in [(10.0 * 86_400, 30.0, 1), (10.0 * 86_400, 45, 0), (nil, 399, 1), (nil, 450, 0)] as [(Double?, Double, Int)] {
            let folder = try TemporaryFolder()
            let clock = ManualClock(Timestamp("2026-11-01") ?? noon)
            let log = try PredictionLog(folder: folder.path, endpoint: "income", options: .init(keep: keep), clock: clock)
            log.count(.answered, at: clock.now())
            clock.advance(to: clock.now().advanced(bySeconds: days * 86_400))
            log.applyRetention()
            #expect(try reader(folder).requests().answered == left, "\(days) days")
        }
    }

    @Test("never fail an answer: what cannot be counted is left out, and counting goes on in the next minute") func folderGone() throws {
        let folder = try TemporaryFolder()
        let log = try PredictionLog(folder: folder.path, endpoint: "income", options: .init(), clock: ManualClock(minute))
        try FileManager.default.moveItem(atPath: "\(folder.path)/income", toPath: "\(folder.path)/away")
        log.count(.answered, at: minute)
        try FileManager.default.moveItem(atPath: "\(folder.path)/away", toPath: "\(folder.path)/income")
        log.count(.answered, at: minute.advanced(bySeconds: 59))
        log.count(.answered, at: minute.advanced(bySeconds: 60))
        #expect(try reader(folder).requests().answered == 1)
    }
}

@Suite("What a page reads of the prediction log") struct NewestPredictionsTests {
    @Test("The newest rows come in the order of writing, over blocks and segments, and no more than asked for", arguments: [1, 40, 57, 140, 1000])
    func newest(_ limit: Int) throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder) { $0.segmentBlocks = 2 }
        for size in [60, 40, 17, 23] {
            log.append(try maker.batch(size))
            log.flush()
        }
        let blocks = try log.reader().newest(limit, columns: ["count"], keys: false)
        let expected = (max(0, 140 - limit)..<140).map { $0 % 7 == 1 ? nil : Double($0) }
        #expect(blocks.flatMap { $0.inputs["count"]?.numbers ?? [] }.map { $0.isNaN ? nil : $0 } == expected)
        #expect(blocks.allSatisfy { $0.inputs.names == ["count"] && $0.keys == nil })
        #expect(try log.reader().newest(1000, blocks: 2).reduce(0) { $0 + $1.rowCount } == 40)
    }

    @Test("Predictions are counted by day, also where a block or a segment crosses midnight", arguments: [1, 2, 16_384]) func days(_ blocks: Int)
        throws
    {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder) { $0.segmentBlocks = blocks }
        for (moment, rows) in [("2026-12-01T09:00:00Z", 5), ("2026-12-01T23:59:58Z", 7), ("2026-12-01T23:59:59Z", 2), ("2026-12-04T00:00:00Z", 3)] {
            maker.clock.advance(to: try #require(Timestamp(moment)))
            log.append(try maker.batch(rows))
            if rows != 7 { log.flush() }
        }
        #expect(try log.reader().days(last: 60).map { "\($0.day) \($0.predictions)" } == ["2026-12-01 12", "2026-12-02 2", "2026-12-04 3"])
        #expect(try log.reader().days(last: 3).map(\.day) == ["2026-12-02", "2026-12-04"])
        #expect(try PredictionLogReader(folder: "/nonexistent", endpoint: "income").days(last: 3).isEmpty)
    }
}
