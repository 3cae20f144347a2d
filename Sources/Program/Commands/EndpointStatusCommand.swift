import ArgumentParser
import Projects
import Serving
import Support

extension EndpointCommand {
    struct Status: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Show what a running endpoint does: requests a second, times, errors, what waits.",
            discussion: """
                The figures are those of the server's process, so it is asked with --url. With --json they come with the last ten minutes in slots of
                two seconds, each version apart; the page of the endpoint draws them as they come.

                Examples:
                  martlet endpoint status --url http://127.0.0.1:8080
                  martlet endpoint status --url http://127.0.0.1:8080 --json
                """)

        @Argument(help: "The endpoint's name; all of them where it is left out.")
        var name: String?
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let answering = project.logs.answering
            guard !answering.isEmpty else {
                throw MartletError(
                    .unavailable, "Only the server knows what it does now. Ask it: martlet endpoint status --url http://127.0.0.1:8080.")
            }
            let shown = answering.filter { name == nil || $0.name == name }
            guard !shown.isEmpty else {
                throw MartletError(.notFound, "There is no endpoint “\(name ?? "")”.\(didYouMean(name ?? "", among: answering.map(\.name)))")
            }
            guard !options.json else { return console.json(.array(shown.map(\.statusJSON))) }
            for endpoint in shown { Self.print(endpoint, console) }
        }

        private static func print(_ endpoint: Endpoint, _ console: Console) {
            let minute = endpoint.lastMinutes.slots.suffix(Int(60 / LastMinutes.slotSeconds))
            let seconds = minute.reduce(0) { $0 + $1.seconds }
            func rate(_ count: (EndpointSlot) -> Int) -> String {
                let sum = minute.reduce(0) { $0 + count($1) }
                return seconds > 0 ? text(Double(sum) / seconds) : "–"
            }
            let figures = endpoint.figures()
            let recent = endpoint.figures(lastMinutes: 2).latency
            console.line(console.paint("endpoint:\(endpoint.name)", .bold) + "  since \(endpoint.since)")
            var table = TextTable()
            table.add("requests", "\(rate(\.requests)) a second in the last minute", "\(figures.requests) in all")
            table.add("time", "median \(milliseconds(recent.quantile(0.5)))", "p99 \(milliseconds(recent.quantile(0.99)))")
            table.add("failed", "\(rate(\.failed)) a second", "\(figures.failed) in all")
            table.add("refused", "\(rate(\.refused)) a second", "\(figures.refused) in all")
            table.add("turned away", "\(rate(\.turnedAway)) a second", "\(endpoint.lineFigures.shed + endpoint.lineFigures.late) in all")
            table.add("waiting", "\(endpoint.lineFigures.waiting) rows", "")
            for version in endpoint.versionTraffic {
                let share = version.share.map { "\(text($0 * 100)) % of the requests" } ?? "compared"
                table.add("v\(version.version)", "\(version.role.rawValue), \(share)", "\(version.figures.requests) answered or failed")
            }
            table.lines().forEach { console.line($0) }
        }

        private static func text(_ value: Double) -> String { JSONValue.text(of: (value * 100).rounded() / 100) }

        private static func milliseconds(_ value: Double?) -> String { value.map { "\(text($0)) ms" } ?? "–" }
    }
}
