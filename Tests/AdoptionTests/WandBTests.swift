import Adoption
import Database
import Events
import Experiments
import Foundation
import Support
import TestSupport
import Testing

@Suite("Runs that W&B kept offline", .enabled(if: ForeignTool.isThere("wandb"), "wandb is not in .setup/python; run make setup"))
struct WandBTests {
    private func adopt(_ folder: TemporaryFolder, into house: AdoptionHouse, follows: Bool = false) throws -> AdoptionReport {
        try house.adopt(WandBFolder(folder.path("w"), follows: follows))
    }

    private func log(in folder: TemporaryFolder) throws -> String {
        try #require(try folder.files(under: "w").first { $0.hasSuffix(".wandb") })
    }

    @Test("become runs: history as points, the configuration as parameters, files as files")
    func everything() async throws {
        let folder = try TemporaryFolder()
        try await ForeignTool.run("wandb_run.py", folder.path("w"), "abc123", in: folder)
        let house = try AdoptionHouse()
        let report = try adopt(folder, into: house)
        #expect(report.added == 1 && report.experiments == 1)
        let run = try #require(try house.run("abc123"))
        #expect(run.name == "brave" && run.status == .finished)
        #expect(
            try house.database.read { try $0.row("SELECT name FROM experiment WHERE id = ?", [SQLValue(run.experiment)])?.text("name") } == "churn")
        let loss = try house.history("loss", run)
        #expect(loss.map(\.step) == Array(0..<300) && loss.map(\.value) == (0..<300).map { 1 / Double($0 + 1) })
        #expect(try house.history("val.auc", run).map(\.value) == (0..<300).map { Double($0) / 300 })
        #expect(try house.history("bad", run).allSatisfy { $0.value.isNaN })
        #expect(try house.history("good", run).prefix(3).map(\.value) == [1, 0, 1])
        #expect(try house.history("late", run).map(\.step) == [900])
        #expect(try house.history("best", run).map(\.value) == [0.9])
        #expect(loss.allSatisfy { $0.at >= run.started && $0.at <= (run.ended ?? run.started) })
        let content = try house.content(run)
        let expected = ["kind=tree", "later=true", "lr=0.1", "model.depth=3", "model.layers=[1,2]"]
        #expect(content.parameters.map { "\($0.key)=\($0.value)" } == expected)
        #expect(content.tags.contains(KeyValue("wandb.tags", "a, b")) && content.tags.contains(KeyValue("wandb.notes", "a note")))
        let files = try house.artifacts(run)
        #expect(files.contains("histograms/weights.jsonl") && files.contains("text/words.jsonl") && files.contains("media/table.jsonl"), "\(files)")
        let table = try #require(files.first { $0.hasSuffix(".table.json") })
        #expect(try JSONValue(parsing: house.bytes(table, of: run) ?? [])["columns"] == ["a", "b"])
        let line = try JSONValue(parsing: house.bytes("histograms/weights.jsonl", of: run) ?? [])
        #expect(line["edges"] == [0, 1, 2, 3] && line["counts"] == [1, 2, 3])
        let media = try JSONValue(parsing: house.bytes("media/table.jsonl", of: run) ?? [])
        #expect(media["value"]["path"].text == table)
    }

    @Test("change nothing when they are adopted once more; a resumed run goes on")
    func again() async throws {
        let folder = try TemporaryFolder()
        try await ForeignTool.run("wandb_run.py", folder.path("w"), "abc123", in: folder)
        let house = try AdoptionHouse()
        _ = try adopt(folder, into: house)
        let before = (try house.everything(), try house.events.latest(100).count)
        #expect(try adopt(folder, into: house).unchanged == 1)
        #expect(try house.everything() == before.0)
        #expect(try house.events.latest(100).count == before.1)
        try await ForeignTool.run("wandb_run.py", folder.path("w"), "abc123", "--resume", in: folder)
        let resumed = try adopt(folder, into: house)
        #expect(resumed.continued == 1)
        let run = try #require(try house.run("abc123"))
        #expect(run.status == .failed)
        #expect(try house.history("loss", run).last?.step == 1000)
    }

    @Test("cut off anywhere, they give what is whole and count as interrupted, and the rest once it is there")
    func truncated() async throws {
        let folder = try TemporaryFolder()
        try await ForeignTool.run("wandb_run.py", folder.path("w"), "abc123", in: folder)
        let log = "w/\(try log(in: folder))"
        let bytes = try Data(contentsOf: URL(filePath: folder.path(log)))
        let house = try AdoptionHouse()
        var points: [Int] = []
        // Lengths on both sides of the borders of the blocks, and some between.
        let borders = stride(from: 32_768, to: bytes.count, by: 32_768).flatMap { [$0 - 3, $0, $0 + 5] }
        for length in (stride(from: 3000, to: bytes.count, by: bytes.count / 20) + borders).sorted() {
            try folder.write(log, bytes.prefix(length))
            _ = try adopt(folder, into: house, follows: true)
            let run = try #require(try house.run("abc123"))
            #expect(run.status == .running)
            points.append(try house.history("loss", run).count)
        }
        #expect(points == points.sorted() && Set(points).count > 5)
        _ = try adopt(folder, into: house)
        #expect(try house.run("abc123")?.status == .interrupted)
        try folder.write(log, bytes)
        _ = try adopt(folder, into: house, follows: true)
        let run = try #require(try house.run("abc123"))
        #expect(run.status == .finished)
        #expect(try house.history("loss", run).count == 300)
        #expect(try house.artifacts(run).contains { $0.hasSuffix(".table.json") })
    }

    @Test("a damaged record ends its file, which is said")
    func damage() async throws {
        let folder = try TemporaryFolder()
        try await ForeignTool.run("wandb_run.py", folder.path("w"), "abc123", in: folder)
        let log = "w/\(try log(in: folder))"
        var bytes = try Data(contentsOf: URL(filePath: folder.path(log)))
        bytes[try #require(Self.content(of: bytes, from: bytes.count / 4))] ^= 1
        try folder.write(log, bytes)
        let house = try AdoptionHouse()
        let report = try adopt(folder, into: house)
        #expect(report.leftOut.keys.contains { $0.contains("checksum") })
        let points = try house.history("loss", #require(try house.run("abc123"))).count
        #expect(points > 0 && points < 300)
    }

    /// Where the content of a record lies: the middle of the first that ends behind a place. Records have heads of 7 bytes with a length in the fifth
    /// and sixth, and lie in blocks of 32 KB.
    private static func content(of bytes: Data, from place: Int) -> Int? {
        var start = 7
        while start + 7 < bytes.count {
            let rest = 32_768 - start % 32_768
            guard rest >= 7 else {
                start += rest
                continue
            }
            let length = Int(bytes[start + 4]) | Int(bytes[start + 5]) << 8
            if length > 0, start + 7 + length > place { return start + 7 + length / 2 }
            start += 7 + length
        }
        return nil
    }
}
