import Foundation
import Serving
import Support
import Tables
import TestSupport
import Testing

@Suite("The prediction log") struct PredictionLogTests {
    @Test("gives back every value of a prediction, found by its identifier") func roundTrip() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        let batch = try maker.batch(20)
        #expect(log.append(batch))
        let record = try #require(try log.reader().find(batch.ids[8]))
        #expect(record.id == batch.ids[8])
        #expect(record.time == batch.time)
        #expect(record.endpoint == "income")
        #expect(record.model == batch.model)
        #expect(
            record.inputs == [
                .init("x", .number(8.0 / 3)), .init("count", nil), .init("member", false), .init("town", "t3"),
            ])
        #expect(record.scores == [0.1])
        #expect(record.answer == batch.answer)
        #expect(record.label == "<=50K")
        #expect(record.key == "person-8")
        #expect(record.latency == 1234)
        #expect(try log.reader().find(TimeOrderedID(high: batch.ids[8].high, low: 1)) == nil)
    }

    @Test("keeps how unusual each row was, beside rows that nothing looked at") func outliers() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        var looked = try maker.batch(3)
        looked.outliers = [0.25, 0.999, 0]
        let unlooked = try maker.batch(2)
        log.append(unlooked)
        log.append(looked)
        #expect(try looked.ids.map { try log.reader().find($0)?.outlier } == [0.25, 0.999, 0])
        #expect(try unlooked.ids.map { try log.reader().find($0)?.outlier } == [nil, nil])
        var wrong = try maker.batch(2)
        wrong.outliers = [0.5]
        #expect(!log.append(wrong), "One score for two rows is refused.")
        log.close()
    }

    @Test("finds each of 30,000 rows in many segments by its identifier") func findsAmongSegments() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder) { $0.segmentBytes = 60_000 }
        var ids: [TimeOrderedID] = []
        for size in [1, 9000, 3, 8192, 8193, 40, 4571] {
            let batch = try maker.batch(size)
            ids += batch.ids
            log.append(batch)
            log.flush()
        }
        log.close()
        #expect(try folder.segments().count >= 4)
        let reader = try PredictionLogReader(folder: folder.path, endpoint: "income")
        for row in stride(from: 0, to: ids.count, by: 311) {
            let record = try #require(try reader.find(ids[row]))
            #expect(record.key == "person-\(row)")
        }
        #expect(try reader.count() == 30_000)
        #expect(try PredictionLogReader.find(ids[29_999], in: folder.path)?.key == "person-29999")
        #expect(try PredictionLogReader.endpoints(in: folder.path) == ["income"])
    }

    @Test("scans a period to the microsecond, with the columns asked for") func scan() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        for _ in 0..<10 { log.append(try maker.batch(100)) }
        let period = noon.advanced(bySeconds: 3)..<noon.advanced(bySeconds: 6)
        var rows: [Double] = []
        try log.reader().scan(period, columns: ["count"], keys: false) { block in
            #expect(block.inputs.names == ["count"])
            #expect(block.keys == nil)
            #expect(block.times.allSatisfy { period.contains($0) })
            rows += block.inputs["count"]?.numbers ?? []
        }
        #expect(rows.count == 300)
        #expect(rows.first == 200)
        #expect(rows.last == 499)
        #expect(try log.reader().count(period) == 300)
        #expect(try log.reader().span() == noon.advanced(bySeconds: 1)...noon.advanced(bySeconds: 10))
    }

    @Test("keeps all numbers bit for bit, in whichever form they are stored") func exactNumbers() throws {
        let columns: [[Double]] = [
            [0, 1, 2], [-0.0, 1, 2], [.nan, .nan, .nan], [.nan, -5, 300], [0.5, 0.25, .nan], [0.1, 0.2, 0.3], [1e300, -1e300, .infinity],
            [9_007_199_254_740_991, -9_007_199_254_740_991, 0], [9_007_199_254_740_992, 0, 1], [5, 5, 5], [70_000, 0, -70_000], [4e9, 0, 1],
        ]
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        var batch = try maker.batch(3)
        batch.inputs = try Table(columns.enumerated().map { Column("c\($0)", numbers: $1) })
        log.append(batch)
        var seen = 0
        try log.reader().scan { block in
            for (i, column) in columns.enumerated() {
                let read = block.inputs["c\(i)"]?.numbers ?? []
                #expect(zip(read, column).allSatisfy { $0.isNaN && $1.isNaN || $0.bitPattern == $1.bitPattern }, "column \(i): \(read)")
                seen += read.count
            }
        }
        #expect(seen == 36)
    }

    @Test("finds the latest rows of a caller's key") func findsByKey() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        var ids: [TimeOrderedID] = []
        for version in 1...5 {
            var batch = try maker.batch(1000, version: version)
            batch.keys = TextValues((0..<1000).map { "k\($0)" })
            ids.append(batch.ids[77])
            log.append(batch)
        }
        log.append(try maker.batch(10, keys: false))
        let found = try log.reader().find(key: "k77", limit: 3)
        #expect(found.map(\.id) == [ids[4], ids[3], ids[2]])
        #expect(found.map(\.model.version) == [5, 4, 3])
        #expect(try log.reader().find(key: "k1000").isEmpty)
        #expect(try log.reader().find(key: "").isEmpty)
    }

    @Test("begins a new segment where the columns change, and reads both") func schemaChange() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        log.append(try maker.batch(5))
        var other = try maker.batch(5)
        other.inputs = other.inputs.dropping(["town"])
        log.append(other)
        #expect(try log.reader().find(other.ids[0])?.inputs.map(\.key) == ["x", "count", "member"])
        #expect(try folder.segments().count == 2)
    }

    @Test("logs the share of rows that the sample asks for, always the same ones") func sampling() throws {
        let maker = BatchMaker()
        let batch = try maker.batch(10_000)
        var counts: [Int] = []
        for _ in 0..<2 {
            let folder = try TemporaryFolder()
            let log = try maker.log(folder) { $0.sample = 0.3 }
            log.append(batch)
            counts.append(try log.reader().count())
            #expect(log.counts.sampledOut == 10_000 - counts[0])
            log.close()
        }
        #expect(counts[0] == counts[1])
        #expect((2700...3300).contains(counts[0]))
    }

    @Test("drops and counts rows when its queue is full, and takes rows again later") func fullQueue() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder) { $0.queueLimit = 100 }
        #expect(!log.append(try maker.batch(101)))
        #expect(log.append(try maker.batch(100)))
        log.flush()
        #expect(log.append(try maker.batch(100)))
        #expect(log.counts.dropped == 101)
        #expect(log.counts.accepted == 200)
        #expect(try log.reader().count() == 200)
    }

    @Test("in durable mode answers when the record can be read by others") func durable() async throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder) { $0.mode = .durable }
        let reader = try PredictionLogReader(folder: folder.path, endpoint: "income")
        for _ in 0..<20 {
            let batch = try maker.batch(3)
            try await log.record(batch)
            #expect(try reader.find(batch.ids[2]) != nil)
        }
        log.close()
        let late = try maker.batch(1)
        await #expect(throws: MartletError.self) { try await log.record(late) }
    }

    @Test("removes whole segments that are older than it keeps") func retention() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder) {
            $0.keep = 10 * 86_400
            $0.segmentAge = 86_400
        }
        let old = try maker.batch(10)
        log.append(old)
        log.flush()
        maker.clock.advance(to: noon.advanced(bySeconds: 9 * 86_400))
        let young = try maker.batch(10)
        log.append(young)
        #expect(try log.reader().count() == 20)
        maker.clock.advance(to: noon.advanced(bySeconds: 10.5 * 86_400))
        #expect(log.applyRetention() == 1)
        #expect(try log.reader().find(old.ids[0]) == nil)
        #expect(try log.reader().find(young.ids[0]) != nil)
    }

    @Test("is for its owner only") func permissions() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try PredictionLog(folder: folder.path + "/new/predictions", endpoint: "income", options: .init(), clock: maker.clock)
        log.append(try maker.batch(1))
        log.flush()
        func mode(_ path: String) throws -> Int? {
            (try FileManager.default.attributesOfItem(atPath: folder.path + path)[.posixPermissions] as? NSNumber)?.intValue
        }
        for path in ["/new", "/new/predictions", "/new/predictions/income"] { #expect(try mode(path) == 0o700) }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/new/predictions/income") {
            #expect(try mode("/new/predictions/income/" + name) == 0o600)
        }
    }

    @Test("is written by one process at a time") func lock() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let first = try maker.log(folder)
        #expect {
            try maker.log(folder)
        } throws: { error in
            (error as? MartletError)?.code == .conflict && "\(error)".contains("Another process is writing the predictions of endpoint “income”")
        }
        first.close()
    }

    @Test("refuses names that are no folder's", arguments: ["", "..", "a/b", ".hidden", "ä", String(repeating: "a", count: 65), "a\0"])
    func names(_ name: String) {
        #expect(throws: MartletError.self) { try PredictionLogReader(folder: "/tmp", endpoint: name) }
    }

    @Test("that was never written is empty") func empty() throws {
        let reader = try PredictionLogReader(folder: "/nonexistent", endpoint: "income")
        #expect(try reader.find(TimeOrderedID(high: 1, low: 1)) == nil)
        #expect(try reader.count() == 0)
        #expect(try reader.span() == nil)
        #expect(try reader.counts() == nil)
    }
}

