import Access
import ArgumentParser
import Planning
import Projects
import Support

extension DataCommand {
    struct Erase: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "erase",
            abstract: "Find a person and remove them from everything that Martlet keeps.",
            discussion: """
                The key is what the key column of the data and the requests carry. Rows go from dataset versions, the prediction log, labels,
                profiles and what runs left; a tombstone stays, so that “martlet why” answers “erased on … because …”. Your own files are never
                edited: while one of them still holds the person, its lines are named and the command ends with exit code 1.

                Models that learnt from the rows stay as they are and are listed: retraining is your decision. Backups from before hold the
                person until --keep lets them go; restoring one repeats the erasure. What was begun and killed is gone on with by the next call.

                Examples:
                  martlet data erase --subject C-1042 --because "request of 3 May" --dry-run
                  martlet data erase --subject C-1042 --because "request of 3 May" --yes
                """)

        @Option(help: "The person's key.")
        var subject: String
        @Option(help: "Why, for the record; do not name the person in it.")
        var because: String
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .dataErase }
        var rehearses: Bool { change.dryRun }

        func confirm() throws { try change.confirm("Erase everything of this subject? It cannot be undone.") }

        func run(on project: Project, console: Console) throws {
            let report = try project.erase(subject, because: because, isRehearsal: change.dryRun)
            options.json ? console.json(report.json) : ErasureText(report: report, console: console).print()
            if report.state == .pending { throw ExitCode(1) }
        }
    }

    struct Hold: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "hold",
            abstract: "Hold a person: nothing of theirs is erased or let go until they are released.",
            discussion: "An erasure of somebody who is held is refused with the reason, and recorded. Retention passes their rows over.")

        @Option(help: "The person's key.")
        var subject: String
        @Option(help: "Why, for the record; do not name the person in it.")
        var because: String
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .dataErase }
        var rehearses: Bool { change.dryRun }

        func run(on project: Project, console: Console) throws {
            let hold = try project.hold(subject, because: because)
            guard !options.json else { return console.json(hold.json) }
            console.line(change.dryRun ? "That subject would be held." : "That subject is held since \(hold.at).")
        }
    }

    struct Holds: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "holds", abstract: "List who is held against erasure, and why.")

        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .dataErase }

        func run(on project: Project, console: Console) throws {
            let holds = try project.holds()
            guard !options.json else { return console.json(.array(holds.map(\.json))) }
            guard !holds.isEmpty else { return console.line("Nobody is held.") }
            var table = TextTable()
            for hold in holds { table.add(hold.key, hold.at.description, hold.actor, hold.reason) }
            table.lines().forEach { console.line($0) }
        }
    }

    struct Release: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "release", abstract: "End a hold: the person can be erased again.")

        @Option(help: "The person's key.")
        var subject: String
        @Option(help: "Why, for the record; do not name the person in it.")
        var because: String
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .dataErase }
        var rehearses: Bool { change.dryRun }

        func confirm() throws { try change.confirm("Release this subject? Retention and erasure apply to them again.") }

        func run(on project: Project, console: Console) throws {
            try project.release(subject, because: because)
            guard !options.json else { return console.json(["released": .bool(!change.dryRun)]) }
            console.line(change.dryRun ? "That subject would be released." : "That subject is released.")
        }
    }
}

/// What an erasure found, for a person.
struct ErasureText {
    let report: ErasureReport
    let console: Console

    func print() {
        switch report.state {
        case .nothing: console.line("Nothing of that subject is here." + (report.erasure.map { " It was \($0.sentence)." } ?? ""))
        case .found: console.line("This would go; nothing was changed.")
        case .pending, .done:
            console.line(report.isEmpty ? "Nothing more of that subject is in what Martlet keeps." : "Gone, and in its place a tombstone:")
        }
        counts()
        if !report.models.isEmpty {
            console.line(
                "These learnt from, were chosen by or were tested on the rows, and stay as they are: \(report.models.joined(separator: ", ")).")
            console.line("Whether to train anew without the rows is your decision: “martlet run” once the source is clean.")
        }
        for sentence in report.left { console.line(sentence) }
        for source in report.sources where !source.lines.isEmpty {
            let lines = source.lines.prefix(20).map(String.init).joined(separator: ", ")
            console.line(
                "\(console.mark(.red)) \(source.file) still holds the subject in \(source.lines.count == 1 ? "line" : "lines") \(lines)\(source.lines.count > 20 ? ", ..." : ""). Remove it there and run this again."
            )
        }
        for folder in report.backups { console.line("Backups from before in \(folder) hold the subject until --keep lets them go.") }
        if report.state == .pending { console.line("The erasure is pending until then.") }
    }

    private func counts() {
        var table = TextTable()
        if report.predictions > 0 { table.add("predictions", "\(report.predictions)") }
        if report.labels > 0 { table.add("labels", "\(report.labels)") }
        for dataset in report.datasets { table.add(dataset.reference, dataset.rows == 1 ? "1 row" : "\(dataset.rows) rows") }
        for batch in report.batches { table.add("source:\(batch.source)", batch.rows == 1 ? "1 row" : "\(batch.rows) rows") }
        if report.objects > 0 { table.add("other stored objects", "\(report.objects)") }
        table.lines().forEach { console.line($0) }
    }
}
