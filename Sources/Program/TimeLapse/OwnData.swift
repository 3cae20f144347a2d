import Foundation
import Objects
import Projects
import Support

/// The lifecycle on a table of the user's own: init, run, and what came of it.
struct OwnData {
    let folder: String

    func play(data: String, target: String) throws {
        let console = Console.standard
        let path = URL(fileURLWithPath: data).standardizedFileURL.path
        try makeFolder(folder)
        let file = "\(folder)/\(ProjectFile.name)"
        if FileManager.default.fileExists(atPath: file) {
            console.line("Using \(file), which is there already.")
        } else {
            let made = try ProjectTemplate.make(
                ProjectTemplate.Request(folder: folder, data: [path], target: target), engines: TimeLapse.engines(folder))
            made.sentences.forEach { console.line("  \($0)") }
        }
        let project = try Project(root: folder, clock: SystemClock(), engines: TimeLapse.engines(folder), actor: GlobalOptions.actor)
        let outcome = try project.run(step: nil, force: false, observer: RunProgress(console: console, isQuiet: false))
        for row in outcome.leaderboard?.rows ?? [] {
            console.line("  \(row.step): \(outcome.leaderboard?.metric ?? "") \(StatusText.text(row.measurement))")
        }
        guard let gate = outcome.gate, !gate.passed else { return }
        console.line("The gate refuses \(gate.version): \(gate.reasons.joined(separator: " "))")
        guard gate.champion == nil else { return }
        throw MartletError(.refused, "There is no champion to serve. Look at \(file): the charter's objectives decide.")
    }
}
