import Foundation
import Support
import TestSupport
import Testing

@Suite("An erasure", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct EraseTests {
    private static let texts = [People.key(17), People.remark(17)]

    /// A project that answered about two people and knows the truth of both; the server still runs.
    private static func served() async throws -> (folder: TemporaryFolder, server: LiveServer, ours: [String], other: String) {
        let folder = try await People.trained()
        let server = try await LiveServer(folder)
        var ours = try await server.infer(incomes: [40], key: People.key(17))
        let other = try await server.infer(incomes: [41], key: People.key(18))
        ours += try await server.infer(incomes: [42], key: People.key(17))
        try folder.write("labels.csv", "id,late\n\(People.key(17)),yes\n\(People.key(18)),no\n")
        let labels = try await folder.martlet("feedback", "import", "labels.csv")
        guard labels.status == 0, let other = other.first else { throw ChildFailure(description: labels.errors) }
        return (folder, server, ours, other)
    }

    private static func erase(_ folder: TemporaryFolder, _ options: String..., number: Int = 17) async throws -> Outcome {
        try await Program.run(["data", "erase", "--subject", People.key(number), "--because", "asked for it", "--json"] + options, in: folder.path)
    }

    @Test("through a running server leaves nothing of the person in any file, everybody else as they were, and answers why") func drill() async throws
    {
        let (folder, server, ours, other) = try await Self.served()
        let url = "http://127.0.0.1:\(server.port)"
        let before = try await folder.martlet("why", other, "--json", "--url", url).output
        let refused = try await Self.erase(folder)
        #expect(refused.status == 1 && refused.errors.contains("A server is writing the predictions"), "Some may be in no file yet.")
        let rehearsal = try await Self.erase(folder, "--dry-run", "--url", url).json
        #expect(rehearsal["state"].text == "found" && rehearsal["predictions"].int == 2 && rehearsal["labels"].int == 1)
        #expect(try await folder.martlet("endpoint", "list", "--json").json.elements.first?["predictions"].int == 3)

        let pending = try await Self.erase(folder, "--url", url)
        #expect(pending.status == 1, "The source still holds the person.")
        #expect(try pending.json["sources"].elements.first?["lines"].elements.first?.int == 19)
        #expect(try pending.json["models"].elements.compactMap(\.text) == ["model:loans@v1"])
        #expect(try People.files(in: folder.path, holding: Self.texts) == ["labels.csv", "loans.csv"], "Files of the user's are the user's.")
        #expect(try pending.json["left"].elements.compactMap(\.text).contains { $0.hasPrefix("labels.csv holds the key") })
        try folder.remove("labels.csv")
        try folder.write("loans.csv", People.table(without: [17]))
        #expect(try await Self.erase(folder, "--url", url).status == 0)
        #expect(try People.files(in: folder.path, holding: Self.texts).isEmpty)
        #expect(try !People.files(in: folder.path, holding: [People.key(18)]).isEmpty, "The search finds who is there.")

        for id in ours {
            let why = try await folder.martlet("why", id, "--url", url)
            #expect(why.status == 0 && why.output.contains("erased on") && why.output.contains("because asked for it"))
            #expect(why.output.contains("source:loans.csv"), "The chain behind it is whole.")
        }
        #expect(try await folder.martlet("why", other, "--json", "--url", url).output.contains(People.key(18)))
        #expect(before.contains(People.key(18)))
        let answered = try await server.infer(incomes: [43], key: People.key(19))
        #expect(answered.count == 1)
        #expect(await server.interrupt().status == 0)
        try await Self.checkAfterwards(folder, other)
    }

    private static func checkAfterwards(_ folder: TemporaryFolder, _ other: String) async throws {
        #expect(try await folder.martlet("endpoint", "list", "--json").json.elements.first?["predictions"].int == 2)
        #expect(try await folder.martlet("audit", "verify").status == 0)
        let again = try await Self.erase(folder)
        #expect(try again.status == 0 && again.json["state"].text == "nothing" && again.json["tombstone"].text?.contains("asked for it") == true)
        let data = try await folder.martlet("data", "list").output
        #expect(data.contains("599 rows") && data.contains("1 row erased since"))
        #expect(try await folder.martlet("why", "dataset:loans@v1").output.contains("1 row erased on"))
        #expect(try await folder.martlet("why", "model:loans@v1").output.contains("the model still learnt from that"))
        #expect(try await folder.martlet("why", other).output.contains("the model still learnt from that"))
        #expect(try await folder.martlet("predict", "model:loans@champion", "loans.csv").status == 0)
        #expect(try await folder.martlet("run", "--json").status == 0)
        #expect(try await folder.martlet("status", "--json").json["dataset"].text == "dataset:loans@v2", "The source has changed.")
        #expect(try await !folder.martlet("status").output.contains("data erase"), "Nothing is left to do.")
        #expect(try People.files(in: folder.path, holding: texts).isEmpty)
        let events = try await folder.martlet("audit", "log", "--json").output
        #expect(events.contains("erasure.finished") && !events.contains(People.key(17)))
    }

    @Test("is for owners and maintainers, through a server, and the record names who asked for it") func allowed() async throws {
        let folder = try await People.trained()
        try folder.write("loans.csv", People.table(without: [17]))
        var tokens: [String: String] = [:]
        for (name, role) in [("olga", "owner"), ("mia", "maintainer"), ("carl", "contributor"), ("vic", "validator")] {
            #expect(try await folder.martlet("user", "add", name, "--role", role).status == 0)
            let token = try await folder.martlet("token", "add", "t-\(name)", "--for", name, "--quiet").output
            tokens[name] = token.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let server = try await LiveServer(folder)
        let url = ["--url", "http://127.0.0.1:\(server.port)"]
        let subject = ["--subject", People.key(17), "--because", "asked for it"]
        for name in ["carl", "vic"] {
            for command in [["erase"], ["hold"], ["release"]] {
                let denied = try await Program.run(
                    ["data"] + command + subject + url, in: folder.path, environment: ["MARTLET_TOKEN": tokens[name] ?? ""])
                #expect(denied.status != 0 && denied.errors.contains("data.erase"), "\(denied.errors)")
            }
        }
        let done = try await Program.run(["data", "erase"] + subject + url, in: folder.path, environment: ["MARTLET_TOKEN": tokens["mia"] ?? ""])
        #expect(done.status == 0, "\(done.errors)")
        #expect(await server.interrupt().status == 0)
        let finished = try await folder.martlet("audit", "log", "--kind", "erasure.finished", "--json").output
        #expect(finished.contains("mia") && !finished.contains(People.key(17)))
        #expect(try People.files(in: folder.path, holding: Self.texts).isEmpty)
    }

    @Test("of rows that a gate was measured on leaves a project that judges anew without them") func judged() async throws {
        let folder = try await People.trained()
        for number in 0..<12 { _ = try await Self.erase(folder, number: number) }
        #expect(try await folder.martlet("data", "list", "--json").json.elements.first?["rows"].int == 588)
        #expect(try await folder.martlet("status").output.contains("12 erasures"), "The source still holds them.")
        try folder.replace("min_gain: 0.05", with: "min_gain: 0.01")
        let run = try await folder.martlet("run", "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try await folder.martlet("audit", "verify").status == 0)
    }

    @Test("of somebody under a legal hold is refused, and recorded, until they are released") func held() async throws {
        let folder = try await People.trained()
        let (subject, because) = (["--subject", People.key(17)], ["--because", "case 12"])
        #expect(try await Program.run(["data", "hold"] + subject + because, in: folder.path).status == 0)
        let refused = try await Self.erase(folder)
        #expect(refused.status == 3 && refused.errors.contains("case 12"))
        #expect(try await folder.martlet("audit", "log").output.contains("erasure.refused"))
        #expect(try await folder.martlet("data", "holds", "--json").json.elements.first?["subject"].text == People.key(17))
        #expect(try await Program.run(["data", "hold"] + subject + because, in: folder.path).status == 1, "Twice is a mistake.")
        #expect(try await Program.run(["data", "release"] + subject + because, in: folder.path).status == 0)
        try folder.write("loans.csv", People.table(without: [17]))
        #expect(try await Self.erase(folder).status == 0)
        #expect(try People.files(in: folder.path, holding: Self.texts).isEmpty)
    }

    @Test("that is killed at any moment is finished by the next call") func killed() async throws {
        let (folder, server, _, other) = try await Self.served()
        #expect(await server.interrupt().status == 0)
        try folder.remove("labels.csv")
        try folder.write("loans.csv", People.table(without: Set(0..<200)))
        var random = RandomSource(seed: 41)
        var (number, hits) = (17, 0)
        while hits < CrashTests.kills, number < 200 {
            let child = try folder.start("data", "erase", "--subject", People.key(number), "--because", "asked for it", "--yes")
            child.stop(afterMilliseconds: random.below(260))
            hits += await child.end().status == -SIGKILL ? 1 : 0
            #expect(try await folder.martlet("audit", "verify").status == 0)
            let next = try await Self.erase(folder, number: number)
            #expect(next.status == 0, "\(next.output) \(next.errors)")
            let left = try People.files(in: folder.path, holding: [People.key(number), People.remark(number)])
            #expect(left.isEmpty, "\(left)")
            number = number == 17 ? 19 : number + 1
        }
        #expect(hits == CrashTests.kills, "The other erasures ended before they were killed.")
        #expect(try folder.files(under: ".martlet/objects/tmp").isEmpty)
        #expect(try await folder.martlet("why", other).output.contains(People.key(18)))
        #expect(try await folder.martlet("run", "--quiet").status == 0)
    }
}

@Suite("Backups of a project that erased somebody", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct EraseBackupTests {
    private static let texts = [People.key(17), People.remark(17)]

    /// A project with a backup of before the erasure in `FOLDER-b`, and one of after.
    private static func erased(_ environment: [String: String] = [:]) async throws -> TemporaryFolder {
        let folder = try await People.trained()
        let server = try await LiveServer(folder)
        _ = try await server.infer(incomes: [40], key: People.key(17))
        _ = try await server.infer(incomes: [40], key: People.key(18))
        #expect(await server.interrupt().status == 0)
        let create = ["backup", "create", folder.path + "-b"] + (environment.isEmpty ? [] : ["--encrypt"])
        #expect(try await Program.run(create, in: folder.path, environment: environment).status == 0)
        try folder.write("loans.csv", People.table(without: [17]))
        let erased = try await folder.martlet("data", "erase", "--subject", People.key(17), "--because", "asked for it", "--yes", "--json")
        #expect(erased.status == 0)
        #expect(try erased.json["backups"].elements.compactMap(\.text) == [folder.path + "-b"])
        return folder
    }

    @Test("say what the old ones may hold, carry nothing of the person in new ones, and lose the old with --keep") func rotation() async throws {
        let folder = try await Self.erased()
        let source = folder.path + "-b"
        defer { try? FileManager.default.removeItem(atPath: source) }
        #expect(try !People.files(in: source, holding: Self.texts).isEmpty, "The old backup is as it was.")
        #expect(try await folder.martlet("backup", "list", source).output.contains("may hold data erased on"))
        #expect(try await folder.martlet("backup", "create", source, "--keep", "1").status == 0)
        #expect(try People.files(in: source, holding: Self.texts).isEmpty)
        #expect(try await !folder.martlet("backup", "list", source).output.contains("may hold"))
        #expect(try await folder.martlet("backup", "verify", source).status == 0)
    }

    @Test("are restored without the person, over the project and into an empty folder, sealed or not", arguments: [false, true])
    func restored(isSealed: Bool) async throws {
        let environment = isSealed ? ["MARTLET_BACKUP_PASSPHRASE": "a long and winding road"] : [:]
        let folder = try await Self.erased(environment)
        let source = folder.path + "-b"
        defer { try? FileManager.default.removeItem(atPath: source) }
        let old = try #require(try await folder.martlet("backup", "list", source, "--json").json.elements.first?["id"].text)
        if isSealed {
            let create = ["backup", "create", source, "--encrypt"]
            #expect(
                try await Program.run(create, in: folder.path, environment: environment).status == 0, "It brings the tombstones to sealed backups.")
        }
        let fresh = try TemporaryFolder()
        for target in [fresh.path, folder.path] {
            let restore = ["backup", "restore", "\(source)@\(old)", "--into", target, "--yes", "--json"]
            let done = try await Program.run(restore, in: folder.path, environment: environment)
            #expect(done.status == 0, "\(done.errors)")
            #expect(try done.json["erasures_repeated"].int == 1)
            if let aside = try done.json["moved_aside"].text { try FileManager.default.removeItem(atPath: aside) }
            #expect(try People.files(in: target, holding: Self.texts).isEmpty)
            #expect(try !People.files(in: target, holding: [People.key(18)]).isEmpty)
            #expect(try await Program.run(["audit", "verify"], in: target).status == 0)
            #expect(try await Program.run(["data", "list"], in: target).output.contains("599 rows"))
        }
    }
}

@Suite("Retention", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct RetentionTests {
    @Test("lets old rows go, keeps those of people who are held, and leaves a record of it") func runs() async throws {
        let folder = try await People.trained(settings: "retention: {predictions: 1h, labels: 400d}\n")
        let server = try await LiveServer(folder)
        let held = try await server.infer(incomes: [40], key: People.key(17))
        let other = try await server.infer(incomes: [41], key: People.key(18))
        let labels =
            [17, 18].map { "\(People.key($0)),yes,2020-01-01T00:00:00Z" } + [
                "\(People.key(19)),no,\(Timestamp(seconds: Date().timeIntervalSince1970))"
            ]
        try folder.write("labels.csv", (["id,late,known_at"] + labels).joined(separator: "\n") + "\n")
        #expect(try await folder.martlet("feedback", "import", "labels.csv").status == 0)
        #expect(await server.interrupt().status == 0)
        let hold = ["data", "hold", "--subject", People.key(17), "--because", "case 12"]
        #expect(try await Program.run(hold, in: folder.path).status == 0)
        try folder.replace("predictions: 1h", with: "predictions: 0.001s")
        let rehearsal = try await folder.martlet("data", "retain", "--dry-run", "--json").json
        #expect(rehearsal["predictions"]["removed"].int == 1 && rehearsal["labels"]["removed"].int == 1)
        let done = try await folder.martlet("data", "retain", "--yes", "--json").json
        #expect(done["predictions"]["removed"].int == 1 && done["predictions"]["held"].int == 1)
        #expect(done["labels"]["removed"].int == 1 && done["labels"]["held"].int == 1)
        #expect(try await folder.martlet("why", held[0]).status == 0)
        #expect(try await folder.martlet("why", other[0]).status == 1)
        let status = try await folder.martlet("data", "retain", "--status", "--json").json
        #expect(status["runs"].elements.first?["let_go"]["predictions"]["removed"].int == 1)
        #expect(status["oldest_label"].text?.hasPrefix("2020-01-01") == true)
        #expect(try await folder.martlet("audit", "verify").status == 0)
    }

    @Test("is done by a server as it starts, and refuses two settings that say the same") func served() async throws {
        let folder = try await People.trained(settings: "retention: {predictions: 0.001s}\n")
        for _ in 0..<2 {
            let server = try await LiveServer(folder)
            _ = try await server.infer(incomes: [40], key: People.key(17))
            #expect(await server.interrupt().status == 0)
        }
        #expect(try await folder.martlet("audit", "log").output.contains("data.retained"))
        #expect(try await folder.martlet("endpoint", "list", "--json").json.elements.first?["predictions"].int == 1)
        try folder.replace("key: id}", with: "key: id, log: {keep: 1d}}")
        let refused = try await folder.martlet("status")
        #expect(refused.status == 1 && refused.errors.contains("serving.log.keep"))
    }
}
