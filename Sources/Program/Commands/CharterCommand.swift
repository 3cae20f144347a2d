import ArgumentParser
import Planning
import Projects
import Support

struct CharterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charter", abstract: "Check and confirm the project's charter.", subcommands: [CheckCharter.self, Confirm.self])

    struct CheckCharter: ReadingCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Read martlet.yaml and say what is wrong or unfinished, with line numbers.")

        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let findings = try project.charterFindings()
            let confirmed = try project.isCharterConfirmed()
            guard !options.json else {
                return console.json(["valid": true, "confirmed": .bool(confirmed), "findings": JSONValue(findings)])
            }
            console.line("\(ProjectFile.name) is valid: \(project.file.charter.objectives.count) objectives, \(project.file.pipeline.count) steps.")
            findings.forEach { console.line("  ! \($0)") }
            if !confirmed { console.line("  ! No person has confirmed it yet: martlet charter confirm") }
        }
    }

    struct Confirm: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record that you agree to the charter as it stands.",
            discussion:
                "The confirmation covers the charter's exact content and lapses when it changes. Bounds that a person chose count as green only then."
        )

        @OptionGroup var change: ChangeOptions
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let project = try options.open(rehearses: change.dryRun)
            try change.confirm("Do you agree to the charter of \(project.file.project) as it stands in \(ProjectFile.name)?")
            try project.confirmCharter()
            let facts: JSONValue = ["confirmed": true, "digest": .string(project.file.charterDigest), "by": .string(GlobalOptions.actor)]
            options.json
                ? Console.standard.json(facts)
                : Console.standard.line(
                    "\(change.dryRun ? "Would be confirmed" : "Confirmed") by \(GlobalOptions.actor): charter \(project.file.charterDigest.prefix(12))."
                )
        }
    }
}
