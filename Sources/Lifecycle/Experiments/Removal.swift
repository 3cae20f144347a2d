package import Database
package import Events
package import Support

/// Removes for good what was deleted long ago: runs, logged models and experiments. Each call works in the caller's transaction, on a page of them,
/// so that others write in between.
///
/// A run has so much that it does not go in one transaction. It first becomes nameless: nobody finds or restores it any more, and its row only keeps
/// its number from being given to another run while its points go. Whoever is killed meanwhile leaves nameless runs, and the next one goes on.
package struct Removal: Sendable {
    /// Something that goes, and where its artifacts are.
    package struct Thing: Sendable {
        /// Of a run, the number under which its points are stored; of an experiment, its own.
        package var number: Int
        package var id: String
        package var experiment: Int
        /// nil where its artifacts are not kept here.
        package var folder: ArtifactPath?
    }

    /// Some of the things that were deleted, in order.
    package struct Page: Sendable {
        package var things: [Thing] = []
        /// How many of this page something else stands on.
        package var kept = 0
        /// From where the next page goes on; nil at the end.
        package var next: Place?
    }

    /// A place in the order in which things go.
    package struct Place: Sendable {
        var at: Int64
        var key: SQLValue

        /// Before all of them.
        package static let start = Place(at: Int64.min, key: .text(""))
    }

    /// The experiment of runs that are nameless.
    private static let nowhere = -1

    let events: EventLog
    /// What was deleted after this stays.
    let limit: Timestamp

    package init(events: EventLog, deletedBefore limit: Timestamp) {
        self.events = events
        self.limit = limit
    }

    // MARK: - Runs

    /// Deleted runs, those deleted first at the beginning. Runs of the project's pipeline are never among them.
    package func runs(from place: Place, count: Int, sparing kept: KeptThings, in session: SQLSession) throws -> Page {
        let rows = try session.rows(
            "SELECT r.number, r.id, r.experiment, r.deleted, e.artifacts FROM run r LEFT JOIN experiment e ON e.id = r.experiment "
                + "WHERE r.deleted <= ? AND (r.deleted, r.number) > (?, ?) AND r.step = '' AND r.experiment != ? "
                + "ORDER BY r.deleted, r.number LIMIT ?",
            [SQLValue(limit), .integer(place.at), place.number, SQLValue(Removal.nowhere), SQLValue(count)])
        var page = Page()
        for row in rows {
            let (id, experiment) = (row.text("id") ?? "", row.int("experiment") ?? 0)
            let folder = ArtifactAddress.folder(id, of: experiment, row.text("artifacts"))
            if kept.runs.contains(id) || kept.holds(folder) {
                page.kept += 1
            } else {
                page.things.append(Thing(number: row.int("number") ?? 0, id: id, experiment: experiment, folder: folder))
            }
        }
        if rows.count == count, let last = rows.last { page.next = Place(at: Int64(last.int("deleted") ?? 0), key: SQLValue(last.int("number"))) }
        return page
    }

    /// Takes a run's name and its artifacts away; `clear` does the rest.
    /// - Returns: how many artifacts there were.
    package func remove(run: Thing, in session: SQLSession) throws -> Int {
        try session.execute(
            "UPDATE run SET id = 'removed-' || number, name = '', experiment = ?, parent = NULL WHERE number = ?",
            [SQLValue(Removal.nowhere), SQLValue(run.number)])
        let files = try removeArtifacts(run, in: session)
        try events.append("run.removed", "run:\(run.id)", ["experiment": JSONValue(run.experiment), "artifacts": JSONValue(files)], in: session)
        return files
    }

    /// Removes up to so many points of a nameless run, and with the last of them the run.
    /// - Returns: how many points went; nil where there is no such run.
    package static func clear(atMost count: Int, in session: SQLSession) throws -> Int? {
        guard let number = try session.row("SELECT number FROM run WHERE experiment = ? LIMIT 1", [SQLValue(nowhere)])?.int("number") else {
            return nil
        }
        let run = SQLValue(number)
        let end = try session.row(
            "SELECT metric, at, step, value FROM metric_point WHERE run = ? ORDER BY metric, at, step, value LIMIT 1 OFFSET ?",
            [run, SQLValue(count)])
        if let end {
            try session.execute(
                "DELETE FROM metric_point WHERE run = ? AND (metric, at, step, value) < (?, ?, ?, ?)",
                [run, end["metric"], end["at"], end["step"], end["value"]])
            return session.changedRows
        }
        try session.execute("DELETE FROM metric_point WHERE run = ?", [run])
        let points = session.changedRows
        for table in ["metric_latest", "run_parameter", "run_tag", "run_input", "run_model"] {
            try session.execute("DELETE FROM \(table) WHERE run = ?", [run])
        }
        try session.execute("DELETE FROM run WHERE number = ?", [run])
        return points
    }

    // MARK: - Logged models

    /// Logged models that were deleted, by themselves or with their experiment.
    package func models(from place: Place, count: Int, sparing kept: KeptThings, in session: SQLSession) throws -> Page {
        let rows = try session.rows(
            "SELECT m.id, m.experiment, e.artifacts FROM logged_model m LEFT JOIN experiment e ON e.id = m.experiment "
                + "WHERE m.id > ? AND (m.deleted <= ? OR e.deleted <= ?) ORDER BY m.id LIMIT ?",
            [place.text, SQLValue(limit), SQLValue(limit), SQLValue(count)])
        var page = Page()
        for row in rows {
            let (id, experiment) = (row.text("id") ?? "", row.int("experiment") ?? 0)
            let folder = ArtifactAddress.folder("models/\(id)", of: experiment, row.text("artifacts"))
            if kept.models.contains(id) || kept.holds(folder) {
                page.kept += 1
            } else {
                page.things.append(Thing(number: 0, id: id, experiment: experiment, folder: folder))
            }
        }
        if rows.count == count, let last = rows.last { page.next = Place(at: 0, key: last["id"]) }
        return page
    }

    /// Removes a logged model with its artifacts.
    /// - Returns: how many artifacts there were.
    package func remove(model: Thing, in session: SQLSession) throws -> Int {
        let id = [SQLValue(model.id)]
        for table in ["logged_model_parameter", "logged_model_tag", "logged_model_metric", "run_model"] {
            try session.execute("DELETE FROM \(table) WHERE model = ?", id)
        }
        try session.execute("DELETE FROM logged_model WHERE id = ?", id)
        let files = try removeArtifacts(model, in: session)
        try events.append("logged_model.removed", "logged_model:\(model.id)", ["artifacts": JSONValue(files)], in: session)
        return files
    }

    // MARK: - Experiments

    /// Deleted experiments in which nothing is left but what goes too. The first one and the pipeline's are never among them.
    /// - Parameters:
    ///   - goingRuns: how many runs of an experiment go.
    ///   - goingModels: how many logged models of one go.
    package func experiments(
        without goingRuns: [Int: Int] = [:], _ goingModels: [Int: Int] = [:], sparing kept: KeptThings, in session: SQLSession
    ) throws -> Page {
        let rows = try session.rows(
            "SELECT e.id, e.name, e.artifacts, (SELECT count(*) FROM run WHERE experiment = e.id) AS runs, "
                + "(SELECT count(*) FROM logged_model WHERE experiment = e.id) AS models FROM experiment e "
                + "WHERE e.deleted <= ? AND e.id != 0 AND e.origin = '' ORDER BY e.id", [SQLValue(limit)])
        var page = Page()
        for row in rows {
            let id = row.int("id") ?? 0
            // Of a folder that somebody chose, it is not known what else lies there.
            let folder = row.text("artifacts") == nil ? try? ArtifactPath("\(id)") : nil
            let isEmpty = row.int("runs") ?? 0 == goingRuns[id] ?? 0 && row.int("models") ?? 0 == goingModels[id] ?? 0
            if !isEmpty || kept.holds(folder) {
                page.kept += 1
            } else {
                page.things.append(Thing(number: id, id: row.text("name") ?? "", experiment: id, folder: folder))
            }
        }
        return page
    }

    /// Removes an experiment with what is left of its artifacts. Its name is free again, its number is not given again.
    /// - Returns: how many artifacts there were.
    package func remove(experiment: Thing, in session: SQLSession) throws -> Int {
        let number = [SQLValue(experiment.number)]
        for table in ["experiment_tag", "logged_dataset"] { try session.execute("DELETE FROM \(table) WHERE experiment = ?", number) }
        try session.execute("DELETE FROM experiment WHERE id = ?", number)
        let files = try removeArtifacts(experiment, in: session)
        let body: JSONValue = ["name": .string(experiment.id), "artifacts": JSONValue(files)]
        try events.append("experiment.removed", "experiment:\(experiment.number)", body, in: session)
        return files
    }

    private func removeArtifacts(_ thing: Thing, in session: SQLSession) throws -> Int {
        guard let folder = thing.folder else { return 0 }
        return try ArtifactTree.remove(folder, in: session)
    }
}

extension Removal.Place {
    /// The key where it is a number.
    fileprivate var number: SQLValue { if case .integer = key { key } else { .integer(.min) } }

    /// The key where it is a text.
    fileprivate var text: SQLValue { if case .text = key { key } else { .text("") } }
}
