import Serving
import Support
import Tables
import TestSupport
import Testing

@Suite("Removing rows from a prediction log") struct PredictionRemovalTests {
    private func records(_ log: PredictionLog) throws -> [PredictionRecord] {
        var all: [PredictionRecord] = []
        try log.reader().scan { block in all += (0..<block.rowCount).map(block.record) }
        return all
    }

    @Test("takes those that are named, from open and closed segments and the queue, and leaves every other as it was") func named() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder) { $0.segmentBlocks = 2 }
        for version in 1...7 { log.append(try maker.batch(20, version: version)) }
        log.append(try maker.batch(5, keys: false))
        let before = try records(log)
        let found = try log.reader().rows(withKey: { $0.hasSuffix("3") })
        #expect(found.count == 14 && found.allSatisfy { $0.key?.hasSuffix("3") == true })
        log.append(try maker.batch(3))
        #expect(try log.remove(Set(found.map(\.id))) == 14)
        let ids = Set(found.map(\.id))
        let after = try records(log)
        #expect(after.prefix(before.count - 14) == before.filter { !ids.contains($0.id) }[...])
        #expect(try log.reader().find(found[0].id) == nil)
        #expect(try log.reader().find(key: "person-13").isEmpty)
        #expect(try log.reader().find(key: "person-14").count == 1, "The filters of what stays still find it.")
        #expect(try log.remove(ids) == 0)
        log.append(try maker.batch(2))
        #expect(try log.reader().count() == 145 - 14 + 5)
        log.close()
        let copy = try folder.snapshot()
        let next = try maker.log(copy)
        #expect(next.recovery == PredictionLogRecovery())
        #expect(try next.reader().count() == 145 - 14 + 5)
    }

    @Test("takes a segment away of which no row is left, and counts nothing as lost") func all() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        let batch = try maker.batch(10)
        log.append(batch)
        #expect(try log.remove(Set(batch.ids)) == 10)
        #expect(try folder.segments().isEmpty)
        let crashed = try folder.snapshot()
        let next = try PredictionLog(folder: crashed.path, endpoint: "income", options: .init(), clock: maker.clock)
        #expect(next.recovery.lostRows == 0)
    }

    @Test("before a moment takes older rows to the row, except those of keys that are held") func old() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        log.append(try maker.batch(10))
        log.append(try maker.batch(10))
        log.flush()
        let limit = maker.clock.now()
        #expect(try log.remove(before: limit, holding: ["person-3", "person-17"]) == (9, 1))
        #expect(try log.reader().find(key: "person-3").count == 1)
        #expect(try log.reader().find(key: "person-4").isEmpty)
        #expect(try log.reader().count() == 11)
        #expect(try log.remove(before: limit, holding: []) == (1, 0))
    }
}
