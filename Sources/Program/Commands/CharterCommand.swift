import Access
import ArgumentParser
import Events
import Planning
import Projects
import Support

struct CharterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charter", abstract: "Check and confirm the project's charter.", subcommands: [CheckCharter.self, Confirm.self])

    struct CheckCharter: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Read martlet.yaml and say what is wrong or unfinished, with line numbers.")

        @OptionGroup var remote: ServerOptions
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

    struct Confirm: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "confirm",
            abstract: "Record that you agree to the charter as it stands.",
            discussion: """
                The confirmation covers the charter's exact content and lapses when it changes. Bounds that a person chose count as green only
                then. It also puts the rule under promotion: in force; where that lets more through than the one before, an owner says so with
                --loosen.
                """)

        @Flag(help: "Put a rule of promotion in force that lets more through than the one before.")
        var loosen = false
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .charterConfirm }
        var rehearses: Bool { change.dryRun }

        func confirm() throws { try change.confirm("Do you agree to the charter as it stands in \(ProjectFile.name)?") }

        func run(on project: Project, console: Console) throws {
            try project.confirmCharter(loosens: loosen)
            let by = project.events.currentActor
            let facts: JSONValue = ["confirmed": true, "digest": .string(project.file.charterDigest), "by": .string(by)]
            guard !options.json else { return console.json(facts) }
            console.line("\(change.dryRun ? "Would be confirmed" : "Confirmed") by \(by): charter \(project.file.charterDigest.prefix(12)).")
        }
    }
}
