import Access
import ArgumentParser
import Foundation
import Planning
import Policy
import Projects
import Support

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Rules in Rego on top of the roles: list, test and rehearse them.",
        discussion: """
            Policies are files policies/*.rego of the package martlet.access. They deny what the roles allow:
              deny contains "No promotions on Fridays." if { input.action == "model.promote"; time.weekday(input.time) == "Friday" }
            """, subcommands: [List.self, Test.self, Rehearse.self])

    struct List: RemoteCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the policies in force and their rules.")

        @OptionGroup var remote: ServerOptions
        @OptionGroup var options: GlobalOptions

        func run(on project: Project, console: Console) throws {
            if let server = project.file.access.policyServer {
                return options.json ? console.json(["opa": .string(server)]) : console.line("The OPA server at \(server) decides.")
            }
            let policies = try project.policies(in: project.policiesFolder)
            guard !options.json else {
                let modules = (policies?.modules ?? []).map { module -> JSONValue in
                    ["file": .string(module.file.name), "package": .string(module.package), "rules": JSONValue(module.rules)]
                }
                return console.json(["revision": JSONValue(policies?.revision), "policies": .array(modules)])
            }
            guard let policies else { return console.line("No policies: the roles alone decide. Write them into policies/*.rego.") }
            var table = TextTable()
            for module in policies.modules { table.add(module.file.name, module.package, module.rules.joined(separator: ", ")) }
            table.lines().forEach { console.line($0) }
            console.line("Revision \(policies.revision.prefix(12))")
        }
    }

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Run the tests of the policies: the rules test_... of policies/*_test.rego.",
            discussion: "Ends with exit code 1 where one is not true.")

        @Option(help: "Another folder of policies.", completion: .directory)
        var policies: String?
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let results = try PolicyTesting.run(folder: PolicyCommand.folder(policies, options), locator: options.engines)
            let failed = results.filter { $0.failure != nil }
            let console = Console.standard
            if options.json {
                console.json(
                    .array(
                        results.map {
                            [
                                "test": .string($0.name), "at": .string("\($0.place)"), "passed": .bool($0.failure == nil),
                                "failure": JSONValue($0.failure),
                            ]
                        }))
            } else {
                for result in results where result.failure != nil || !options.quiet {
                    let end = result.failure.map { ": \($0)" } ?? ""
                    console.line("\(console.mark(result.failure == nil ? .green : .red)) \(result.place)  \(result.name)\(end)")
                }
                console.line("\(results.count - failed.count) of \(results.count) tests hold.")
            }
            if !failed.isEmpty { throw ExitCode(1) }
        }
    }

    struct Rehearse: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rehearse",
            abstract: "Say which decisions of the past other policies would have turned round.",
            discussion: """
                Asks again what the decision log and the record of events hold, each question with its own time, and lists what would have been
                decided otherwise. Nothing is changed. What was done in the project's folder is asked, too, although no policy is asked there.

                Example:
                  martlet policy rehearse --since 90d --policies drafts/
                """)

        @Option(help: "How far back: 90d, 12h.")
        var since: String = "90d"
        @Option(help: "The folder of the policies to rehearse; those of the project where it is left out.", completion: .directory)
        var policies: String?
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let project = try options.open()
            let start = project.clock.now().advanced(bySeconds: -(try LookBack.seconds(since)))
            let set = try project.policies(in: try PolicyCommand.folder(policies, options))
            let rehearsal = PolicyRehearsal(try project.pastDecisions(since: start), under: set)
            let console = Console.standard
            guard !options.json else {
                return console.json(["decisions": JSONValue(rehearsal.count), "flips": .array(rehearsal.flips.map(\.json))])
            }
            var table = TextTable()
            for flip in rehearsal.flips {
                let input = flip.decision.input
                table.add(
                    flip.decision.at.description, flip.verdict.isAllowed ? "denied → allowed" : "allowed → denied",
                    input["principal"]["id"].text ?? "", input["principal"]["via"].text ?? "", input["action"].text ?? "",
                    "\(input["resource"]["kind"].text ?? ""):\(input["resource"]["name"].text ?? "")", flip.reason)
            }
            table.lines().forEach { console.line($0) }
            console.line("\(rehearsal.flips.count) of \(rehearsal.count) decisions would have been others.")
        }
    }

    /// A folder as it was named, from where the command runs, or that of the project.
    /// - Throws: `notFound` where a folder was named that is not there.
    fileprivate static func folder(_ named: String?, _ options: GlobalOptions) throws(MartletError) -> String {
        guard let named else { return "\(options.folder)/policies" }
        let path = URL(fileURLWithPath: named).standardizedFileURL.path
        guard FileManager.default.fileExists(atPath: path) else { throw MartletError(.notFound, "There is no folder \(named).") }
        return path
    }
}

extension PolicyRehearsal.Flip {
    /// Why the other policies decide so, in a sentence.
    fileprivate var reason: String {
        verdict.failure ?? (verdict.isAllowed ? "" : verdict.reasons.isEmpty ? "nothing allows it" : verdict.reasons.joined(separator: " "))
    }

    fileprivate var json: JSONValue {
        [
            "at": .string(decision.at.description), "was_allowed": .bool(decision.isAllowed), "allowed": .bool(verdict.isAllowed),
            "reason": .string(reason), "input": decision.input,
        ]
    }
}
