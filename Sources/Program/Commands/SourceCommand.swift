import Access
import ArgumentParser
import Data
import Digests
import Ingestion
import Planning
import Projects
import Support

struct SourceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source", abstract: "Bring rows in from databases, addresses, object stores and streams.",
        discussion: """
            A source is described in martlet.yaml, under data.sources, and read as source:NAME:

              data:
                sources:
                  loans: {postgres: secret://loans-db, query: SELECT * FROM loans, watermark: changed, key: id, fresh: 1d}
                source: {train: source:loans}

            What came is kept in batches. Each row comes exactly once, whatever is killed when; “martlet run” fetches first.
            """, subcommands: [List.self, Show.self, Test.self, Sync.self, Check.self])

    /// The sources that are meant: one, or all.
    static func chosen(_ name: String?, _ project: Project) throws -> [NamedSource] {
        guard let name else { return project.file.data.sources }
        return [try project.source(name)]
    }

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the sources: how many rows came, and how fresh they are.")

        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let reports = try project.file.data.sources.map { try project.report(on: $0) }
            guard !options.json else { return console.json(.array(reports.map(\.json))) }
            guard !reports.isEmpty else { return console.line("There is no source: describe one under data.sources in martlet.yaml.") }
            var table = TextTable(rows: [["source", "kind", "rows", "size", "newest", ""]], rightAligned: [2, 3])
            for report in reports {
                table.add(
                    report.source.name, report.source.kind, report.rows.map { "\($0)" } ?? "", ByteText.text(report.bytes),
                    report.freshness.newest?.description ?? "nothing came yet", report.remark)
            }
            table.lines(indent: "").forEach { console.line($0) }
        }
    }

    struct Show: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a source: what was agreed about it, and its batches.")

        @Argument(help: "The name of the source.")
        var name: String
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let report = try project.report(on: project.source(name))
            guard !options.json else { return console.json(report.json) }
            var table = TextTable()
            for (label, value) in report.facts { table.add(label, value) }
            table.lines(indent: "").forEach { console.line($0) }
            guard !report.batches.isEmpty else { return }
            console.line()
            var batches = TextTable(rows: [["batch", "came", "rows", "size", "file", ""]], rightAligned: [0, 2, 3])
            for batch in report.batches.suffix(20) {
                batches.add(
                    "\(batch.sequence)", batch.at.description, batch.rows.map { "\($0)" } ?? "", ByteText.text(batch.bytes), batch.name,
                    batch.digest.short)
            }
            batches.lines(indent: "").forEach { console.line($0) }
            if report.batches.count > 20 { console.line("\(report.batches.count - 20) earlier batches are not shown; --json has all.") }
        }
    }

    struct Test: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "test", abstract: "Ask whether a source can be reached, and what it has. Nothing is fetched.")

        @Argument(help: "The name of the source; all of them where it is left out.")
        var name: String?
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .dataWrite }

        func run(on project: Project, console: Console) throws {
            var (answers, failed) = ([JSONValue](), false)
            for source in try SourceCommand.chosen(name, project) where source.isPulled {
                do {
                    let sentence = try project.probe(source)
                    answers.append(["source": .string(source.name), "answers": true, "sentence": .string(sentence)])
                    if !options.json { console.line("\(console.mark(.green)) \(source.name): \(sentence)") }
                } catch {
                    failed = true
                    answers.append([
                        "source": .string(source.name), "answers": false, "sentence": .string(error.message), "cause": JSONValue(error.cause),
                    ])
                    if !options.json { console.line("\(console.mark(.red)) \(source.name): \(error.message)\(error.cause.map { " (\($0))" } ?? "")") }
                }
            }
            if options.json { console.json(.array(answers)) }
            if failed { throw ExitCode(1) }
        }
    }

    struct Sync: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "sync", abstract: "Fetch what is new.",
            discussion: """
                Addresses and objects are fetched where they changed; queries with a watermark bring the rows beyond the last; streams what was not
                acknowledged. Killed at any moment, the next call goes on.

                Examples:
                  martlet source sync
                  martlet source sync loans
                  martlet source sync loans --restart    all anew: after its columns changed; not for streams
                """)

        @Argument(help: "The name of the source; all of them where it is left out.")
        var name: String?
        @Flag(help: "Fetch all anew, in place of what came before.")
        var restart = false
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { .dataWrite }

        func run(on project: Project, console: Console) throws {
            var (outcomes, failure) = ([JSONValue](), MartletError?.none)
            let sources = try SourceCommand.chosen(name, project).filter { name != nil || ($0.isPulled && (!restart || $0.canRestart)) }
            if sources.isEmpty { console.line("There is no source to fetch: describe one under data.sources in martlet.yaml.") }
            for source in sources {
                do {
                    let isQuiet = options.quiet || options.json
                    let outcome = try project.fetch(source, restarts: restart) { if !isQuiet { console.rewrite("  … \(source.name): \($0)") } }
                    console.rewrite("")
                    outcomes.append(outcome.json)
                    if !options.json { console.line("\(console.mark(.green)) \(source.name): \(outcome.sentence)") }
                } catch {
                    console.rewrite("")
                    if sources.count == 1 { throw error }
                    outcomes.append(["source": .string(source.name), "error": .string(error.message)])
                    if !options.json { console.line("\(console.mark(.red)) \(source.name): \(error.message)\(error.cause.map { " (\($0))" } ?? "")") }
                    failure = failure ?? error
                }
            }
            if options.json { console.json(.array(outcomes)) }
            if let failure { throw ExitCode(failure.exitCode) }
        }
    }

    struct Check: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Tell which sources are older than agreed; the exit code is 1 where one is.")

        @Argument(help: "The name of the source; all of them where it is left out.")
        var name: String?
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let reports = try SourceCommand.chosen(name, project).map { try project.report(on: $0) }.filter { $0.freshness.holds != nil }
            if options.json { console.json(.array(reports.map(\.json))) }
            if !options.json, reports.isEmpty { console.line("No source says how fresh it must be: “fresh: 1d” in data.sources.") }
            if !options.json {
                for report in reports {
                    console.line("\(console.mark(report.freshness.holds == true ? .green : .red)) \(report.source.name): \(report.freshnessSentence)")
                }
            }
            if reports.contains(where: { $0.freshness.holds == false }) { throw ExitCode(1) }
        }
    }
}
