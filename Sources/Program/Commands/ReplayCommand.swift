import Access
import ArgumentParser
import Foundation
import Projects
import Support

struct ReplayCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Ask a version what others were asked, before anybody depends on it.",
        discussion: """
            Runs the rows of the prediction log through a version, in batches and on all cores, and reports how its answers differ from those
            that were given, how good both are where labels have come, what it takes for a row, and each production objective of the charter
            judged on its answers. Nobody sees its answers, and nothing is added to the log; that it was done is recorded.

            A row differs by the greatest difference among its scores. Batches may be rounded otherwise than single rows by an engine that
            multiplies matrices; trees give the same to the last bit. Times compare like with like only where it says so: a request that was
            logged also had to be read, checked and written.

            Rows that cannot be asked are counted with the reason: the log lacks an input, or holds it hashed. Exit code 1 where an objective
            does not hold on the version's answers.

            Examples:
              martlet replay model:churn@v7                         the last 24 hours
              martlet replay model:churn@v7 --window 30d --limit 100000
              martlet replay model:churn@v7 --from 2026-11-01 --to 2026-11-08 --json
            """)

    @Argument(help: "The version: model:NAME@v7.")
    var reference: String
    @Option(help: "How far back: 24h, 30d.")
    var window: String?
    @Option(help: "From when on: 2026-11-23T21:36:00Z, 2026-11-23 (its beginning in UTC), or 7d for a week ago.")
    var from: String?
    @Option(help: "Up to when; now where it is left out.")
    var to: String?
    @Option(help: "Whose log; the project's endpoint where it is left out.")
    var endpoint: String?
    @Option(help: "At most so many rows, the newest.")
    var limit: Int?
    @Option(help: "From which difference on a row is counted as moved: of a probability, or as a share of a value.")
    var beyond = 0.05
    @OptionGroup var remote: ServerOptions
    @OptionGroup var options: GlobalOptions

    var permissions: [Permission] { [.projectRead, .predictionCreate] }

    func validate() throws {
        guard window == nil || from == nil else { throw ValidationError("Take --window or --from: each says where to begin.") }
        guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit is at least 1.") }
        guard beyond >= 0, beyond.isFinite else { throw ValidationError("--beyond is a difference of at least 0.") }
    }

    func run(on project: Project, console: Console) throws {
        var wish = ReplayWish(reference, endpoint: endpoint, period: try period(project.clock.now()), limit: limit)
        wish.threshold = beyond
        // A server has others to answer.
        wish.threads = console.isCollected ? 1 : Processors.available
        let progress = ReplayProgress(
            console: console, isQuiet: options.quiet || options.json, interruption: console.isCollected ? nil : Interruption())
        let report: ReplayReport
        do { report = try project.replay(wish, observer: progress) } catch {
            console.rewrite("")
            throw error
        }
        console.rewrite("")
        if options.json { console.json(report.json) } else { ReplayText(report: report, console: console).print() }
        if report.isRefused { throw ExitCode(1) }
    }

    private func period(_ now: Timestamp) throws(MartletError) -> Range<Timestamp> {
        let end = try to.map { to throws(MartletError) in try Past.moment(to, now: now) } ?? now.advanced(bySeconds: 1)
        let start: Timestamp
        if let from {
            start = try Past.moment(from, now: now)
        } else {
            start = end.advanced(bySeconds: -(try LookBack.seconds(window ?? "24h")))
        }
        guard start < end else { throw MartletError(.usage, "\(start) is not before \(end): there is nothing between them.") }
        return start..<end
    }
}

/// Shows how far a replay has come on a line of the terminal, and stops it on Ctrl-C.
private struct ReplayProgress: ReplayObserver {
    let console: Console
    let isQuiet: Bool
    /// nil in a server, which has its own.
    let interruption: Interruption?

    func reached(_ rows: Int, of total: Int) { if !isQuiet { console.rewrite("  … \(rows) of \(total) rows") } }

    var isCancelled: Bool { interruption?.isAsked ?? false }
}
