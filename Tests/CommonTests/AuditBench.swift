import Database
import Events
import Foundation
import Support
import TestSupport
import Testing

/// What an append costs, printed; runs where `MARTLET_BENCH_APPENDS` says how many.
@Suite("Measured: the record") struct AuditBench {
    private static let count = ProcessInfo.processInfo.environment["MARTLET_BENCH_APPENDS"].flatMap { Int($0) } ?? 0

    @Test("appends, each in a transaction of its own", .enabled(if: count > 0, "MARTLET_BENCH_APPENDS is not set")) func figures() throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(path: folder.path("martlet.db"))
        let log = EventLog(database: database, clock: SystemClock(), actor: "ann", headFile: HeadFile(path: folder.path(HeadFile.name)))
        let start = monotonicSeconds()
        for _ in 0..<Self.count { try log.record("model.promoted", "model:m@v1", ["alias": "champion", "reason": "better"]) }
        print("append: \((monotonicSeconds() - start) / Double(Self.count) * 1_000_000) microseconds")
        #expect(try log.firstBroken() == nil)
    }
}
