package import Database
package import Events
package import Experiments
package import Support

/// A version by its model and its number.
package struct VersionKey: Sendable, Hashable {
    package var model: String
    package var number: Int

    package init(model: String, number: Int) {
        self.model = model
        self.number = number
    }
}

extension ModelCatalog {
    /// Versions that were deleted by a moment and that nothing tells of but the record: a client registered them, no alias ever stood there, and they
    /// were never judged, opened for a test or put before somebody for approval.
    /// - Returns: those versions, and how many deleted ones stay.
    package static func removableVersions(deletedBefore limit: Timestamp, in session: SQLSession) throws -> (going: [VersionKey], kept: Int) {
        let same = "WHERE x.model = s.model AND x.version = s.version"
        let evidence = ["alias_move", "approval_request", "approval_override", "test_opening"].map { "EXISTS (SELECT 1 FROM \($0) x \(same))" }
        let rows = try session.rows(
            "SELECT s.model, s.version, NOT EXISTS (SELECT 1 FROM version_origin x \(same)) OR \(evidence.joined(separator: " OR ")) "
                + "OR EXISTS (SELECT 1 FROM check_result WHERE subject = 'model:' || s.model || '@v' || s.version) AS stays "
                + "FROM version_state s WHERE s.deleted <= ? ORDER BY s.model, s.version", [SQLValue(limit)])
        let going = rows.filter { $0.int("stays") == 0 }.map { VersionKey(model: $0.text("model") ?? "", number: $0.int("version") ?? 0) }
        return (going, rows.count - going.count)
    }

    /// Removes a deleted version for good, in the caller's transaction. Its number is not given again, and what the record and the lineage tell
    /// of it stays.
    package static func remove(_ version: VersionKey, _ events: EventLog, in session: SQLSession) throws {
        let key = [SQLValue(version.model), SQLValue(version.number)]
        let last = "max(numbered, coalesce((SELECT max(version) FROM model_version WHERE model = name), 0))"
        try session.execute("UPDATE registered_model SET numbered = \(last) WHERE name = ?", [SQLValue(version.model)])
        for table in ["version_tag", "version_origin", "version_state", "stage_move", "model_version"] {
            try session.execute("DELETE FROM \(table) WHERE model = ? AND version = ?", key)
        }
        try events.append(removed, "model:\(version.model)@v\(version.number)", in: session)
    }

    /// The event of a version that was removed for good.
    package static let removed = "model.version_removed"

    /// What versions stand on: runs, logged models and files.
    /// - Parameter going: versions that do not count.
    package static func kept(without going: Set<VersionKey> = [], in session: SQLSession) throws -> KeptThings {
        let rows = try session.rows(
            "SELECT v.model, v.version, v.run, m.run AS model_run, o.logged_model, o.artifacts FROM model_version v "
                + "LEFT JOIN version_origin o ON o.model = v.model AND o.version = v.version LEFT JOIN logged_model m ON m.id = o.logged_model")
        let staying = rows.filter { !going.contains(VersionKey(model: $0.text("model") ?? "", number: $0.int("version") ?? 0)) }
        return KeptThings(
            runs: Set(staying.flatMap { [$0.text("run"), $0.text("model_run")] }.compactMap(\.self)),
            models: Set(staying.compactMap { $0.text("logged_model") }),
            folders: staying.compactMap { $0.text("artifacts").flatMap(ArtifactAddress.path) }.filter { !$0.isEmpty })
    }
}
