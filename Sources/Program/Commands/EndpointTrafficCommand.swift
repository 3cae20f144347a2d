import Access
import ArgumentParser
import Projects
import Registry
import Serving
import Support

/// A command that lets several versions share an endpoint's requests.
protocol SharingCommand: RemoteCommand {
    var change: ChangeOptions { get }
    var reason: String { get }

    /// What is to be in force.
    func wish() throws(MartletError) -> TrafficWish
}

extension SharingCommand {
    var permission: Permission { .modelPromote }
    var rehearses: Bool { change.dryRun }

    /// The versions that are named, as policies see them.
    func versions(on project: Project) throws(MartletError) -> [ModelVersion] {
        var versions: [ModelVersion] = []
        for named in try wish().versions { versions.append(try project.sharer(named.reference)) }
        return versions
    }

    func run(on project: Project, console: Console) throws {
        let wish = try wish()
        let change = try project.serving(wish).share(wish, reason: reason)
        guard !options.json else { return console.json(change.json) }
        console.line("\(change.plan?.sentence ?? "") \(self.change.dryRun ? "would be" : "is") the traffic of “\(change.endpoint)”.")
        guard !self.change.dryRun else { return }
        console.line("  A server takes it up within a second, once each version has answered a warm-up request: see martlet endpoint traffic.")
    }
}

extension EndpointCommand {
    struct Canary: SharingCommand {
        static let configuration = CommandConfiguration(
            commandName: "canary",
            abstract: "Let a version answer a share of the requests, and take it back by itself where it does harm.",
            discussion: """
                The version must be allowed to be champion: its gate passes and its approvals are there. The server lets it answer once it has
                answered a warm-up request, and takes it out again (event endpoint.rolled_back, an incident) where too many of its answers
                fail, where its p99 is far above the champion's, or where a production objective of the charter does not hold on its answers.

                With --key the same key always gets the same version, and keys that it has stay with it when the share grows; without,
                each request is decided for itself. Call it again with another share to let it grow; promote it when it has proved itself.
                """)

        @Argument(help: "The version: model:NAME@v3.")
        var reference: String
        @Option(help: "The share of the requests: 10% or 0.1.")
        var share: String
        @Option(help: "The column whose values stay with their version: the callers' key or an input.")
        var key: String?
        @Option(name: .customLong("for"), help: "How long, such as 1h; then the champion answers all again.")
        var duration: String?
        @Option(help: "Why, for the record.")
        var reason: String
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func confirm() throws { try change.confirm("Let \(reference) answer \(share) of the requests?") }

        func wish() throws(MartletError) -> TrafficWish {
            TrafficWish(.canary, [(reference, try ShareText.share(share))], key: key, duration: try ShareText.seconds(duration))
        }
    }

    struct Split: SharingCommand {
        static let configuration = CommandConfiguration(
            commandName: "split",
            abstract: "Share the requests between versions by weights, each key always with the same version (A/B test).",
            discussion: """
                Every version must be allowed to be champion. The champion answers only where it is named. When one version gets more, keys move
                to it only. A request whose rows have keys of different versions is left to the champion.
                """)

        @Argument(help: "Versions with weights: NAME@v2=50 NAME@v3=50.")
        var versions: [String]
        @Option(help: "The column whose values stay with their version; the callers' key where it is left out.")
        var key: String?
        @Option(name: .customLong("for"), help: "How long, such as 7d; then the champion answers all again.")
        var duration: String?
        @Option(help: "Why, for the record.")
        var reason: String
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func confirm() throws { try change.confirm("Share the requests between \(versions.joined(separator: ", "))?") }

        func wish() throws(MartletError) -> TrafficWish {
            var weights: [(reference: String, weight: Double)] = []
            for version in versions { weights.append(try ShareText.weight(version)) }
            return TrafficWish(.split, weights, key: key, duration: try ShareText.seconds(duration))
        }
    }

