import ArgumentParser
import Database
import Projects
import Support

struct UpgradeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade", abstract: "Bring the metadata to this program's schema, or go back to the one before.",
        discussion: """
            Every command that opens a project upgrades it, keeping a copy (.martlet/martlet.db.before-N). Here you see first what would happen.
            --undo goes back for an older Martlet: what was written since is kept, as far as the older schema has a place for it; the rest stays
            in .martlet/martlet.db.undone-N. This Martlet upgrades again as soon as it opens the project.

            Examples:
              martlet upgrade --dry-run
              martlet upgrade
              martlet upgrade --undo
            """)

    @Flag(help: "Go back to the schema before the last upgrade.")
    var undo = false
    @OptionGroup var change: ChangeOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if undo, change.dryRun { throw ValidationError("--undo keeps the file as it was; there is no --dry-run of it.") }
    }

    func run() throws {
        let upgrade = try ProjectUpgrade(root: options.folder, clock: SystemClock(), engines: options.engines, actor: GlobalOptions.actor)
        guard !undo else { return try goBack(upgrade) }
        let from = try upgrade.version()
        let steps = try change.dryRun ? upgrade.rehearse() : upgrade.upgrade()
        let console = Console.standard
        guard !options.json else {
            return console.json([
                "from": JSONValue(from), "to": JSONValue(from + steps.count), "changed": .bool(!change.dryRun && !steps.isEmpty),
                "steps": .array(steps.map(\.json)),
            ])
        }
        guard !steps.isEmpty else { return console.line("The schema is version \(from): nothing to do.") }
        console.line("\(change.dryRun ? "Would upgrade" : "Upgraded") the schema from version \(from) to \(from + steps.count):")
        steps.forEach { console.line("  \($0.text)") }
    }

    private func goBack(_ upgrade: ProjectUpgrade) throws {
        try change.confirm("Go back to the schema before the last upgrade?")
        let undone = try upgrade.undo()
        let console = Console.standard
        guard !options.json else {
            let losses = undone.losses.map { ["place": .string($0.place), "rows": JSONValue($0.rows)] as JSONValue }
            return console.json([
                "from": JSONValue(undone.from), "to": JSONValue(undone.to), "kept": .string(undone.kept), "not_kept": .array(losses),
            ])
        }
        console.line("The schema is version \(undone.to) again. Use the Martlet of that version now: this one upgrades it as soon as it opens it.")
        for loss in undone.losses { console.line("  not in it: \(loss.place), \(loss.rows) rows") }
        console.line("Everything as it was is in \(undone.kept).")
    }
}

extension SchemaStep {
    var json: JSONValue {
        [
            "version": JSONValue(version), "milliseconds": .number((seconds * 100_000).rounded() / 100), "added": JSONValue(addedTables),
            "changed": JSONValue(changedTables),
        ]
    }

    var text: String {
        let added = addedTables.isEmpty ? [] : ["adds \(addedTables.joined(separator: ", "))"]
        let changed = changedTables.isEmpty ? [] : ["changes \(changedTables.joined(separator: ", "))"]
        let what = (added + changed).joined(separator: "; ")
        return "version \(version): \(what.isEmpty ? "indexes or rows" : what) (\(Int((seconds * 1000).rounded())) ms on a copy)"
    }
}
