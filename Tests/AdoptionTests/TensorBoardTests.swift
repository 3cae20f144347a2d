import Adoption
import Experiments
import Foundation
import Support
import TestSupport
import Testing

@Suite("Event files that TensorBoard wrote", .enabled(if: ForeignTool.isThere("tensorboard"), "tensorboard is not in .setup/python; run make setup"))
struct TensorBoardTests {
    private func adopt(_ folder: TemporaryFolder, into house: AdoptionHouse, follows: Bool = false) throws -> AdoptionReport {
        try house.adopt(TensorBoardFolder(folder.path("logs"), follows: follows))
    }

    @Test("become runs: scalars of both forms as points, the rest as parameters and files")
    func everything() async throws {
        let folder = try TemporaryFolder()
        let facts = try await ForeignTool.run("event_files.py", "write", folder.path("logs"), in: folder)
        let house = try AdoptionHouse()
        let report = try adopt(folder, into: house)
        #expect(report.added == 2 && report.experiments == 1)
        #expect(report.leftOut == ["pr_curves": 1])
        let train = try #require(try house.run(named: "train"))
        #expect(train.status == .finished && train.ended == Timestamp(seconds: 1_700_000_060))
        let loss = try house.history("loss", train)
        #expect(loss.map(\.step) == Array(0..<200))
        #expect(loss.map(\.value) == (0..<200).map { Double(Float(1) / Float($0 + 1)) })
        #expect(loss[199].at == Timestamp(seconds: 1_700_000_049.75))
        #expect(try house.history("acc/top 5%", train).count == 200)
        #expect(try house.artifacts(train) == ["histograms/weights.jsonl", "images/sample/image/0/7.png"])
        #expect(try house.bytes("images/sample/image/0/7.png", of: train).map { Data($0) } == Data(hexadecimal: facts["pixel"].text ?? ""))
        let line = try JSONValue(parsing: house.bytes("histograms/weights.jsonl", of: train) ?? [])
        #expect(line["edges"] == [-1, 0, 1, 2, 3] && line["counts"] == [1, 2, 0, 3] && line["step"] == 7 && line["sum"] == 5)

        let fold = try #require(try house.run(named: "validation/fold1"))
        #expect(try house.history("loss", fold).map(\.value) == (0..<20).map { Double($0) / 8 })
        let parameters = try house.content(fold).parameters.map { "\($0.key)=\($0.value)" }
        #expect(parameters == ["deep=true", "optimizer=adam", "rate=0.25", "units=32"])
        #expect(fold.status == .failed && fold.ended == Timestamp(seconds: 1_700_000_300))
        #expect(try house.artifacts(fold) == ["histograms/weights.jsonl", "images/photo/3-1.png", "images/photo/3.png", "text/note.jsonl"])
        let lines = String(decoding: try house.bytes("histograms/weights.jsonl", of: fold) ?? [], as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 20)
        #expect(try JSONValue(parsing: String(lines[5]))["counts"] == [5, 4])
        #expect(try JSONValue(parsing: house.bytes("text/note.jsonl", of: fold) ?? [])["text"] == "**bold**\ngrößer")
    }

    @Test("are read on where they have grown, and not at all where they have not")
    func growing() async throws {
        let folder = try TemporaryFolder()
        try await ForeignTool.run("event_files.py", "write", folder.path("logs"), in: folder)
        let house = try AdoptionHouse()
        _ = try adopt(folder, into: house, follows: true)
        #expect(try house.run(named: "train")?.status == .running)
        let before = try house.everything()
        let idle = try adopt(folder, into: house, follows: true)
        #expect(idle.unchanged == 2 && !idle.changedSomething)
        #expect(try house.everything() == before)
        try await ForeignTool.run("event_files.py", "grow", folder.path("logs"), "200", in: folder)
        let grown = try adopt(folder, into: house, follows: true)
        #expect(grown.continued == 1 && grown.points == 5)
        #expect(try house.history("loss", #require(try house.run(named: "train"))).count == 205)
        _ = try adopt(folder, into: house)
        #expect(try house.run(named: "train")?.status == .finished)
        #expect(try house.run(named: "validation/fold1")?.status == .failed)
    }

    @Test("cut off anywhere, they give what is whole, and the rest once it is there")
    func truncated() async throws {
        let folder = try TemporaryFolder()
        try await ForeignTool.run("event_files.py", "write", folder.path("logs"), in: folder)
        let name = try #require(try folder.files(under: "logs/validation").first)
        let bytes = try Data(contentsOf: URL(filePath: folder.path("logs/validation/\(name)")))
        let whole = try AdoptionHouse()
        _ = try adopt(folder, into: whole)
        let isPlain = { (line: String) in !line.contains("martlet.adopted_until") }
        let expected = try whole.everything().filter(isPlain)
        let house = try AdoptionHouse()
        var points: [Int] = []
        for length in stride(from: 90, to: bytes.count, by: bytes.count / 40) {
            try folder.write("logs/validation/\(name)", bytes.prefix(length))
            _ = try adopt(folder, into: house)
            points.append(try house.history("loss", #require(try house.run(named: "validation/fold1"))).count)
        }
        #expect(points == points.sorted() && Set(points).count > 10)
        try folder.write("logs/validation/\(name)", bytes)
        _ = try adopt(folder, into: house)
        #expect(try house.everything().filter(isPlain) == expected)
    }

    @Test("a run that began anew at a step loses what it had measured from there on")
    func restart() async throws {
        let folder = try TemporaryFolder()
        try await ForeignTool.run("event_files.py", "restart", folder.path("logs"), in: folder)
        let house = try AdoptionHouse()
        _ = try adopt(folder, into: house)
        let run = try #require(try house.run(named: "logs"))
        #expect(try house.history("loss", run).map(\.value) == [0, 1, 2, 13, 14])
        #expect(try house.content(run).metrics.map(\.value) == [14])
    }

    @Test("a record with another checksum ends its file, which is said; the other runs are whole")
    func damage() async throws {
        let folder = try TemporaryFolder()
        try await ForeignTool.run("event_files.py", "write", folder.path("logs"), in: folder)
        let name = try #require(try folder.files(under: "logs/train").first)
        var bytes = try Data(contentsOf: URL(filePath: folder.path("logs/train/\(name)")))
        bytes[bytes.count / 2] ^= 0x40
        try folder.write("logs/train/\(name)", bytes)
        let house = try AdoptionHouse()
        let report = try adopt(folder, into: house)
        #expect(report.leftOut.keys.contains { $0.contains("checksum") && $0.contains(name) })
        let points = try house.history("loss", #require(try house.run(named: "train"))).count
        #expect(points > 50 && points < 150)
        #expect(try house.history("loss", #require(try house.run(named: "validation/fold1"))).count == 20)
    }
}

extension Data {
    /// The bytes that pairs of digits stand for.
    init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
        }
        guard bytes.count * 2 == digits.count else { return nil }
        self = Data(bytes)
    }
}
