import Digests
import Foundation
import Support
import TestSupport
import Testing

@Suite("A backup", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct BackupTests {
    /// Restores the newest backup of a folder beside it, with the table that martlet.yaml reads.
    static func restored(_ folder: TemporaryFolder) async throws -> TemporaryFolder {
        let target = try TemporaryFolder()
        let restore = try await folder.martlet("backup", "restore", "backups", "--into", target.path)
        guard restore.status == 0 else { throw ChildFailure(description: restore.errors) }
        try target.write("loans.csv", try folder.read("loans.csv"))
        return target
    }

    @Test("made while a server answers and labels come in is whole, and what is restored from it answers alike") func drill() async throws {
        let folder = try await Loans.trained()
        let policy = "package martlet.access\n\ndeny contains \"never\" if false\n"
        try folder.write("policies/house.rego", policy)
        let server = try await LiveServer(folder)
        for round in 0..<3 {
            async let made = folder.martlet("backup", "create", "backups", "--json")
            for i in 0..<40 { _ = try await server.infer(incomes: [Double(i)], key: "p\(round)-\(i)") }
            let labels = (["id,late"] + (0..<40).map { "p\(round)-\($0),yes" }).joined(separator: "\n") + "\n"
            try folder.write("labels.csv", labels)
            #expect(try await folder.martlet("feedback", "import", "labels.csv").status == 0)
            #expect(try await made.status == 0)
            let verified = try await folder.martlet("backup", "verify", "backups", "--json")
            #expect(verified.status == 0, "\(verified.errors)")
        }
        #expect(await server.interrupt().status == 0)
        #expect(try await folder.martlet("backup", "create", "backups").status == 0)
        let copy = try await Self.restored(folder)
        #expect(try copy.read("policies/house.rego") == policy)
        for arguments in [["predict", "model:loans@champion", "loans.csv"], ["status", "--json"], ["monitor", "drift", "--json"]] {
            let (here, there) = (
                try await Program.run(arguments, in: folder.path), try await Program.run(arguments, in: copy.path)
            )
            #expect(there.status == here.status && !there.output.isEmpty)
            #expect(there.output == here.output, "\(arguments)")
        }
        #expect(try await copy.martlet("run", "--json").json["unchanged"].flag == true)
        #expect(try await LiveServer(copy).interrupt().errors.contains("died with") == false)
    }

    @Test("adds nothing that is stored already, and --keep forgets the oldest") func incremental() async throws {
        let folder = try await Loans.trained()
        let first = try await folder.martlet("backup", "create", "backups", "--json").json
        let second = try await folder.martlet("backup", "create", "backups", "--json").json
        #expect(first["new_files"].int == first["files"].int.map { $0 - 1 }, "martlet.yaml is also kept as a recorded setting, and stored once.")
        #expect(second["new_files"].int == 1, "Only the database has changed: by the record of the first backup.")
        let third = try await folder.martlet("backup", "create", "backups", "--keep", "1", "--json").json
        #expect(third["removed_files"].int == 2)
        #expect(try await folder.martlet("backup", "list", "backups", "--json").json.elements.count == 1)
        #expect(try await folder.martlet("backup", "verify", "backups").status == 0)
    }

    @Test("is put into an empty folder only, or moves aside what is there, and never under a server that runs") func refusals() async throws {
        let folder = try await Loans.trained()
        #expect(try await folder.martlet("backup", "create", "../\(name(folder))-b").status == 0)
        defer { try? FileManager.default.removeItem(atPath: folder.path + "-b") }
        let source = folder.path + "-b"
        let refused = try await folder.martlet("backup", "restore", source, "--into", folder.path)
        #expect(refused.status == 1 && refused.errors.contains("is not empty"))
        let server = try await LiveServer(folder)
        let busy = try await folder.martlet("backup", "restore", source, "--into", folder.path, "--yes")
        #expect(busy.status == 1 && busy.errors.contains("is at work in"))
        _ = await server.interrupt()
        let done = try await folder.martlet("backup", "restore", source, "--into", folder.path, "--yes", "--json")
        let aside = try #require(try done.json["moved_aside"].text)
        defer { try? FileManager.default.removeItem(atPath: aside) }
        #expect(FileManager.default.fileExists(atPath: aside + "/loans.csv"))
        #expect(try done.json["champion_withdrawn"].isNull)
        #expect(try await folder.martlet("model", "list", "--json").json.elements.count == 1)
    }

    @Test("of an older state moves no champion past the gate, and revives no token that was revoked since") func protected() async throws {
        let folder = try await Loans.trained()
        #expect(try await folder.martlet("user", "add", "ann", "--role", "owner").status == 0)
        let token = try await folder.martlet("token", "add", "old", "--for", "ann", "--quiet").output.trimmingCharacters(in: .whitespacesAndNewlines)
        let source = folder.path + "-b"
        #expect(try await folder.martlet("backup", "create", source).status == 0)
        defer { try? FileManager.default.removeItem(atPath: source) }
        #expect(try await folder.martlet("token", "rm", "old").status == 0)
        try folder.replace("min_gain: 0.05", with: "min_gain: 0.01")
        try folder.replace("num_leaves: 7", with: "num_leaves: 9")
        #expect(try await folder.martlet("run", "--quiet").status == 0)
        #expect(try await folder.martlet("status", "--json").json["champion"].text == "model:loans@v2")
        let done = try await folder.martlet("backup", "restore", source, "--into", folder.path, "--yes", "--json")
        let aside = try #require(try done.json["moved_aside"].text)
        defer { try? FileManager.default.removeItem(atPath: aside) }
        try FileManager.default.copyItem(atPath: aside + "/loans.csv", toPath: folder.path("loans.csv"))
        #expect(try done.json["champion_withdrawn"].text?.contains("has model:loans@v1 as champion") == true)
        #expect(try await folder.martlet("status", "--json").json["champion"].isNull)
        let tokens = try await folder.martlet("token", "list", "--json").json.elements
        #expect(tokens.count == 1 && tokens[0]["revoked"].isNull == false)
        #expect(!token.isEmpty)
        let verified = try await folder.martlet("audit", "verify")
        #expect(verified.status == 0, "What was taken over is in the record: \(verified.output)")
        let history = try await folder.martlet("model", "history", "--json").json.elements
        #expect(history.last?["version"].isNull == true)
        #expect(try await folder.martlet("model", "promote", "model:loans@v1", "--yes").status == 0)
        #expect(try await folder.martlet("status", "--json").json["champion"].text == "model:loans@v1")
    }

    @Test("is sealed by a passphrase that is never an argument and that no output repeats") func sealed() async throws {
        let folder = try await Loans.trained()
        let secret = ["MARTLET_BACKUP_PASSPHRASE": "a long and winding road"]
        let made = try await folder.martlet("backup", "create", "backups", "--encrypt", environment: secret)
        #expect(made.status == 0)
        let closed = try await folder.martlet("backup", "verify", "backups")
        #expect(closed.status == 2, "Without a passphrase there is nothing to open it with.")
        let wrong = try await folder.martlet("backup", "verify", "backups", environment: ["MARTLET_BACKUP_PASSPHRASE": "a long and winding lane"])
        #expect(wrong.status == 1 && wrong.errors.contains("not the one"))
        let whole = try await folder.martlet("backup", "verify", "backups", environment: secret)
        #expect(whole.status == 0)
        let target = try TemporaryFolder()
        #expect(try await folder.martlet("backup", "restore", "backups", "--into", target.path, environment: secret).status == 0)
        #expect(try await target.martlet("model", "list", "--json").json.elements.count == 1)
        for outcome in [made, closed, wrong, whole] { #expect(!(outcome.output + outcome.errors).contains("winding")) }
    }

    @Test("stopped by Ctrl-C leaves nothing in the making") func interrupted() async throws {
        let folder = try await Loans.trained()
        try Self.fill(folder, files: 300)
        let child = try folder.start("backup", "create", "backups")
        child.signal(SIGINT)
        let end = await child.end()
        #expect([0, 1, -SIGINT].contains(end.status))
        if end.status == 1 { #expect(end.errors.contains("Stopped")) }
        #expect(try !folder.has("backups/tmp") || folder.files(under: "backups/tmp").isEmpty)
        #expect(try await folder.martlet("backup", "create", "backups").status == 0)
    }

    private func name(_ folder: TemporaryFolder) -> String { URL(filePath: folder.path).lastPathComponent }

    /// Adds objects, so that copying takes a while.
    static func fill(_ folder: TemporaryFolder, files: Int) throws {
        for i in 0..<files {
            let text = "object \(i) \(String(repeating: "\(i)", count: 3000))"
            let digest = Self.digest(text)
            try folder.write(".martlet/objects/\(digest.prefix(2))/\(digest.dropFirst(2))", text)
        }
    }

    private static func digest(_ text: String) -> String { Digest(of: text).rawValue }
}

@Suite("Killed while it is backed up", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct BackupCrashTests {
    @Test("at random moments, a project still has only whole backups, and the next one is made") func create() async throws {
        let folder = try await Loans.trained()
        var random = RandomSource(seed: 31)
        var hits = 0
        for round in 0..<20 * CrashTests.kills where hits < CrashTests.kills {
            try BackupTests.fill(folder, files: 100 * (round + 1))
            let child = try folder.start("backup", "create", "backups")
            child.stop(afterMilliseconds: random.below(250))
            hits += await child.end().status == -SIGKILL ? 1 : 0
            for backup in try await Self.backups(folder) {
                #expect(try await folder.martlet("backup", "verify", "backups@\(backup)").status == 0)
            }
            let next = try await folder.martlet("backup", "create", "backups", "--keep", "2")
            #expect(next.status == 0, "\(next.errors)")
            #expect(try folder.files(under: "backups/tmp").isEmpty)
            #expect(try await folder.martlet("backup", "verify", "backups").status == 0)
        }
        #expect(hits == CrashTests.kills, "The other backups ended before they were killed.")
    }

    @Test("at random moments while it is restored, the folder is as before or whole") func restore() async throws {
        let folder = try await Loans.trained()
        try BackupTests.fill(folder, files: 400)
        #expect(try await folder.martlet("backup", "create", "backups").status == 0)
        let place = try TemporaryFolder()
        let target = place.path("target")
        var random = RandomSource(seed: 37)
        var hits = 0
        for _ in 0..<20 * CrashTests.kills where hits < CrashTests.kills {
            let child = try folder.start("backup", "restore", "backups", "--into", target, "--yes")
            child.stop(afterMilliseconds: random.below(300))
            hits += await child.end().status == -SIGKILL ? 1 : 0
            if FileManager.default.fileExists(atPath: target) {
                #expect(try await Program.run(["status", "--json"], in: target).json["champion"].text == "model:loans@v1")
            }
        }
        #expect(hits == CrashTests.kills, "The other restores ended before they were killed.")
        #expect(try await folder.martlet("backup", "restore", "backups", "--into", target, "--yes").status == 0)
        #expect(!place.has("target.restoring"))
        let status = try await Program.run(["status", "--json"], in: target).json
        #expect(status["champion"].text == "model:loans@v1")
        #expect(status["obstacle"].text?.contains("loans.csv does not exist") == true, "The table itself is the user's, and in no backup.")
    }

    private static func backups(_ folder: TemporaryFolder) async throws -> [String] {
        guard folder.has("backups/backup.json") else { return [] }
        return try await folder.martlet("backup", "list", "backups", "--json").json.elements.compactMap { $0["id"].text }
    }
}
