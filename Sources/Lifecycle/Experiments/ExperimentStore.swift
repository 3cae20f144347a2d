package import Database
package import Events
package import Support

/// The experiments of a project. Every change leaves its event in the record.
package struct ExperimentStore: Sendable {
    let database: any MetadataDatabase
    private let events: EventLog
    private let clock: any WallClock

    package init(database: any MetadataDatabase, events: EventLog, clock: any WallClock) {
        self.database = database
        self.events = events
        self.clock = clock
    }

    /// Makes an experiment, in the caller's transaction.
    /// - Parameters:
    ///   - number: the one that it had elsewhere, which it keeps where nobody has it.
    ///   - created: when it was made, where that was elsewhere; now where it is nil.
    /// - Throws: `alreadyExists`, also where the one of that name is deleted.
    package func create(
        _ name: String, artifacts: String? = nil, tags: [KeyValue] = [], number: Int? = nil, created: Timestamp? = nil, in session: SQLSession
    ) throws -> Experiment {
        if let other = try session.row("SELECT id, deleted FROM experiment WHERE name = ?", [SQLValue(name)]) {
            let deleted = other.int("deleted") == nil ? "" : " It is deleted; restore it, or remove it for good."
            throw MartletError(.alreadyExists, "There is an experiment “\(name)” already.\(deleted)")
        }
        let now = clock.now()
        let kept = try number.flatMap { try session.row("SELECT 1 FROM experiment WHERE id = ?", [SQLValue($0)]) == nil ? $0 : nil }
        try session.execute(
            "INSERT INTO experiment (id, name, artifacts, created, updated) VALUES (?, ?, ?, ?, ?)",
            [SQLValue(kept), SQLValue(name), SQLValue(artifacts), SQLValue(created ?? now), SQLValue(now)])
        let id = session.lastInserted
        for tag in tags { try put(tag, on: id, in: session) }
        try events.append("experiment.created", "experiment:\(id)", ["name": .string(name)], in: session)
        return Experiment(id: id, name: name, artifacts: artifacts, created: created ?? now, updated: now, deleted: nil, tags: tags)
    }

    /// The number of the experiment that holds the runs of the project's pipeline, which is made where it is missing.
    static func pipeline(at moment: Timestamp, in session: SQLSession) throws -> Int {
        let find = { try session.row("SELECT id FROM experiment WHERE origin = 'pipeline'")?.int("id") }
        if let id = try find() { return id }
        let taken = try session.row("SELECT 1 FROM experiment WHERE name = 'pipeline'") != nil
        try session.execute(
            "INSERT INTO experiment (name, created, updated, origin) VALUES (?, ?, ?, 'pipeline')",
            [SQLValue(taken ? "pipeline of the project" : "pipeline"), SQLValue(moment), SQLValue(moment)])
        guard let id = try find() else { throw MartletError(.defect, "The pipeline's experiment was not stored.") }
        return id
    }

    /// The experiment of that number, deleted or not.
    package func experiment(_ id: Int, in session: SQLSession) throws -> Experiment? {
        try session.row("SELECT * FROM experiment WHERE id = ?", [SQLValue(id)]).map { try ExperimentStore.experiment($0, in: session) }
    }

    /// How many experiments are in use.
    package static func count(in session: SQLSession) throws -> Int {
        try session.row("SELECT count(*) AS n FROM experiment WHERE deleted IS NULL")?.int("n") ?? 0
    }

    /// What a run needs to know of its experiment, without its tags.
    package static func place(_ id: Int, in session: SQLSession) throws -> ExperimentPlace? {
        var place: ExperimentPlace?
        try session.scan("SELECT artifacts, deleted FROM experiment WHERE id = ?", [SQLValue(id)]) { row in
            place = ExperimentPlace(id: id, artifacts: row.text(0), isDeleted: row.integer(1) != nil)
        }
        return place
    }

    /// The experiment of that name, deleted or not.
    package func experiment(named name: String, in session: SQLSession) throws -> Experiment? {
        try session.row("SELECT * FROM experiment WHERE name = ?", [SQLValue(name)]).map { try ExperimentStore.experiment($0, in: session) }
    }

    /// Gives an experiment another name, in the caller's transaction.
    /// - Throws: `alreadyExists`.
    package func rename(_ experiment: Experiment, to name: String, in session: SQLSession) throws {
        let other = try session.row("SELECT id FROM experiment WHERE name = ? AND id != ?", [SQLValue(name), SQLValue(experiment.id)])
        guard other == nil else { throw MartletError(.alreadyExists, "There is an experiment “\(name)” already.") }
        try session.execute("UPDATE experiment SET name = ? WHERE id = ?", [SQLValue(name), SQLValue(experiment.id)])
        try touch(experiment.id, in: session)
        try events.append("experiment.renamed", "experiment:\(experiment.id)", ["from": .string(experiment.name), "to": .string(name)], in: session)
    }

    /// Deletes an experiment and its runs, so that they can be restored, in the caller's transaction.
    package func delete(_ experiment: Experiment, in session: SQLSession) throws {
        let now = SQLValue(clock.now())
        try session.execute("UPDATE experiment SET deleted = ? WHERE id = ?", [now, SQLValue(experiment.id)])
        try session.execute("UPDATE run SET deleted = ? WHERE experiment = ? AND deleted IS NULL", [now, SQLValue(experiment.id)])
        try touch(experiment.id, in: session)
        try events.append("experiment.deleted", "experiment:\(experiment.id)", ["name": .string(experiment.name)], in: session)
    }

    /// Restores an experiment, and the runs that were deleted with it, in the caller's transaction.
    package func restore(_ experiment: Experiment, in session: SQLSession) throws {
        try session.execute("UPDATE experiment SET deleted = NULL WHERE id = ?", [SQLValue(experiment.id)])
        try session.execute(
            "UPDATE run SET deleted = NULL WHERE experiment = ? AND deleted = ?", [SQLValue(experiment.id), SQLValue(experiment.deleted)])
        try touch(experiment.id, in: session)
        try events.append("experiment.restored", "experiment:\(experiment.id)", ["name": .string(experiment.name)], in: session)
    }

    /// Sets a tag, in the caller's transaction.
    package func set(_ tag: KeyValue, on id: Int, in session: SQLSession) throws {
        try put(tag, on: id, in: session)
        try touch(id, in: session)
        try events.append("experiment.tagged", "experiment:\(id)", ["key": .string(tag.key), "value": .string(tag.value)], in: session)
    }

    /// Removes a tag, in the caller's transaction.
    /// - Returns: whether there was one.
    package func removeTag(_ key: String, from id: Int, in session: SQLSession) throws -> Bool {
        let there = try session.row("SELECT 1 FROM experiment_tag WHERE experiment = ? AND key = ?", [SQLValue(id), SQLValue(key)]) != nil
        guard there else { return false }
        try session.execute("DELETE FROM experiment_tag WHERE experiment = ? AND key = ?", [SQLValue(id), SQLValue(key)])
        try touch(id, in: session)
        try events.append("experiment.untagged", "experiment:\(id)", ["key": .string(key)], in: session)
        return true
    }

    private func put(_ tag: KeyValue, on id: Int, in session: SQLSession) throws {
        try session.execute(
            "INSERT INTO experiment_tag (experiment, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            [SQLValue(id), SQLValue(tag.key), SQLValue(tag.value)])
    }

    private func touch(_ id: Int, in session: SQLSession) throws {
        try session.execute("UPDATE experiment SET updated = ? WHERE id = ?", [SQLValue(clock.now()), SQLValue(id)])
    }

    static func experiment(_ row: SQLRow, in session: SQLSession) throws -> Experiment {
        let id = row.int("id") ?? 0
        let tags = try session.rows("SELECT key, value FROM experiment_tag WHERE experiment = ? ORDER BY key", [SQLValue(id)])
        return Experiment(
            id: id, name: row.text("name") ?? "", artifacts: row.text("artifacts"), created: row.time("created") ?? Timestamp(microseconds: 0),
            updated: row.time("updated") ?? Timestamp(microseconds: 0), deleted: row.time("deleted"),
            tags: tags.map { KeyValue($0.text("key") ?? "", $0.text("value") ?? "") })
    }
}
