import Foundation
import Support
import TestSupport
import Testing

/// Data under version by the command line: killed, on a full disk, by several at once.
@Suite("Data under version", .enabled(if: Program.isBuilt, "\(Program.absence)"), .inTurns) struct DataVersionsTests {
    private func folder(files: Int) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for i in 0..<files { try folder.write("data/\(i % 7)/\(i)", String(repeating: "\(i),", count: 1 + i % 900)) }
        return folder
    }

    private func martlet(_ arguments: String..., in folder: String) async throws -> Outcome {
        try await Program.run(["data"] + arguments, in: folder)
    }

    /// The facts of an unchanged repository: nothing differs, nothing is damaged.
    private func isWhole(_ folder: TemporaryFolder) async throws -> Bool {
        let states = try await martlet("status", "--json", in: folder.path).json.elements
        let verified = try await martlet("verify", "--json", in: folder.path).json
        return states.allSatisfy { $0["state"].text == "unchanged" && $0["not_in_cache"].flag == false } && verified["damaged"].elements.isEmpty
            && verified["incomplete"].elements.isEmpty
    }

    @Test("A file is added, changed, brought back; each command says what it did") func loop() async throws {
        let folder = try TemporaryFolder(["data.csv": "a\n1\n", "images/one": "1"])
        let added = try await martlet("add", "data.csv", "images", in: folder.path)
        #expect(added.status == 0, "\(added.errors)")
        #expect(added.output.contains("data.csv.dvc") && added.output.contains("images.dvc"))
        #expect(try await isWhole(folder))
        try folder.write("data.csv", "a\n2\n")
        let status = try await martlet("status", in: folder.path)
        #expect(status.output.contains("modified  data.csv"))
        let refused = try await martlet("checkout", in: folder.path)
        #expect(refused.status == 1 && refused.errors.contains("--force"))
        #expect(try await martlet("checkout", "--force", in: folder.path).status == 0)
        #expect(try folder.read("data.csv") == "a\n1\n")
        #expect(try await martlet("add", "nowhere", in: folder.path).errors.contains("does not exist"))
        #expect(try await martlet("status", "imagez", in: folder.path).errors.contains("images"))
    }

    @Test("Killed while it adds and checks out, no wrong byte stands under any name, and the next call goes on") func killed() async throws {
        let folder = try folder(files: 600)
        var random = RandomSource(seed: 5)
        #expect(try await martlet("add", "data", in: folder.path).status == 0)
        var hits = 0
        for round in 0..<20 * CrashTests.kills where hits < CrashTests.kills {
            for i in 0..<300 { try folder.write("data/\(i % 7)/\(i)", "\(round) \(String(repeating: "\(i);", count: 1 + i % 2000))") }
            for arguments in [["data", "add", "data"], ["data", "checkout", "--force"], ["data", "gc", "--workspace"]] {
                if arguments[1] == "checkout" { try FileManager.default.removeItem(atPath: folder.path("data/3")) }
                let child = try Child(Program.path ?? "", arguments, in: folder.path, environment: Program.environment())
                child.stop(afterMilliseconds: random.below(60))
                hits += await child.end().status == -SIGKILL ? 1 : 0
                let verified = try await martlet("verify", "--json", in: folder.path).json
                #expect(verified["damaged"].elements.isEmpty && verified["incomplete"].elements.isEmpty)
                let again = try await Program.run(arguments, in: folder.path)
                #expect(again.status == 0, "\(again.errors)")
            }
            #expect(try await isWhole(folder))
        }
        #expect(hits >= CrashTests.kills, "The other calls ended before they were killed.")
    }

    @Test("Several add at once, each its own file, and all are whole") func together() async throws {
        let folder = try folder(files: 0)
        for i in 0..<4 { for j in 0..<50 { try folder.write("part\(i)/\(j)", "\(j)") } }
        #expect(try await martlet("add", "part0", in: folder.path).status == 0)
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            for i in 0..<4 { group.addTask { try await martlet("add", "part\(i)", in: folder.path) } }
            for try await outcome in group { #expect(outcome.status == 0, "\(outcome.errors)") }
        }
        #expect(try await isWhole(folder))
        #expect(try await martlet("status", "--json", in: folder.path).json.elements.count == 4)
    }

    @Test("On a full disk nothing is half there, and with room again the same call succeeds", .enabled(if: SmallDisk.isPossible, "Needs to mount."))
    func full() async throws {
        let disk = try SmallDisk(megabytes: 12)
        for i in 0..<5 { try disk.folder.write("data/\(i)", Data(repeating: UInt8(i), count: 1_000_000)) }
        #expect(try await martlet("status", in: disk.folder.path).status == 1)
        disk.fill("ballast", leaving: 2_500_000)
        let refused = try await martlet("add", "data", in: disk.folder.path)
        #expect(refused.status == 1 && refused.errors.contains("disk is full"), "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: disk.folder.path("data.dvc")))
        try FileManager.default.removeItem(atPath: disk.folder.path("ballast"))
        #expect(try await martlet("add", "data", in: disk.folder.path).status == 0)
        try FileManager.default.removeItem(atPath: disk.folder.path("data"))
        disk.fill("ballast", leaving: 2_500_000)
        #expect(try await martlet("checkout", in: disk.folder.path).errors.contains("disk is full"))
        try FileManager.default.removeItem(atPath: disk.folder.path("ballast"))
        #expect(try await martlet("checkout", in: disk.folder.path).status == 0)
        #expect(try await isWhole(disk.folder))
    }
}
