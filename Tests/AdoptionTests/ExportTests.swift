import Adoption
import Database
import Events
import Experiments
import Foundation
import Support
import TestSupport
import Testing

@Suite(
    "What is exported to event files", .enabled(if: ForeignTool.isThere("tensorboard"), "tensorboard is not in .setup/python; run make setup"))
struct ExportTests {
    private func export(_ house: AdoptionHouse, _ names: [String], to folder: TemporaryFolder) throws -> RunExport.Report {
        let export = RunExport(database: house.database, objects: house.objects, events: house.events)
        return try export.writeEventFiles(of: export.runs(names, of: nil), to: folder.path("out"))
    }

    @Test("is what TensorBoard itself reads: points, histograms, images, texts and hyperparameters")
    func roundTrip() async throws {
        let folder = try TemporaryFolder()
        try await ForeignTool.run("event_files.py", "write", folder.path("logs"), in: folder)
        let house = try AdoptionHouse()
        try house.adopt(TensorBoardFolder(folder.path("logs")))
        let ids = try ["train", "validation/fold1"].map { try #require(try house.run(named: $0)).id.rawValue }
        let report = try export(house, ids, to: folder)
        #expect(report.points == 420 && report.files.count == 2)
        let before = try await ForeignTool.run("event_files.py", "read", folder.path("logs"), in: folder)
        let after = try await ForeignTool.run("event_files.py", "read", folder.path("out"), in: folder)
        #expect(after["train"]["scalars"] == before["train"]["scalars"])
        #expect(after["train"]["histograms"]["weights"].elements.first?.elements.first == 7)
        #expect(after["train"]["images"] == ["sample/image/0"])
        #expect(after["validation/fold1"]["scalars"]["loss"].elements.count == 20)
        #expect(after["validation/fold1"]["plugins"]["note"] == "text")
        #expect(after["validation/fold1"]["parameters"]["optimizer"] == "adam")
        #expect(try house.events.latest(1).first?.kind == "runs.exported")
    }

    @Test("adopted again is the same run's points, and the same export again replaces its files")
    func again() async throws {
        let folder = try TemporaryFolder()
        try await ForeignTool.run("event_files.py", "write", folder.path("logs"), in: folder)
        let house = try AdoptionHouse()
        try house.adopt(TensorBoardFolder(folder.path("logs")))
        let id = try #require(try house.run(named: "train")).id.rawValue
        let first = try export(house, [String(id.prefix(6))], to: folder)
        let files = try folder.files(under: "out")
        let second = try export(house, [id], to: folder)
        #expect(first.files == second.files)
        #expect(try folder.files(under: "out") == files)
        let other = try AdoptionHouse()
        try other.adopt(TensorBoardFolder(folder.path("out")))
        let copy = try #require(try other.run(named: "train"))
        let values = { (points: [MetricPoint]) in points.map { "\($0.step) \($0.at) \($0.value)" } }
        #expect(try values(other.history("loss", copy)) == values(house.history("loss", #require(try house.run(id)))))
    }

    @Test("names runs by beginnings that one of them has")
    func names() throws {
        let house = try AdoptionHouse()
        let log = RunLog(events: house.events, clock: house.clock)
        for id in ["abc1", "abc2"] {
            _ = try house.database.write { try log.begin(RunDraft(id: RunID(id), experiment: 0, name: id, started: house.clock.now()), in: $0) }
        }
        let export = RunExport(database: house.database, objects: house.objects, events: house.events)
        #expect(try export.runs(["abc2"], of: nil).map(\.id.rawValue) == ["abc2"])
        #expect(try export.runs([], of: "Default").map(\.id.rawValue) == ["abc1", "abc2"])
        #expect(throws: MartletError.self) { try export.runs(["abc"], of: nil) }
        #expect(throws: MartletError.self) { try export.runs([""], of: nil) }
        #expect(throws: MartletError.self) { try export.runs([], of: "Defautl") }
    }
}
