import Foundation
import TestSupport
import Testing

@Suite("Help", .enabled(if: Program.isBuilt, "\(Program.absence)"), .inTurns) struct HelpTests {
    @Test("of every command stands in a golden file, and no file is left of a command that is gone") func golden() async throws {
        let folder = try TemporaryFolder()
        var files: Set<String> = []
        var waiting = [[String]()]
        while let words = waiting.popLast() {
            let help = try await Program.run(words + ["--help"], in: folder.path)
            #expect(help.status == 0 && help.errors.isEmpty)
            let file = (words.isEmpty ? "martlet" : words.joined(separator: "-")) + ".txt"
            #expect(try differenceFromGolden(help.output, "help/\(file)") == nil)
            files.insert(file)
            waiting += Self.subcommands(in: help.output).map { words + [$0] }
        }
        let there = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden/help").path(percentEncoded: false)
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: there)) == files)
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
