import ArgumentParser
import Foundation
import Support

/// Options of commands that change something.
struct ChangeOptions: ParsableArguments {
    @Flag(help: "Say what would happen, and change nothing.")
    var dryRun = false

    @Flag(help: "Do not ask first, as a script is not asked.")
    var yes = false

    /// Asks a person at a terminal whether to go on. Scripts, `--yes` and `--dry-run` are not asked.
    /// - Throws: `cancelled` where the answer is not yes.
    func confirm(_ question: String) throws(MartletError) {
        guard !yes, !dryRun, isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return }
        Console.standard.prompt("\(question) [y/N] ")
        let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased() ?? ""
        guard ["y", "yes"].contains(answer) else { throw MartletError(.cancelled, "Nothing was changed.") }
    }
}