@Suite("When the disk does not take rows, the prediction log") struct PredictionLogFailureTests {
    @Test("counts them as failed, says why, and goes on once it works again") func folderGone() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        let path = folder.path + "/income"
        try FileManager.default.moveItem(atPath: path, toPath: folder.path + "/away")
        #expect(log.append(try maker.batch(9000)))
        log.flush()
        #expect(log.counts.failed == 9000)
        #expect(log.counts.error?.contains("does not exist") == true)
        try FileManager.default.moveItem(atPath: folder.path + "/away", toPath: path)
        let later = try maker.batch(4)
        log.append(later)
        #expect(try log.reader().find(later.ids[0]) != nil)
        #expect(log.counts.error == nil)
        #expect(log.counts.failed == 9000)
        let reopened = try maker.log(try folder.snapshot())
        #expect(reopened.recovery.lostRows == 0)
    }

    @Test("tells those who wait for durability") func durableFailure() async throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder) { $0.mode = .durable }
        try FileManager.default.removeItem(atPath: folder.path + "/income")
        let batch = try maker.batch(1)
        await #expect(throws: MartletError.self) { try await log.record(batch) }
    }

    @Test(
        "survives a full disk (MARTLET_SMALL_DISK names a folder on one of a few megabytes)",
        .enabled(if: ProcessInfo.processInfo.environment["MARTLET_SMALL_DISK"] != nil))
    func fullDisk() throws {
        let disk = try #require(ProcessInfo.processInfo.environment["MARTLET_SMALL_DISK"])
        let maker = BatchMaker()
        let log = try PredictionLog(folder: "\(disk)/predictions", endpoint: "income", options: .init(), clock: maker.clock)
        while log.counts.failed == 0, maker.made < 5_000_000 {
            log.append(try maker.batch(1000))
            log.flush()
        }
        #expect(log.counts.failed > 0)
        #expect(log.counts.error?.contains("disk is full") == true)
        let kept = try log.reader().count()
        #expect(kept + log.counts.failed == log.counts.accepted)
        log.close()
        try FileManager.default.removeItem(atPath: "\(disk)/predictions")
    }
}
