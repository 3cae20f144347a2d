internal import Data
internal import Digests
internal import Experiments
internal import Planning
internal import Registry
package import Support

extension Project {
    /// The model card of a version as Markdown: what is known is filled in, what only a person can say is marked as missing.
    package func card(_ text: String) throws(MartletError) -> String {
        let reference = try resolve(text)
        guard reference.kind == .model else { throw MartletError(.usage, "Only models have cards: model:\(file.model)@champion.") }
        let version = try models.version(reference.name, reference.selector)
        let facts = try show(version.reference.description)
        let sections = [
            heading(version), details(version), use(), try data(version), measurements(facts), gate(facts), importance(version), caveats(version),
        ]
        return sections.joined(separator: "\n\n")
    }

    private func heading(_ version: ModelVersion) -> String {
        "# Model card: \(version.model) v\(version.version)\n\n" + (file.charter.outcome ?? "MISSING: what the model is for (charter.outcome).")
    }

    private func details(_ version: ModelVersion) -> String {
        let people = file.charter.people.map { "\($0.role): \($0.person)" }.joined(separator: ", ")
        return """
            ## Details

            - Trained by `\(version.details.trainer)` in run `\(version.run)` on \(version.created.date)
            - Bytes: \(version.details.size), SHA-256 `\(version.digest.rawValue)`
            - People: \(people.isEmpty ? "MISSING (charter.people)" : people)
            - Licence of the data: \(file.data.policy.licence ?? "MISSING (data.policy.licence)")
            """
    }

    private func use() -> String {
        guard file.hasLifecycle else { return "## Intended use\n\nMISSING (\(file.project) has no charter)" }
        let charter = file.charter
        let problem = charter.positive.map { "whether `\(charter.target)` is `\($0)`" } ?? "`\(charter.target)`"
        return "## Intended use\n\nPredicts \(problem). Uses that the charter does not name are out of scope."
    }

    private func data(_ version: ModelVersion) throws(MartletError) -> String {
        guard let ref = Reference(version.dataset) else { return "## Data\n\nMISSING" }
        // What a client says that it read is known by its name only.
        guard ref.version != nil else { return "## Data\n\n`\(version.dataset)`, as the run that made it says." }
        let dataset = try datasets.version(ref.name, ref.version)
        let parts = dataset.details.parts.map { "\($0.split) \($0.rows) rows" }.joined(separator: ", ")
        let sources = dataset.details.sources.map { "- `\($0.path)`, SHA-256 `\($0.digest.rawValue)`" }.joined(separator: "\n")
        return "## Data\n\n`\(version.dataset)`: \(parts).\n\n\(sources)"
    }

    private func measurements(_ facts: JSONValue) -> String {
        var lines = ["## Measurements", "", "| metric | split | value | 95 % interval |", "|---|---|---|---|"]
        for split in ["test", "validation"] {
            for metric in facts["metrics"][split].members {
                guard let value = metric.value["value"].double else { continue }
                let interval = metric.value["interval"]
                let range =
                    interval["lower"].double.flatMap { low in interval["upper"].double.map { "\(Objective.text(low)) to \(Objective.text($0))" } }
                    ?? ""
                lines.append("| \(metric.key) | \(split) | \(Objective.text(value)) | \(range) |")
            }
        }
        return lines.joined(separator: "\n") + "\n\nThe test set was opened \(facts["test_openings"].int ?? 0) times for this version."
    }

    private func gate(_ facts: JSONValue) -> String {
        let checks = facts["checks"].elements.map { "- \($0["verdict"].text ?? ""): \($0["objective"].text ?? ""): \($0["reason"].text ?? "")" }
        return "## Gate\n\n" + (checks.isEmpty ? "This version was not judged." : checks.joined(separator: "\n"))
    }

    private func importance(_ version: ModelVersion) -> String {
        let shares = version.details.importance.prefix(10).map { "| \($0.column) | \(Objective.text($0.share * 100)) % |" }
        return shares.isEmpty
            ? "## What it rests on\n\nNot known for this kind of model."
            : "## What it rests on\n\n| column | share |\n|---|---|\n" + shares.joined(separator: "\n")
    }

    private func caveats(_ version: ModelVersion) -> String {
        let notes = version.details.notes.map { "- \($0)" }
        return "## Caveats\n\n" + (notes.isEmpty ? "None recorded." : notes.joined(separator: "\n"))
    }
}
