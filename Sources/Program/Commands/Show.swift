import Access
import ArgumentParser
import Planning
import Projects
import Support

struct Show: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show everything known about one thing.",
        discussion: """
            Examples:
              martlet show model:churn@champion --json     metrics.test.auc.value and its interval
              martlet show dataset:churn                   the newest dataset version
              martlet show run:0193a7c2                    the first digits are enough
            """)

    @Argument(help: "What to show: kind:name@version-or-alias.")
    var reference: String

    @OptionGroup var time: AsOfOptions
    @OptionGroup var remote: ServerOptions
    @OptionGroup var options: GlobalOptions

    var past: AsOfOptions? { time }

    /// A prediction may be shown by its bare ID too.
    var permission: Permission {
        Reference(reference).map { $0.kind == .prediction } ?? (TimeOrderedID(reference) != nil) ? .predictionRead : .projectRead
    }

    func run(on project: Project, console: Console) throws {
        let facts = try project.show(reference)
        options.json ? console.json(facts) : OutlineText(console: console).print(facts)
    }
}

/// Facts as an indented outline.
struct OutlineText {
    let console: Console

    func print(_ value: JSONValue, depth: Int = 0) {
        let indent = String(repeating: "  ", count: depth)
        for member in value.members {
            let name = indent + console.paint(member.key, .bold)
            switch member.value {
            case .object(let members) where members.contains { $0.key == "value" } && members.count <= 6:
                console.line("\(name)  \(estimate(member.value))")
            case .object(let members) where !members.isEmpty:
                console.line(name)
                print(member.value, depth: depth + 1)
            case .array(let elements) where elements.contains { !$0.members.isEmpty }:
                console.line(name)
                for element in elements {
                    console.line("\(indent)  - \(element.members.map { "\($0.key): \(text($0.value))" }.joined(separator: ", "))")
                }
            default: console.line("\(name)  \(text(member.value))")
            }
        }
    }

    private func estimate(_ value: JSONValue) -> String {
        let interval = value["interval"]
        let range = interval.isNull ? "" : "  [\(text(interval["lower"])), \(text(interval["upper"]))]"
        return text(value["value"]) + range + (value["reason"].text.map { "  \($0)" } ?? "")
    }

    private func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .number(let number): Objective.text(number)
        case .null: "–"
        case .array(let elements): elements.map(text).joined(separator: ", ")
        default: value.compact
        }
    }
}
