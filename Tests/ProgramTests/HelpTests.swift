import Foundation
import TestSupport
import Testing

@Suite("Help", .enabled(if: Program.isBuilt, "\(Program.absence)"), .inTurns) struct HelpTests {
    static let commands = [
        "", "init", "run", "status", "serve", "predict", "show", "why", "check", "doctor", "demo", "charter", "charter check", "charter confirm",
        "data", "data list",
        "data profile", "model", "model list", "model promote", "model rollback", "model history", "model card", "endpoint", "endpoint list",
        "feedback",
        "feedback import", "monitor", "monitor drift", "user", "user add", "user list", "user rm", "user password", "token", "token add",
        "token list",
        "token rm", "role", "role list", "role add", "role rm",
        "backup", "backup create", "backup list", "backup verify", "backup restore", "upgrade", "secret", "secret set", "secret list", "secret rm",
    ]

    @Test("of every command stands in a golden file", arguments: commands) func golden(command: String) async throws {
        let folder = try TemporaryFolder()
        let words = command.split(separator: " ").map(String.init)
        let help = try await Program.run(words + ["--help"], in: folder.path)
        #expect(help.status == 0)
        #expect(help.errors.isEmpty)
        #expect(try differenceFromGolden(help.output, "help/\(words.isEmpty ? "martlet" : words.joined(separator: "-")).txt") == nil)
    }

    @Test("names no command that has no golden file") func complete() async throws {
        let folder = try TemporaryFolder()
        var found: [String] = []
        var waiting = [[String]()]
        while let words = waiting.popLast() {
            found.append(words.joined(separator: " "))
            let text = try await Program.run(words + ["--help"], in: folder.path).output
            waiting += Self.subcommands(in: text).map { words + [$0] }
        }
        #expect(Set(found) == Set(Self.commands))
    }

    /// The names in the lists of subcommands.
    private static func subcommands(in help: String) -> [String] {
        var names: [String] = []
        var isList = false
        for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
            if !line.hasPrefix(" ") { isList = line.hasSuffix("SUBCOMMANDS:") }
            guard isList, line.hasPrefix("  "), !line.hasPrefix("   "), let name = line.split(separator: " ").first, name != "See" else { continue }
            names.append(String(name))
        }
        return names
    }

    @Test(
        "A wrong option is a matter of usage: exit code 2, and nothing on standard output",
        arguments: [["run", "--frce"], ["fly"], ["show"], ["serve", "--port", "70000"]])
    func usage(arguments: [String]) async throws {
        let folder = try TemporaryFolder()
        let outcome = try await Program.run(arguments, in: folder.path)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("Error:") || outcome.errors.contains("error:"))
    }

    @Test("A folder without a project says how to make one") func noProject() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await folder.martlet("status")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("martlet init DATA --target COLUMN"))
        #expect(!folder.has(".martlet"))
    }
}
