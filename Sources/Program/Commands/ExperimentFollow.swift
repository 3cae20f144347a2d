import ArgumentParser
import Database
import Experiments
import Pages
import Projects
import Support

extension ExperimentCommand {
    struct Follow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "follow",
            abstract: "Print what a run logs, as it comes, until it has ended.",
            discussion: """
                Points that are there already come first. With --json each point is one line: metric, step, at, value. Through a server the run's
                whole identifier is needed.
                """)

        @Argument(help: "The run's identifier, or its beginning.")
        var reference: String
        @Option(help: "Only this metric. May be given several times.")
        var metric: [String] = []
        @Flag(help: "Only what comes from now on.")
        var new = false
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let lines = FollowedLines(metrics: Set(metric), isJSON: options.json, console: .standard)
            let name = reference.hasPrefix("run:") ? String(reference.dropFirst("run:".count)) : reference
            if let server = try remote.server() {
                let since = new ? SystemClock().now() : Timestamp(microseconds: .min)
                return lines.end(try await server.follow(name, since: since, lines.print))
            }
            try await follow(name, in: options.open(), lines)
        }

        private func follow(_ name: String, in project: Project, _ lines: FollowedLines) async throws {
            let found = try project.database.read { try RunReader.runs(prefix: name, limit: 2, in: $0) }
            guard let first = found.first, found.count == 1 || first.id.rawValue == name else {
                throw MartletError(
                    .notFound, found.isEmpty ? "There is no run “\(name.prefix(60))”." : "Several runs begin with “\(name)”. Give more of it.")
            }
            var tail = RunTail(of: first, since: new ? project.clock.now() : Timestamp(microseconds: .min))
            while true {
                let (points, run, after) = try project.database.read { session in
                    var tail = tail
                    let run = try RunReader.run(first.id, in: session)
                    return (try tail.next(limit: 5000, in: session), run, tail)
                }
                tail = after
                for point in points.sorted(by: { ($0.at, $0.step) < ($1.at, $1.step) }) { lines.print(point.name, point.step, point.at, point.value) }
                guard points.isEmpty else { continue }
                guard let run, run.status == .running || run.status == .scheduled else { return lines.end(run?.status.rawValue ?? "interrupted") }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
}

/// The lines of a run that is followed.
struct FollowedLines: Sendable {
    let metrics: Set<String>
    let isJSON: Bool
    let console: Console

    func print(_ metric: String, _ step: Int64, _ at: Timestamp, _ value: Double) {
        guard metrics.isEmpty || metrics.contains(metric) else { return }
        guard !isJSON else {
            let line: JSONValue = [
                "metric": .string(metric), "step": .integer(step), "at": .string(at.description), "value": value.isNaN ? "NaN" : .number(value),
            ]
            return console.line(line.compact)
        }
        console.line("\(metric)  step \(step)  \(value.isNaN ? "not a number" : Figure.metric(value))")
    }

    func end(_ standing: String) {
        guard !isJSON else { return console.line((["status": .string(standing)] as JSONValue).compact) }
        console.line("The run has \(standing == "finished" ? "finished" : "ended: \(standing)").")
    }
}
