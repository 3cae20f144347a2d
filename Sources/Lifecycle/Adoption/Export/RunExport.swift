package import Database
import Digests
package import Events
package import Experiments
package import Objects
package import Support

/// Writes runs out for other tools.
package struct RunExport: Sendable {
    let database: any MetadataDatabase
    let objects: DiskObjectStore
    let events: EventLog

    /// What was written.
    package struct Report: Sendable {
        package var folder: String
        package var runs: [RunID]
        package var files: [String] = []
        package var points = 0

        package init(folder: String, runs: [RunID]) {
            self.folder = folder
            self.runs = runs
        }

        package var json: JSONValue {
            [
                "folder": .string(folder), "runs": JSONValue(runs.map(\.rawValue)), "files": JSONValue(files), "points": JSONValue(points),
            ]
        }
    }

    package init(database: any MetadataDatabase, objects: DiskObjectStore, events: EventLog) {
        self.database = database
        self.objects = objects
        self.events = events
    }

    /// The runs that are meant: by identifiers or their beginnings, and all of an experiment.
    /// - Throws: `notFound`; `invalidInput` for a beginning that several have.
    package func runs(_ names: [String], of experiment: String?) throws(MartletError) -> [TrackedRun] {
        var found: [TrackedRun] = []
        for name in names { found.append(try run(name)) }
        guard let experiment else { return found }
        let ids = try database.read { session -> [String]? in
            guard let id = try session.row("SELECT id FROM experiment WHERE name = ?", [SQLValue(experiment)])?.int("id") else { return nil }
            return try session.rows("SELECT id FROM run WHERE experiment = ? AND deleted IS NULL ORDER BY started, id", [SQLValue(id)])
                .compactMap { $0.text("id") }
        }
        guard let ids else {
            let names = try database.read { try $0.rows("SELECT name FROM experiment ORDER BY name").compactMap { $0.text("name") } }
            throw MartletError(.notFound, "There is no experiment “\(experiment)”.\(didYouMean(experiment, among: names))")
        }
        for id in ids where !found.contains(where: { $0.id.rawValue == id }) { found.append(try run(id)) }
        return found
    }

    private func run(_ name: String) throws(MartletError) -> TrackedRun {
        let found = try database.read { session in
            if let run = try RunReader.run(RunID(name), in: session) { return [run] }
            return try session.rows("SELECT id FROM run WHERE id >= ? AND id < ? LIMIT 2", [SQLValue(name), SQLValue(name + "\u{10FFFF}")])
                .compactMap { try RunReader.run(RunID($0.text("id") ?? ""), in: session) }
        }
        guard let run = found.first, !name.isEmpty else { throw MartletError(.notFound, "There is no run “\(name)”.") }
        guard found.count == 1 else { throw MartletError(.invalidInput, "Several runs begin with “\(name)”. Write more of the identifier.") }
        return run
    }

    /// Records what was written. Reading for an export shows much at once: it is an event.
    func record(_ report: Report, format: String) throws(MartletError) {
        let runs = Digest(of: report.runs.map(\.rawValue).joined(separator: "\n"))
        try events.record(
            "runs.exported", "folder:\(report.folder)",
            [
                "format": .string(format), "runs": JSONValue(report.runs.count), "digest": .string(runs.rawValue),
                "first": JSONValue(report.runs.prefix(20).map(\.rawValue)),
            ])
    }
}
