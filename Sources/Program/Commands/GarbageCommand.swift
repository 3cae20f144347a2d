import Access
import ArgumentParser
import Monitoring
import Projects
import Support

struct GarbageCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Remove for good what was deleted, and stored files that nothing refers to.",
        discussion: """
            Runs and experiments that were deleted can be restored until this removes them; deleted logged models and versions are there, unseen.
            With them go their points, parameters, tags and artifacts; a file that something else refers to stays. A run stays as long as a
            registered version came from it. A version that ever had an alias, was judged or put up for approval stays as evidence, and so does
            all that the project's pipeline made.

            Servers, runs and clients go on meanwhile; killed at any moment, the next one goes on. Room in the database is used again by what
            comes next. Backups keep what they hold. The record of events says what went.

            Examples:
              martlet gc --dry-run
              martlet gc --older-than 7d --yes
            """)

    @Option(help: "For how long something was deleted before it goes: 30d, 12h.")
    var olderThan = "30d"
    @Option(
        help: "For how long a file that nothing refers to stays after it was stored, at least 1m: whoever stored it may be about to refer to it.")
    var spare = "1d"
    @OptionGroup var change: ChangeOptions
    @OptionGroup var remote: ServerOptions
    @OptionGroup var options: GlobalOptions

    var permission: Permission { .dataErase }
    var rehearses: Bool { change.dryRun }

    func confirm() throws { try change.confirm("Remove for good what was deleted at least \(olderThan) ago? It cannot be undone.") }

    func run(on project: Project, console: Console) throws {
        let age = try LookBack.seconds(olderThan)
        let young = try LookBack.seconds(spare)
        guard young >= 60 else { throw MartletError(.usage, "--spare is at least 1m: what a client is storing now must not be taken from it.") }
        let progress = CollectionProgress(
            console: console, isQuiet: options.quiet || options.json, interruption: console.isCollected ? nil : Interruption())
        let report = try project.collect(olderThan: age, sparing: young, isRehearsal: change.dryRun, observer: progress)
        console.rewrite("")
        if options.json { console.json(report.json) } else { CollectionText(report: report, spare: spare, console: console).print() }
        if report.isStopped { throw ExitCode(1) }
    }
}

/// What went, for a person.
private struct CollectionText {
    let report: CollectionReport
    let spare: String
    let console: Console

    func print() {
        var table = TextTable()
        for (count, noun) in [
            (report.runs, "run"), (report.models, "logged model"), (report.versions, "model version"), (report.experiments, "experiment"),
        ] where count > 0 { table.add("\(noun)s", "\(count)") }
        if report.batches > 0 { table.add("batches of sources", "\(report.batches)") }
        if report.points > 0 { table.add("points of metrics", "\(report.points)") }
        if report.artifacts > 0 { table.add("artifacts", "\(report.artifacts)") }
        if report.files > 0 { table.add("stored files", "\(report.files), \(ByteText.text(report.bytes))") }
        if report.unfinished > 0 { table.add("unfinished files", "\(report.unfinished)") }
        let ending = report.isStopped ? "Stopped; this is gone for good:" : "This is gone for good:"
        console.line(report.isEmpty ? "There is nothing to remove." : report.isRehearsal ? "This would go; nothing was changed." : ending)
        table.lines().forEach { console.line($0) }
        let kept = report.kept
        let staying = [
            (kept.runs, "run"), (kept.models, "logged model"), (kept.versions, "model version"), (kept.experiments, "experiment"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        if !staying.isEmpty { console.line("Deleted, and kept because something stands on them: \(staying.joined(separator: ", ")).") }
        guard report.spared > 0 else { return }
        console.line(
            "\(report.spared) loose \(report.spared == 1 ? "file" : "files") (\(ByteText.text(report.sparedBytes))) stored within the last \(spare): a later gc takes them."
        )
    }
}

/// Shows how far a collection has come on a line of the terminal, and stops it on Ctrl-C.
private struct CollectionProgress: CollectionObserver {
    let console: Console
    let isQuiet: Bool
    /// nil in a server, which has its own.
    let interruption: Interruption?

    func reached(_ report: CollectionReport) {
        if !isQuiet { console.rewrite("  … \(report.runs) runs, \(report.points) points, \(report.files) files, \(ByteText.text(report.bytes))") }
    }

    var isCancelled: Bool { interruption?.isAsked ?? false }
}
