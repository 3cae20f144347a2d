import Access
import ArgumentParser
import Lineage
import Projects
import Support

struct WhyCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Show what stands behind a prediction, a model or a dataset.",
        discussion: """
            Walks back from one answer to the model version and its alias at that moment, the checks of the gate, the run with its
            parameters and commit, the dataset version with its validation, the source with its hash, the charter, and who signed for it.
            What each column added to a prediction, martlet explain tells.

            Examples:
              martlet why prediction:0193a7c2...      the ID that every answer carries
              martlet why model:churn@champion
            """)

    @Argument(help: "What to explain: kind:name@version-or-alias, or a prediction's ID.")
    var reference: String

    @OptionGroup var time: AsOfOptions
    @OptionGroup var remote: ServerOptions
    @OptionGroup var options: GlobalOptions

    var past: AsOfOptions? { time }

    var permission: Permission { .predictionRead }

    func run(on project: Project, console: Console) throws {
        let why = try project.why(reference)
        options.json ? console.json(why.json) : printChain(why, console)
    }

    private func printChain(_ why: Why, _ console: Console) {
        for link in why.links {
            let arrow = why.edges.filter { $0.target == link.ref }.map(\.relation).first.map { "\($0.replacing("_", with: " ")) " } ?? ""
            console.line(console.paint(arrow, .dim) + console.paint(link.title, .bold) + (link.at.map { "  \($0)" } ?? ""))
            var table = TextTable()
            for (name, value) in link.facts { table.add(name, String(value.prefix(400))) }
            table.lines(indent: "    ").forEach { console.line($0) }
        }
        if let label = why.label { console.line("The truth, known later: \(label)") }
    }
}
