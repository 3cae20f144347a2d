import Access
import ArgumentParser
import Audit
import Events
import Projects
import Support

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read, check, export and anchor the record of what happened.",
        subcommands: [Log.self, Verify.self, Anchors.self, Export.self])

    struct Log: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "log",
            abstract: "List what happened, newest first: who did what to what.",
            discussion: """
                Examples:
                  martlet audit log --since 7d --kind model
                  martlet audit log --actor ann --subject model:churn@v3
                  martlet audit log --kind access.denied --limit 10
                """)

        @Option(help: "Not before: 7d for a week ago, or a moment such as 2026-11-23.")
        var since: String?
        @Option(help: "Who did it.")
        var actor: String?
        @Option(help: "What was done: model.promoted, or model for all that is done to models.")
        var kind: String?
        @Option(help: "What it was done to: model:NAME@v3, user:NAME.")
        var subject: String?
        @Option(help: "The most that are listed.")
        var limit: Int = 50
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .auditRead }

        func validate() throws {
            guard limit > 0 else { throw ValidationError("--limit is at least 1.") }
        }

        func run(on project: Project, console: Console) throws {
            let from = try since.map { try Past.moment($0, now: project.clock.now()) }
            let events = try project.events.find(EventFilter(since: from, actor: actor, kind: kind, subject: subject), limit: limit)
            guard !options.json else { return console.json(.array(events.map(\.json))) }
            guard !events.isEmpty else { return console.line("Nothing of that kind is recorded.") }
            var table = TextTable()
            table.rightAligned = [0]
            for event in events {
                table.add(
                    String(event.sequence), event.at.description, event.actor.onOneLine, event.kind.onOneLine, event.subject.onOneLine,
                    AuditText.detail(event.body))
            }
            table.lines().forEach { console.line($0) }
        }
    }

    struct Verify: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Check that no record was changed, removed, added or moved, and that none is missing at the end.",
            discussion: """
                Follows the chain of hashes from the first record to the last, and holds it against the head that is kept beside the database and
                against every anchor that can be reached. Then holds aliases, roles and the charter's confirmation in the database against what the
                record tells. Ends with exit code 1, the number of the first bad record and the reason, where something does not fit.
                docs/trust.md says what this proves and what it cannot.
                """)

        @Option(help: "A file with anchors, besides those that the project knows of.", completion: .file())
        var file: [String] = []
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .auditRead }
        var namesLocalFiles: Bool { !file.isEmpty }

        func run(on project: Project, console: Console) throws {
            let audit = try project.verifyRecord(files: file)
            options.json ? console.json(audit.json) : AuditText.print(audit, console)
            if !audit.holds { throw ExitCode(1) }
        }
    }

    struct Export: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write the whole record, one event a line, oldest first.",
            discussion: """
                Formats: jsonl, our own JSON with the hashes; ecs, the Elastic Common Schema.

                Example:
                  martlet audit export --format ecs -o audit.ndjson
                """)

        @Option(help: "jsonl or ecs.")
        var format: AuditFormat = .jsonl
        @Option(name: .shortAndLong, help: "The file; standard output where it is left out.", completion: .file())
        var output: String?
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .auditRead }
        var namesLocalFiles: Bool { output != nil }

        func run(on project: Project, console: Console) throws {
            guard let output else {
                return try project.events.forEach { console.json(text: format.line($0, project: project.file.project)) }
            }
            let count = try project.exportRecord(format, to: output)
            options.json ? console.json(["file": .string(output), "events": JSONValue(count)]) : console.line("\(count) events in \(output).")
        }
    }
}

extension AuditFormat: ExpressibleByArgument {}

/// The text of what an audit found.
enum AuditText {
    static func print(_ audit: RecordAudit, _ console: Console) {
        let head = audit.head.map { ", head \($0.hash)" } ?? ""
        if let fault = audit.fault {
            console.line("\(console.paint("✗", .red)) Record \(fault.sequence) is the first bad one: \(fault.reason.onOneLine)")
            console.line("  \(audit.records) records before it follow from each other\(head).")
        } else {
            console.line("\(console.paint("✓", .green)) \(audit.records) records hold\(head).")
        }
        audit.discrepancies.forEach { console.line("\(console.paint("✗", .red)) \($0.onOneLine)") }
        for finding in audit.anchors { console.line("  \(text(finding, console))") }
        audit.notes.forEach { console.line("  \($0)") }
    }

    private static func text(_ finding: AnchorFinding, _ console: Console) -> String {
        let anchor = finding.anchor
        let (mark, verdict) =
            switch finding.state {
            case .matches: (console.paint("✓", .green), "matches")
            case .differs: (console.paint("✗", .red), "does not match")
            case .unreachable: (console.paint("!", .yellow), "says nothing")
            }
        return
            "\(mark) record \(anchor.head.sequence) in \(anchor.placeText.onOneLine), \(anchor.at): \(verdict)\(finding.note.map { ". \($0)" } ?? "")"
    }

    /// What a person wants to read of an event's body: its reason, or all of it in short.
    static func detail(_ body: JSONValue) -> String { String(told(body, or: body.compact).onOneLine.prefix(120)) }

    /// What the page shows before all of a body: its reason, where there is one.
    static func summary(_ body: JSONValue) -> String { String(told(body, or: "").prefix(200)) }

    private static func told(_ body: JSONValue, or rest: String) -> String {
        body["reason"].text ?? body["reasons"].elements.first?.text ?? body["error"].text ?? (body.members.isEmpty ? "" : rest)
    }
}
