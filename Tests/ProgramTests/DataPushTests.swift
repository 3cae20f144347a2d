import Foundation
import Support
import TestSupport
import Testing
import VersionsTestSupport

/// Pushing data under version to a server: killed on either side, onto a full disk, in quantity.
@Suite("Pushed data", .enabled(if: Program.isComplete && DVCFolder.isInstalled, "\(Program.absence)"), .inTurns) struct DataPushTests {
    private static func number(_ name: String, _ usual: Int) -> Int { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? usual }

    private func martlet(_ arguments: String..., in folder: String) async throws -> Outcome {
        try await Program.run(["data"] + arguments, in: folder)
    }

    /// The contents that a server keeps, each of which has to have the bytes of its name.
    private func kept(_ project: TemporaryFolder) async throws -> Int {
        let look = "find .martlet/dvc/files/md5 -type f ! -name '*.tmp' -print0 | xargs -0 -r md5sum"
        let lines = try await Child.run("/bin/sh", ["-c", look], in: project.path, environment: Program.environment()).output.split(separator: "\n")
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 1)
            let name = parts[1].split(separator: "/").suffix(2).joined().replacing(".dir", with: "")
            #expect(name == parts[0], "\(line)")
        }
        return lines.count
    }

    /// A repository with files in a folder, whose remote is a server.
    private func repository(_ server: LiveServer, _ files: Int, round: Int = 0) async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for i in 0..<files { try folder.write("data/\(i % 7)/\(i)", String(repeating: "\(round) \(i),", count: 1 + i % 3000)) }
        #expect(try await martlet("add", "data", in: folder.path).status == 0)
        #expect(try await martlet("remote", "add", "-d", "server", "http://127.0.0.1:\(server.port)/dvc", in: folder.path).status == 0)
        return folder
    }

    @Test("Killed on either side, no wrong byte stands under any name, and the next push brings the rest") func killed() async throws {
        let project = try TemporaryFolder()
        var server = try await LiveServer(project)
        var (random, hits) = (RandomSource(seed: 11), 0)
        for round in 0..<20 * CrashTests.kills where hits < CrashTests.kills {
            let folder = try await repository(server, 300, round: round)
            let push = try Child(Program.path ?? "", ["data", "push"], in: folder.path, environment: Program.environment())
            if round % 2 == 0 {
                push.stop(afterMilliseconds: random.below(120))
            } else {
                server.child.stop(afterMilliseconds: random.below(120))
            }
            let (status, ofServer) = (await push.end().status, round % 2 == 0 ? 0 : await server.child.end().status)
            hits += status == -SIGKILL || ofServer == -SIGKILL ? 1 : 0
            _ = try await kept(project)
            if round % 2 == 1 { server = try await LiveServer(project) }
            #expect(try await martlet("remote", "modify", "server", "url", "http://127.0.0.1:\(server.port)/dvc", in: folder.path).status == 0)
            let again = try await martlet("push", in: folder.path)
            #expect(again.status == 0, "\(again.errors)")
            let other = try TemporaryFolder(["data.dvc": folder.read("data.dvc"), ".dvc/config": folder.read(".dvc/config")])
            let pulled = try await martlet("pull", in: other.path)
            #expect(pulled.status == 0, "\(pulled.errors)")
            #expect(try other.files(under: "data").count == 300)
        }
        #expect(hits >= CrashTests.kills, "The other calls ended before they were killed.")
        #expect(try await kept(project) > 0)
    }

    @Test(
        "On a server's full disk nothing is half there, and with room again the same push succeeds",
        .enabled(if: SmallDisk.isPossible, "Needs to mount."))
    func full() async throws {
        let disk = try SmallDisk(megabytes: 24)
        let server = try await LiveServer(disk.folder)
        let folder = try await repository(server, 1)
        for i in 0..<8 { try folder.write("data/large\(i)", Data(repeating: UInt8(i), count: 1_000_000)) }
        #expect(try await martlet("add", "data", in: folder.path).status == 0)
        disk.fill("ballast", leaving: 3_500_000)
        let refused = try await martlet("push", in: folder.path)
        #expect(refused.status == 1 && refused.errors.contains("disk"), "\(refused.errors)")
        _ = try await kept(disk.folder)
        try FileManager.default.removeItem(atPath: disk.folder.path("ballast"))
        let again = try await martlet("push", in: folder.path)
        #expect(again.status == 0, "\(again.errors)")
        #expect(try await kept(disk.folder) == 10)
    }

    @Test("Many files and a large one are clean for dvc, and pulled by it from the server with the same bytes") func volume() async throws {
        let (files, megabytes) = (DataPushTests.number("MARTLET_FILES", 500), DataPushTests.number("MARTLET_LARGE", 20))
        let project = try TemporaryFolder()
        let server = try await LiveServer(project)
        let address = "http://127.0.0.1:\(server.port)/dvc"
        let (first, second) = (try DVCFolder(), try DVCFolder())
        for i in 0..<files { try first.write(String(repeating: "\(i) ", count: 1 + i % 2500), to: "data/\(i % 31)/\(i)") }
        try first.run("sh", ["-c", "head -c \(megabytes)M /dev/urandom > large.bin"])
        #expect(try await martlet("add", "data", "large.bin", in: first.path).status == 0)
        #expect(try first.status() == [:])
        #expect(try await martlet("remote", "add", "-d", "server", address, in: first.path).status == 0)
        let pushed = try await martlet("push", in: first.path)
        #expect(pushed.status == 0, "\(pushed.errors)")
        #expect(try JSONValue(parsing: first.dvc("status", "-c", "--json")) == [:])
        for name in ["data.dvc", "large.bin.dvc", ".dvc/config"] { try second.write(first.read(name), to: name) }
        try second.dvc("pull", "-q")
        try first.run("diff", ["-r", "data", "\(second.path)/data"])
        try first.run("cmp", ["large.bin", "\(second.path)/large.bin"])
        #expect(try await kept(project) == files + 2)
    }
}
