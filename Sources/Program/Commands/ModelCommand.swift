import ArgumentParser
import Planning
import Projects
import Registry
import Support

struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "List, promote and roll back model versions; write model cards.",
        subcommands: [List.self, Promote.self, Rollback.self, History.self, Card.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the model versions, newest first.")

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let project = try options.open()
            let versions = try project.models.models().flatMap { try project.models.versions(of: $0) }.reversed()
            let shown = try versions.map { try project.show($0.reference.description) }
            guard !options.json else { return Console.standard.json(.array(shown)) }
            guard !shown.isEmpty else { return Console.standard.line("No model is registered yet: run “martlet run”.") }
            var table = TextTable()
            for version in shown {
                let aliases = version["aliases"].elements.compactMap(\.text).joined(separator: ", ")
                table.add(
                    version["ref"].text ?? "", aliases, version["trainer"].text ?? "", version["summary"].text ?? "", version["created"].text ?? "")
            }
            table.lines().forEach { Console.standard.line($0) }
        }
    }

    struct Promote: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a version take the alias champion, if the gate agrees.", discussion: "Ends with exit code 3 where the gate says no.")

        @Argument(help: "The version: model:NAME@v2.")
        var reference: String
        @Option(help: "Why, for the record.")
        var reason: String = "promoted by hand"
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let decision = try options.open().promote(reference, reason: reason)
            GateText.print(decision, options: options)
            guard decision.passes else { throw MartletError(.refused, decision.sentence) }
        }
    }

    struct Rollback: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give the alias champion back to the version that had it before; again, to the one before that.")

        @Option(help: "Why, for the record.")
        var reason: String = "rolled back by hand"
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let version = try options.open().rollback(reason: reason)
            let facts: JSONValue = ["champion": .string(version.reference.description), "reason": .string(reason)]
            options.json ? Console.standard.json(facts) : Console.standard.line("champion is \(version.reference) again.")
        }
    }

    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show which version had which alias, when, and who moved it.")

        @Argument(help: "The model's name; the project's own where it is left out.")
        var model: String?
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let project = try options.open()
            let name = model ?? project.file.model
            _ = try project.models.version(name, nil)
            let moves = try project.models.history(of: name)
            guard !options.json else {
                return Console.standard.json(
                    .array(
                        moves.map { move in
                            [
                                "at": .string(move.at.description), "alias": .string(move.alias), "version": JSONValue(move.version),
                                "by": .string(move.actor), "reason": .string(move.reason), "rollback": .bool(move.isRollback),
                            ]
                        }))
            }
            guard !moves.isEmpty else { return Console.standard.line("No alias of \(name) has moved yet.") }
            var table = TextTable()
            for move in moves {
                table.add(move.at.description, move.alias, move.version.map { "v\($0)" } ?? "removed", "by \(move.actor)", move.reason)
            }
            table.lines().forEach { Console.standard.line($0) }
        }
    }

    struct Card: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the model card of a version as Markdown.")

        @Argument(help: "The version: model:NAME@champion; the champion where it is left out.")
        var reference: String?
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let project = try options.open()
            let card = try project.card(reference ?? "model:\(project.file.model)@champion")
            options.json ? Console.standard.json(["markdown": .string(card)]) : Console.standard.line(card)
        }
    }
}

/// The text of a gate's decision.
enum GateText {
    static func print(_ decision: GateDecision, options: GlobalOptions) {
        let console = Console.standard
        guard !options.json else { return console.json(decision.json) }
        console.line(decision.passes ? "The gate passes \(decision.subject):" : "The gate refuses \(decision.subject):")
        for result in decision.results { console.line("  \(console.mark(result.verdict)) \(result.objective): \(result.reason)") }
    }
}
