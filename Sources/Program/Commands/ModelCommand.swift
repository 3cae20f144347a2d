import Access
import ArgumentParser
import Planning
import Projects
import Registry
import Support

struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "List, promote and roll back model versions; write model cards.",
        subcommands: [List.self, Promote.self, Rollback.self, History.self, Card.self])

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the model versions, newest first.")

        @OptionGroup var time: AsOfOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var past: AsOfOptions? { time }

        func run(on project: Project, console: Console) throws {
            let versions = try project.models.models().flatMap { try project.models.versions(of: $0) }.reversed()
            let shown = try versions.map { try project.show($0.reference.description) }
            guard !options.json else { return console.json(.array(shown)) }
            guard !shown.isEmpty else { return console.line("No model is registered yet: run “martlet run”, or let a client register one.") }
            var table = TextTable()
            for version in shown {
                let aliases = version["aliases"].elements.compactMap(\.text).joined(separator: ", ")
                table.add(
                    version["ref"].text ?? "", aliases, version["trainer"].text ?? "", version["summary"].text ?? "", version["created"].text ?? "")
            }
            table.lines().forEach { console.line($0) }
        }
    }

    struct Promote: AliasCommand {
        static let configuration = CommandConfiguration(
            commandName: "promote",
            abstract: "Let a version take the alias champion, if the gate agrees and its approvals are there.",
            discussion: """
                Ends with exit code 3 where the gate says no or an approval is missing. --override passes over missing approvals, never over the
                gate; it needs a reason, and somebody else reviews it (martlet approval review).
                """)

        @Argument(help: "The version: model:NAME@v2.")
        var reference: String
        @Option(help: "Why, for the record.")
        var reason: String?
        @Flag(help: "Pass over missing approvals (permission approval.override).")
        var override = false
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var rehearses: Bool { change.dryRun }

        func validate() throws { try Overriding.check(override, reason) }

        func version(on project: Project) throws(MartletError) -> ModelVersion { try project.candidate(reference) }

        func confirm() throws { try change.confirm("Let \(reference) take champion, and answer requests from now on?") }

        func run(on project: Project, console: Console) throws {
            let decision = try project.promote(reference, reason: reason ?? "promoted by hand", override: override)
            GateText.print(decision, options: options, console: console)
            guard decision.passes else { throw MartletError(.refused, decision.sentence) }
        }
    }

    struct Rollback: AliasCommand {
        static let configuration = CommandConfiguration(
            commandName: "rollback",
            abstract: "Give the alias champion back to the version that had it before; again, to the one before that.")

        @Option(help: "Why, for the record.")
        var reason: String?
        @Flag(help: "Pass over missing approvals (permission approval.override).")
        var override = false
        @OptionGroup var change: ChangeOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var rehearses: Bool { change.dryRun }

        func validate() throws { try Overriding.check(override, reason) }

        func version(on project: Project) throws(MartletError) -> ModelVersion { try project.previousChampion() }

        func confirm() throws { try change.confirm("Give champion back to the version that had it before?") }

        func run(on project: Project, console: Console) throws {
            let reason = reason ?? "rolled back by hand"
            let version = try project.rollback(reason: reason, override: override)
            let facts: JSONValue = ["champion": .string(version.reference.description), "reason": .string(reason)]
            options.json
                ? console.json(facts) : console.line("champion \(change.dryRun ? "would be" : "is") \(version.reference) again.")
        }
    }

    struct History: RemoteCommand {
        static let configuration = CommandConfiguration(
            commandName: "history", abstract: "Show which version had which alias, when, and who moved it.")

        @Argument(help: "The model's name; the project's own where it is left out.")
        var model: String?
        @OptionGroup var time: AsOfOptions
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        var past: AsOfOptions? { time }

        func run(on project: Project, console: Console) throws {
            let name = model ?? project.file.model
            let moves = try project.models.history(of: name)
            // What happened to a model is told also where all of its versions have been deleted since.
            if moves.isEmpty { _ = try project.models.version(name, nil) }
            guard !options.json else {
                return console.json(
                    .array(
                        moves.map { move in
                            [
                                "at": .string(move.at.description), "alias": .string(move.alias), "version": JSONValue(move.version),
                                "by": .string(move.actor), "reason": .string(move.reason), "rollback": .bool(move.isRollback),
                            ]
                        }))
            }
            guard !moves.isEmpty else { return console.line("No alias of \(name) has moved yet.") }
            var table = TextTable()
            for move in moves {
                table.add(move.at.description, move.alias, move.version.map { "v\($0)" } ?? "removed", "by \(move.actor)", move.reason)
            }
            table.lines().forEach { console.line($0) }
        }
    }

    struct Card: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "card", abstract: "Print the model card of a version as Markdown.")

        @Argument(help: "The version: model:NAME@champion; the champion where it is left out.")
        var reference: String?
        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            let card = try project.card(reference ?? "model:\(project.file.model)@champion")
            options.json ? console.json(["markdown": .string(card)]) : console.line(card)
        }
    }
}

/// A command that moves the alias `champion`.
protocol AliasCommand: RemoteCommand {
    var override: Bool { get }

    /// The version that the alias would stand at.
    func version(on project: Project) throws(MartletError) -> ModelVersion
}

extension AliasCommand {
    var permission: Permission { .modelPromote }
    var permissions: [Permission] { override ? [.modelPromote, .approvalOverride] : [.modelPromote] }
}

/// The rule for `--override`.
enum Overriding {
    static func check(_ override: Bool, _ reason: String?) throws(ValidationError) {
        guard override, reason?.contains(where: { !$0.isWhitespace }) != true else { return }
        throw ValidationError("Whoever passes over an approval says why: --reason TEXT.")
    }
}

/// The text of a gate's decision.
enum GateText {
    static func print(_ decision: PromotionDecision, options: GlobalOptions, console: Console) {
        guard !options.json else { return console.json(decision.json) }
        console.line(decision.gate.passes ? "The gate passes \(decision.subject):" : "The gate refuses \(decision.subject):")
        for result in decision.gate.results { console.line("  \(console.mark(result.verdict)) \(result.objective): \(result.reason)") }
        for signature in decision.approvals.given {
            console.line("  \(console.mark(.green)) approved by \(signature.answer.name) as \(signature.role)")
        }
        if let override = decision.override { console.line("  \(console.mark(.yellow)) approvals overridden: \(override)") }
        if decision.waits { console.line("  \(console.mark(.yellow)) \(decision.sentence)") }
    }
}