    struct Shadow: SharingCommand {
        static let configuration = CommandConfiguration(
            commandName: "shadow",
            abstract: "Ask a version what the champion has answered, and compare; it never answers anybody.",
            discussion: """
                The copy is asked after the answer is given and on a thread of its own; what it has no time for is left out and counted. It may
                be a version that the gate or an approval holds back. Its answers are compared, not logged.
                """)

        @Argument(help: "The version: model:NAME@v4.")
        var reference: String
        @Option(help: "The share of the requests that it is shown.")
        var share: String = "100%"
        @Option(name: .customLong("for"), help: "How long, such as 1d.")
        var duration: String?
        @Option(help: "Why, for the record.")
        var reason: String
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func confirm() throws { try change.confirm("Show \(reference) what the champion is asked?") }

        func wish() throws(MartletError) -> TrafficWish {
            TrafficWish(.shadow, [(reference, try ShareText.share(share))], duration: try ShareText.seconds(duration))
        }
    }

    struct Traffic: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "traffic",
            abstract: "Show which versions share the requests, with what each answered; --clear lets the champion answer all.",
            discussion: """
                Answers and times are those of the prediction log since the plan began; failures and what a shadow is compared by are kept by the
                server once a minute.
                """)

        @Argument(help: "The endpoint; the project's main one where it is left out.")
        var endpoint: String?
        @Flag(help: "Let the champion answer every request again.")
        var clear = false
        @Option(help: "Why, for the record; with --clear.")
        var reason: String?
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var permission: Permission { clear ? .modelPromote : .projectRead }
        var rehearses: Bool { change.dryRun }

        func validate() throws {
            guard clear == (reason != nil) else { throw ValidationError("--clear and --reason TEXT belong together.") }
        }

        func confirm() throws { if clear { try change.confirm("Let the champion answer every request again?") } }

        func run(on project: Project, console: Console) throws {
            let project = try project.serving(endpoint: endpoint)
            guard clear else { return try TrafficText(project: project, console: console, isJSON: options.json).print() }
            let change = try project.endTraffic(reason: reason ?? "")
            guard !options.json else { return console.json(change.json) }
            console.line("The champion \(self.change.dryRun ? "would answer" : "answers") every request of “\(change.endpoint)” again.")
        }
    }

    struct Log: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "log", abstract: "Show what answered when: promotions, canaries, splits, shadows and how they ended, oldest first.")

        @Argument(help: "The endpoint; the project's main one where it is left out.")
        var endpoint: String?
        @OptionGroup var time: AsOfOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var past: AsOfOptions? { time }

        func run(on project: Project, console: Console) throws {
            let periods = try project.serving(endpoint: endpoint).servingHistory()
            guard !options.json else { return console.json(.array(periods.map(\.json))) }
            guard !periods.isEmpty else { return console.line("Nothing has answered yet: no version was promoted.") }
            var table = TextTable()
            for period in periods { table.add(period.at.description, period.sentence, "by \(period.actor)", period.reason) }
            table.lines().forEach { console.line($0) }
        }
    }
}

/// Shares and weights on a command line.
enum ShareText {
    /// `10%` or `0.1`.
    static func share(_ text: String) throws(MartletError) -> Double {
        let isPercent = text.hasSuffix("%")
        guard let number = Double(isPercent ? String(text.dropLast()) : text), number > 0, number <= (isPercent ? 100 : 1) else {
            throw MartletError(.usage, "“\(text)” is no share. Write 10% or 0.1: more than nothing, at most all.")
        }
        return isPercent ? number / 100 : number
    }

    /// `income@v3=50`.
    static func weight(_ text: String) throws(MartletError) -> (reference: String, weight: Double) {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let weight = Double(parts[1].hasSuffix("%") ? parts[1].dropLast() : parts[1]), weight > 0, weight.isFinite else {
            throw MartletError(.usage, "“\(text)” is no version with a weight. Write NAME@v2=50.")
        }
        return (String(parts[0]), weight)
    }

    static func seconds(_ text: String?) throws(MartletError) -> Double? { try text.map { text throws(MartletError) in try LookBack.seconds(text) } }
}
