package import Database
internal import Digests
package import Events
internal import Foundation
package import Lineage
package import Support
internal import Tables

/// The dataset versions of a project.
package struct DatasetStore: Sendable {
    private let database: any MetadataDatabase
    private let events: EventLog
    private let lineage: LineageGraph
    private let clock: any WallClock

    package init(database: any MetadataDatabase, events: EventLog, lineage: LineageGraph, clock: any WallClock) {
        self.database = database
        self.events = events
        self.lineage = lineage
        self.clock = clock
    }

    /// Records a version; content that is known already is the version it was.
    /// - Parameter run: the step's run that made it; empty where none did.
    package func add(_ name: String, _ details: DatasetVersion.Details, run: RunID) throws(MartletError) -> DatasetVersion {
        let digest = DatasetStore.identity(of: details)
        if let known = try versions(of: name).first(where: { $0.digest == digest }) { return try judged(known, as: details) }
        return try database.write { session in
            let last = try session.row("SELECT max(version) AS v FROM dataset_version WHERE name = ?", [SQLValue(name)])?.int("v") ?? 0
            let version = DatasetVersion(name: name, version: last + 1, digest: digest, created: clock.now(), run: run, details: details)
            let body = String(decoding: try JSONEncoder().encode(details), as: UTF8.self)
            try session.execute(
                "INSERT INTO dataset_version (name, version, digest, created, run, body) VALUES (?, ?, ?, ?, ?, ?)",
                [SQLValue(name), SQLValue(version.version), SQLValue(digest), SQLValue(version.created), SQLValue(run), SQLValue(body)])
            try record(version, in: session)
            return version
        }
    }

    /// A version whose content is known, with the judgement that expectations make of it now, and with what rules did this time.
    private func judged(_ version: DatasetVersion, as details: DatasetVersion.Details) throws(MartletError) -> DatasetVersion {
        var version = version
        let before = version.details
        version.details.validation = details.validation
        version.details.expectationsPassed = details.expectationsPassed
        version.details.expectationsFailed = details.expectationsFailed
        version.details.notes = details.notes
        version.details.unmet = details.unmet
        version.details.leftOut = details.leftOut
        version.details.tableRules = details.tableRules
        version.details.cleaning = details.cleaning
        guard version.details != before else { return version }
        let judged = version
        try database.write { session in
            try replace(judged, with: judged.details, in: session)
            try events.append(
                "dataset.judged", judged.reference.description,
                [
                    "expectations_passed": JSONValue(details.expectationsPassed), "expectations_failed": JSONValue(details.expectationsFailed),
                    "validation": .string(details.validation.rawValue),
                ], in: session)
        }
        return judged
    }

    private func record(_ version: DatasetVersion, in session: SQLSession) throws {
        let ref = version.reference.description
        let details = version.details
        let checks = "\(details.expectationsPassed) of \(details.expectationsPassed + details.expectationsFailed) expectations hold"
        try lineage.add(
            ref, ["digest": .string(version.digest.rawValue), "rows": JSONValue(version.rows), "validation": .string(checks)], in: session)
        if !version.run.rawValue.isEmpty { try lineage.link(ref, "made_by", "run:\(version.run)", in: session) }
        for source in details.sources {
            let sourceRef = "source:\(source.path)@\(source.digest.short)"
            try lineage.add(
                sourceRef, ["path": .string(source.path), "sha256": .string(source.digest.rawValue), "bytes": JSONValue(source.size)], in: session)
            try lineage.link(ref, "read_from", sourceRef, in: session)
        }
        try events.append("dataset.added", ref, ["digest": .string(version.digest.rawValue), "rows": JSONValue(version.rows)], in: session)
    }

    /// Puts other details in the place of a version's, in the caller's transaction: after rows were erased from it. What it is called stays.
    package func replace(_ version: DatasetVersion, with details: DatasetVersion.Details, in session: SQLSession) throws {
        let body = String(decoding: try JSONEncoder().encode(details), as: UTF8.self)
        try session.execute(
            "UPDATE dataset_version SET digest = ?, body = ? WHERE name = ? AND version = ?",
            [SQLValue(DatasetStore.identity(of: details)), SQLValue(body), SQLValue(version.name), SQLValue(version.version)])
    }

    /// All versions of a dataset, oldest first.
    package func versions(of name: String) throws(MartletError) -> [DatasetVersion] {
        try database.read { session in
            try session.rows("SELECT * FROM dataset_version WHERE name = ? ORDER BY version", [SQLValue(name)]).map(DatasetStore.decode)
        }
    }

    /// The version with that number; the newest where it is nil.
    /// - Throws: `notFound`.
    package func version(_ name: String, _ number: Int? = nil) throws(MartletError) -> DatasetVersion {
        let all = try versions(of: name)
        guard let found = number.map({ n in all.first { $0.version == n } }) ?? all.last else {
            let there = all.isEmpty ? "None was made yet: run “martlet run”." : "There are versions 1 to \(all.count)."
            throw MartletError(.notFound, "There is no dataset:\(name)\(number.map { "@v\($0)" } ?? ""). \(there)")
        }
        return found
    }

    /// The names of all datasets.
    package func names() throws(MartletError) -> [String] {
        try database.read { try $0.rows("SELECT DISTINCT name FROM dataset_version ORDER BY name").compactMap { $0.text("name") } }
    }

    /// What makes two versions the same: their bytes, their columns and the rules that requests must pass.
    private static func identity(of details: DatasetVersion.Details) -> Digest {
        let parts = details.parts.map { JSONValue.string("\($0.split) \($0.digest)") }
        let columns = details.columns.map { JSONValue.string("\($0.name) \($0.kind.rawValue) \($0.role.rawValue)") }
        return Digest(of: ([.array(parts), .array(columns), details.rules] as JSONValue).compact)
    }

    private static func decode(_ row: SQLRow) throws -> DatasetVersion {
        let details = try JSONDecoder().decode(DatasetVersion.Details.self, from: Data((row.text("body") ?? "").utf8))
        return DatasetVersion(
            name: row.text("name") ?? "", version: row.int("version") ?? 0, digest: Digest(rawValue: row.text("digest") ?? ""),
            created: row.time("created") ?? Timestamp(microseconds: 0), run: RunID(row.text("run") ?? ""), details: details)
    }
}
