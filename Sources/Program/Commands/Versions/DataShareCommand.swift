import ArgumentParser
import Foundation
import Planning
import Support
import Versions

extension DataCommand {
    /// What commands that bring data from here to there take.
    struct ShareOptions: ParsableArguments {
        @Argument(help: "Tracked files or folders; all of them where they are left out.", completion: .file())
        var paths: [String] = []
        @Option(name: .shortAndLong, help: "The remote; the default one where it is left out.")
        var remote: String?
        @Option(name: .shortAndLong, help: "How many files go at once; what suits the remote where it is left out.")
        var jobs: Int?

        func validate() throws {
            if let jobs, !(1...64).contains(jobs) { throw ValidationError("--jobs is a number from 1 to 64.") }
        }
    }

    struct Push: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "push", abstract: "Bring data under version to the remote, where others fetch it.",
            discussion: """
                What is there already is not sent again. Files are sent before the folders that name them, so that a folder on the remote is whole.

                Examples:
                  martlet data remote add --default team s3://bucket/data
                  martlet data push
                """)

        @OptionGroup var share: ShareOptions
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let repository = try options.repository()
            let outputs = try TrackedTargets(repository: repository, folder: options.folder).outputs(share.paths)
            let progress = options.progress("sending")
            defer { progress.end() }
            let shared = try repository.push(outputs, to: share.remote, jobs: share.jobs, observer: progress.observer)
            progress.end()
            try SharedDataText(verb: "sent", preposition: "to").tell(shared, options)
        }
    }

    struct Fetch: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fetch", abstract: "Bring data from the remote into the cache; the folder stays as it is.",
            discussion: """
                Example:
                  martlet data fetch images
                """)

        @OptionGroup var share: ShareOptions
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let repository = try options.repository()
            let outputs = try TrackedTargets(repository: repository, folder: options.folder).outputs(share.paths)
            let progress = options.progress("fetching")
            defer { progress.end() }
            let shared = try repository.fetch(outputs, from: share.remote, jobs: share.jobs, observer: progress.observer)
            progress.end()
            try SharedDataText(verb: "fetched", preposition: "from").tell(shared, options)
        }
    }

    struct Pull: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pull", abstract: "Bring data from the remote, and into the folder: fetch and checkout.",
            discussion: """
                Examples:
                  git pull && martlet data pull
                  martlet data pull images --force    also where changes are lost that no version holds
                """)

        @OptionGroup var share: ShareOptions
        @Flag(help: "Go on where changes are lost that no version holds.")
        var force = false
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let repository = try options.repository()
            let outputs = try TrackedTargets(repository: repository, folder: options.folder).outputs(share.paths)
            let fetching = options.progress("fetching")
            defer { fetching.end() }
            let shared = try repository.fetch(outputs, from: share.remote, jobs: share.jobs, observer: fetching.observer)
            fetching.end()
            // What came whole is put in its place, also where other data could not be fetched.
            let failed = Set(shared.flatMap { $0.failed.map(\.output.path) })
            let writing = options.progress("writing")
            defer { writing.end() }
            let done = try repository.checkOut(outputs.filter { !failed.contains($0.path) }, force: force, observer: writing.observer)
            writing.end()
            try SharedDataText(verb: "fetched", preposition: "from", checkedOut: done).tell(shared, options)
        }
    }
}

/// What is said of data that was brought from here to there.
struct SharedDataText {
    let verb: String
    let preposition: String
    /// What was changed in the folder; nil where that is left alone.
    var checkedOut: [CheckedOut]?

    /// - Throws: the first of what could not be brought, when all is told.
    func tell(_ shared: [SharedData], _ options: GlobalOptions) throws(MartletError) {
        let console = Console.standard
        let failures = shared.flatMap(\.failed)
        if options.json { console.json(json(shared)) } else if !options.quiet { lines(shared).forEach { console.line($0) } }
        guard let first = failures.first else { return }
        for failure in failures.dropFirst() { console.note("\(failure.output.path): \(failure.error.message)") }
        throw MartletError(
            first.error.code, "\(first.output.path) could not be \(verb): \(first.error.message)", cause: first.error.cause)
    }

    private func lines(_ shared: [SharedData]) -> [String] {
        let console = Console.standard
        var lines = shared.map { item in
            let (moved, there) = (item.report.moved, item.report.present)
            let size = item.report.bytes > 0 ? ", \(ByteText.text(item.report.bytes))" : ""
            let present = there > 0 ? "\(moved > 0 ? "; " : "")\(there) \(there == 1 ? "was" : "were") there" : ""
            let what = moved > 0 ? "\(moved) \(moved == 1 ? "content" : "contents") \(verb) \(preposition) \(item.remote)\(size)" : ""
            let mark = item.failed.isEmpty ? console.mark(.green) : console.mark(.red)
            return "\(mark) \(what.isEmpty && present.isEmpty ? "Nothing to do" : what + present) (\(item.place))"
        }
        if shared.isEmpty { lines.append("No data is under version yet: martlet data add FILE.") }
        guard let checkedOut else { return lines }
        let changed = checkedOut.filter(\.isChanged)
        lines += changed.map { "  \($0.output.path)  \(OutputText.size($0.output))" }
        if changed.isEmpty, !checkedOut.isEmpty { lines.append("  The data in the folder is as its pointer files say.") }
        return lines
    }

    private func json(_ shared: [SharedData]) -> JSONValue {
        var facts: JSONValue = [
            "remotes": .array(
                shared.map { item in
                    [
                        "remote": .string(item.remote), "place": .string(item.place), "moved": JSONValue(item.report.moved),
                        "bytes": JSONValue(item.report.bytes), "present": JSONValue(item.report.present),
                        "failed": .array(item.failed.map { ["path": .string($0.output.path), "message": .string($0.error.message)] }),
                    ]
                })
        ]
        if let checkedOut { facts["outputs"] = .array(checkedOut.map(\.json)) }
        return facts
    }
}
