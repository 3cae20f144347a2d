import ArgumentParser
import Data
import Experiments
import Ingestion
import Planning
import Projects
import Registry
import Serving
import Support

struct StatusCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how the project stands: objectives, data, champion, and what to do next.")

    @OptionGroup var time: AsOfOptions
    @OptionGroup var remote: ServerOptions
    @OptionGroup var options: GlobalOptions

    var past: AsOfOptions? { time }

    func run(on project: Project, console: Console) throws {
        let status = try project.status()
        options.json ? console.json(status.json) : StatusText(status: status, console: console).print()
    }
}

/// The text of `martlet status`.
struct StatusText {
    let status: Status
    let console: Console

    func print() {
        console.line(console.paint(status.project, .bold) + ": \(status.purpose)")
        if let past = status.past { console.line(past.sentence) }
        console.line()
        if let tracking = status.tracking {
            printTracking(tracking)
        } else {
            printObjectives()
            printThings()
        }
        guard !status.next.isEmpty else { return }
        console.line()
        console.line("Next:")
        var table = TextTable()
        for (command, why) in status.next { table.add(console.paint(command, .bold), why) }
        table.lines().forEach { console.line($0) }
    }

    private func printObjectives() {
        if status.objectives.isEmpty, status.kind == .lifecycle { console.line("  No objectives yet: add them to the charter in martlet.yaml.") }
        var table = TextTable()
        for state in status.objectives {
            let value = state.measured?.measurement.map(StatusText.text) ?? "–"
            table.add(mark(state.verdict), state.objective.id, state.objective.sentence, value)
        }
        for state in status.tests { table.add(mark(state.last.verdict), state.last.objective, "the tests of the step “\(state.step)” pass", "") }
        table.lines().forEach { console.line($0) }
        for state in status.objectives where state.verdict != .green { console.line("    \(state.objective.id): \(state.reason)") }
        for state in status.tests where state.last.verdict != .green { console.line("    \(state.last.objective): \(state.reason)") }
    }

    private func printTracking(_ tracking: Status.Tracking) {
        var table = TextTable()
        table.add("experiments", "\(tracking.experiments)", tracking.runSentence)
        table.add("models", "\(tracking.models.count)", tracking.models.prefix(5).joined(separator: ", ") + (tracking.models.count > 5 ? ", …" : ""))
        table.lines().forEach { console.line($0) }
    }

    private func printThings() {
        console.line()
        var table = TextTable()
        if let data = status.dataset { table.add("data", data.reference.description, "\(data.rows) rows, \(data.created.date)") }
        for report in status.sources { table.add("source", report.source.name, report.remark) }
        if let champion = status.champion {
            table.add("champion", champion.reference.description, status.championMove.map { "since \($0.at.date), by \($0.actor)" } ?? "")
        } else {
            table.add(
                "champion", "none",
                status.latest == nil
                    ? "no model was trained yet" : status.waiting.isEmpty ? "no version has passed the gate" : "a version waits for approval")
        }
        if status.lostRows > 0 {
            table.add("log", "\(status.lostRows) rows lost", "answered just before a server was killed; log: durable loses none")
        }
        if let traffic = status.traffic { table.add("traffic", traffic.sentence, "since \(traffic.since.date); see martlet endpoint traffic") }
        if let run = status.run { table.add("last run", "run:\(run.id.rawValue.prefix(12))", "\(run.status.rawValue), \(run.started)") }
        table.lines().forEach { console.line($0) }
    }

    private func mark(_ verdict: Verdict) -> String { console.mark(verdict) }

    /// `0.9271 [0.9231, 0.9309]`.
    static func text(_ measurement: Measurement) -> String {
        let value = Objective.text(measurement.value)
        guard let lower = measurement.lower, let upper = measurement.upper else { return value }
        return "\(value) [\(Objective.text(lower)), \(Objective.text(upper))]"
    }
}

extension Console {
    /// A verdict as a sign and a colour: never a colour alone.
    func mark(_ verdict: Verdict) -> String {
        switch verdict {
        case .green: paint("✓", .green)
        case .yellow: paint("!", .yellow)
        case .red: paint("✗", .red)
        }
    }
}
