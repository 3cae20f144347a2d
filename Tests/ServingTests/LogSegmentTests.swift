import Foundation
import Serving
import Support
import TestSupport
import Testing

@Suite("Copies of segments for other programs") struct LogSegmentTests {
    private func names(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path("income")).filter { $0.contains(".parquet") }.sorted()
    }

    @Test("take their place for closed segments only, and go before rows of theirs are removed") func removal() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        let batch = try maker.batch(20)
        log.append(batch)
        #expect(try log.reader().segmentWithoutTable() == nil, "An open segment has no copy.")
        try log.closeSegment()
        let segment = try #require(try log.reader().segmentWithoutTable())
        var rows = 0
        try segment.scan { rows += $0.rowCount }
        #expect(rows == 20)
        try Data("copy".utf8).write(to: URL(fileURLWithPath: segment.unfinished))
        #expect(try log.publish(segment))
        #expect(try names(folder) == ["0000000001.parquet"] && log.reader().segmentWithoutTable() == nil)
        #expect(try log.remove([batch.ids[3]]) == 1)
        #expect(try names(folder).isEmpty)
        log.close()
    }

    @Test("are thrown away where the segment has changed since it was read") func overtaken() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        let batch = try maker.batch(20)
        log.append(batch)
        try log.closeSegment()
        let segment = try #require(try log.reader().segmentWithoutTable())
        #expect(try log.remove([batch.ids[3]]) == 1)
        try Data("with the removed row".utf8).write(to: URL(fileURLWithPath: segment.unfinished))
        #expect(try !log.publish(segment))
        #expect(try names(folder).isEmpty)
        log.close()
    }

    @Test("that were not finished, or whose segment is gone, go at the next start") func swept() throws {
        let folder = try TemporaryFolder()
        let maker = BatchMaker()
        let log = try maker.log(folder)
        log.append(try maker.batch(3))
        log.close()
        for name in ["0000000001.parquet", "0000000001.parquet.writing", "0000000007.parquet"] { try folder.write("income/\(name)", "copy") }
        let copy = try folder.snapshot()
        try maker.log(copy).close()
        #expect(try names(copy) == ["0000000001.parquet"])
    }
}
