import Foundation
import Serving
import Support
import Tables
import TestSupport
import Testing

@Suite("After a crash the prediction log") struct PredictionLogCrashTests {
    @Test("keeps every whole block and counts the rest as lost, wherever the last block is torn") func tornTail() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        let first = try maker.batch(40)
        log.append(first)
        log.flush()
        let segment = try folder.segments()[0]
        let before = try Data(contentsOf: URL(filePath: segment)).count
        let second = try maker.batch(2)
        log.append(second)
        log.flush()
        let bytes = try Data(contentsOf: URL(filePath: segment))
        for length in before..<bytes.count {
            let crashed = try folder.snapshot()
            try bytes.prefix(length).write(to: URL(filePath: try crashed.segments()[0]))
            let reader = try PredictionLogReader(folder: crashed.path, endpoint: "income")
            #expect(try reader.count() == 40)
            #expect(try reader.find(second.ids[1]) == nil)
            let reopened = try maker.log(crashed)
            #expect(reopened.recovery.lostRows == 2)
            #expect(reopened.recovery.cutBytes == length - before)
            #expect(reopened.recovery.repairedSegments == 1)
            #expect(reopened.counts.lost == 2)
            #expect(try reopened.reader().find(first.ids[39]) != nil)
            #expect(try reopened.reader().count() == 40)
        }
        #expect(bytes.count - before > 100)
    }

    @Test("has lost nothing where all was written, and goes on in a new segment") func nothingLost() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        let first = try maker.batch(40)
        log.append(first)
        log.flush()
        let crashed = try folder.snapshot()
        let reopened = try maker.log(crashed)
        #expect(reopened.recovery == PredictionLogRecovery(repairedSegments: 1))
        reopened.append(try maker.batch(5))
        #expect(try reopened.reader().count() == 45)
        #expect(try crashed.segments().count == 2)
        reopened.close()
        let third = try maker.log(try crashed.snapshot())
        #expect(third.recovery == PredictionLogRecovery())
        #expect(third.counts.accepted == 45)
    }

    @Test("counts accepted rows that were still in memory") func lostInMemory() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder) { $0.flushInterval = 1 }
        log.append(try maker.batch(7))
        log.flush()
        log.append(try maker.batch(11))
        let crashed = try folder.snapshot()
        let reopened = try maker.log(crashed)
        let found = try reopened.reader().count()
        #expect(found == 7 || found == 18)
        #expect(reopened.recovery.lostRows == 18 - found)
        #expect(try PredictionLogReader(folder: crashed.path, endpoint: "income").counts()?.lost == 18 - found)
        let again = try maker.log(try crashed.snapshot())
        #expect(again.recovery.lostRows == 0)
        #expect(again.counts.lost == 18 - found)
    }

    @Test("does not count dropped rows as lost") func droppedAreNotLost() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder) { $0.queueLimit = 10 }
        log.append(try maker.batch(11))
        log.append(try maker.batch(10))
        log.flush()
        let reopened = try maker.log(try folder.snapshot())
        #expect(reopened.recovery.lostRows == 0)
        #expect(reopened.counts.dropped == 11)
    }

    @Test("leaves out a damaged block in the middle and keeps those after it") func damagedMiddle() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        var batches: [PredictionBatch] = []
        var ends: [Int] = []
        for _ in 0..<3 {
            batches.append(try maker.batch(10))
            log.append(batches[batches.count - 1])
            log.flush()
            ends.append(try Data(contentsOf: URL(filePath: try folder.segments()[0])).count)
        }
        let crashed = try folder.snapshot()
        let segment = URL(filePath: try crashed.segments()[0])
        var bytes = try Data(contentsOf: segment)
        bytes[ends[1] - 3] ^= 1
        try bytes.write(to: segment)
        let reader = try PredictionLogReader(folder: crashed.path, endpoint: "income")
        #expect(throws: MartletError.self) { try reader.find(batches[1].ids[0]) }
        let reopened = try maker.log(crashed)
        #expect(try reopened.reader().find(batches[0].ids[0]) != nil)
        #expect(try reopened.reader().find(batches[1].ids[0]) == nil)
        #expect(try reopened.reader().find(batches[2].ids[0]) != nil)
    }

    @Test("never traps on any flipped bit or cut of a segment") func mutations() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        let batch = try maker.batch(20)
        log.append(batch)
        log.close()
        let segment = URL(filePath: try folder.segments()[0])
        let bytes = try Data(contentsOf: segment)
        var random = RandomSource(seed: 5)
        var intact = 0
        for _ in 0..<1500 {
            var copy = bytes
            for _ in 0...random.below(3) { copy[random.below(copy.count)] ^= UInt8(1 << random.below(8)) }
            if random.below(4) == 0 { copy = copy.prefix(random.below(copy.count)) }
            try copy.write(to: segment)
            let reader = try PredictionLogReader(folder: folder.path, endpoint: "income")
            do {
                if let record = try reader.find(batch.ids[3]) {
                    #expect(record.key == "person-3")
                    intact += 1
                }
                _ = try reader.count()
                try reader.scan { #expect($0.rowCount == 20) }
                _ = try reader.find(key: "person-3")
            } catch { #expect([.corrupted, .invalidInput].contains(error.code)) }
        }
        #expect(intact < 1500)
    }

    @Test("is read while it is written, without an error") func concurrentReading() async throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder) { $0.segmentBytes = 100_000 }
        var batches: [PredictionBatch] = []
        for _ in 0..<300 { batches.append(try maker.batch(100)) }
        let all = batches
        async let written: Void = {
            for batch in all {
                log.append(batch)
                log.flush()
            }
        }()
        var seen = 0
        let reader = try PredictionLogReader(folder: folder.path, endpoint: "income")
        while seen < 30_000 {
            let count = try reader.count()
            #expect(count >= seen)
            var scanned = 0
            try reader.scan { scanned += $0.rowCount }
            #expect(scanned >= count)
            seen = count
            await Task.yield()
        }
        await written
        #expect(try reader.find(all[299].ids[99])?.key == "person-29999")
    }
}
