package import Database
package import Events
package import Support

/// The logged models of a project. Every call works in the caller's transaction.
package struct LoggedModelStore: Sendable {
    private let events: EventLog
    private let clock: any WallClock

    package init(events: EventLog, clock: any WallClock) {
        self.events = events
        self.clock = clock
    }

    /// - Parameter created: when it was made, where that was elsewhere; now where it is nil.
    package func create(
        _ id: String, name: String, experiment: Int, run: RunID?, type: String, parameters: [KeyValue], tags: [KeyValue], created: Timestamp? = nil,
        in session: SQLSession
    ) throws -> LoggedModel {
        let now = clock.now()
        try session.execute(
            "INSERT INTO logged_model (id, experiment, name, run, type, status, created, updated, actor) VALUES (?, ?, ?, ?, ?, 'pending', ?, ?, ?)",
            [
                SQLValue(id), SQLValue(experiment), SQLValue(name), SQLValue(run?.rawValue), SQLValue(type), SQLValue(created ?? now), SQLValue(now),
                SQLValue(events.currentActor),
            ])
        try put(parameters, into: "logged_model_parameter", of: id, in: session)
        try put(tags, into: "logged_model_tag", of: id, in: session)
        try events.append("logged_model.created", "logged_model:\(id)", ["name": .string(name), "run": JSONValue(run?.rawValue)], in: session)
        guard let model = try model(id, in: session) else { throw MartletError(.defect, "A logged model was not stored.") }
        return model
    }

    /// Says how the writing of a model's files ended.
    package func finalize(_ id: String, _ status: LoggedModel.Status, message: String = "", in session: SQLSession) throws {
        try session.execute(
            "UPDATE logged_model SET status = ?, message = ?, updated = ? WHERE id = ?",
            [SQLValue(status.rawValue), SQLValue(message), SQLValue(clock.now()), SQLValue(id)])
        try events.append("logged_model.finalized", "logged_model:\(id)", ["status": .string(status.rawValue)], in: session)
    }

    package func delete(_ id: String, in session: SQLSession) throws {
        try session.execute("UPDATE logged_model SET deleted = ? WHERE id = ? AND deleted IS NULL", [SQLValue(clock.now()), SQLValue(id)])
        try events.append("logged_model.deleted", "logged_model:\(id)", in: session)
    }

    package func set(_ tags: [KeyValue], on id: String, in session: SQLSession) throws {
        try put(tags, into: "logged_model_tag", of: id, in: session)
    }

    package func add(_ parameters: [KeyValue], to id: String, in session: SQLSession) throws {
        try put(parameters, into: "logged_model_parameter", of: id, in: session)
    }

    /// Removes a tag.
    /// - Returns: whether there was one.
    package func removeTag(_ key: String, from id: String, in session: SQLSession) throws -> Bool {
        let arguments = [SQLValue(id), SQLValue(key)]
        guard try session.row("SELECT 1 FROM logged_model_tag WHERE model = ? AND key = ?", arguments) != nil else { return false }
        try session.execute("DELETE FROM logged_model_tag WHERE model = ? AND key = ?", arguments)
        return true
    }

    /// The model of that identifier, deleted or not.
    package func model(_ id: String, in session: SQLSession) throws -> LoggedModel? {
        try session.row("SELECT * FROM logged_model WHERE id = ?", [SQLValue(id)]).map { try LoggedModelStore.model($0, in: session) }
    }

    static func model(_ row: SQLRow, in session: SQLSession) throws -> LoggedModel {
        let id = row.text("id") ?? ""
        var model = LoggedModel(
            id: id, experiment: row.int("experiment") ?? 0, name: row.text("name") ?? "", run: row.text("run").map { RunID($0) },
            type: row.text("type") ?? "", status: LoggedModel.Status(rawValue: row.text("status") ?? "") ?? .pending,
            message: row.text("message") ?? "", created: row.time("created") ?? Timestamp(microseconds: 0),
            updated: row.time("updated") ?? Timestamp(microseconds: 0), deleted: row.time("deleted"), actor: row.text("actor"))
        model.parameters = try pairs(of: id, in: "logged_model_parameter", session)
        model.tags = try pairs(of: id, in: "logged_model_tag", session)
        model.metrics = try metrics(of: id, session)
        return model
    }

    private static func pairs(of id: String, in table: StaticString, _ session: SQLSession) throws -> [KeyValue] {
        try session.rows("SELECT key, value FROM \(table) WHERE model = ? ORDER BY key", [SQLValue(id)]).map {
            KeyValue($0.text("key") ?? "", $0.text("value") ?? "")
        }
    }

    private static func metrics(of id: String, _ session: SQLSession) throws -> [ModelMetric] {
        var metrics: [ModelMetric] = []
        let select = "SELECT n.name, m.value, m.at, m.step, m.dataset_name, m.dataset_digest, m.run FROM logged_model_metric m"
        try session.scan("\(select) JOIN metric_name n ON n.id = m.metric WHERE m.model = ? ORDER BY n.name, m.dataset_name", [SQLValue(id)]) { row in
            let about = MetricAbout(model: id, datasetName: row.text(4) ?? "", datasetDigest: row.text(5) ?? "")
            let point = MetricPoint(
                row.text(0) ?? "", MetricValue.read(row, 1), at: Timestamp(microseconds: row.integer(2) ?? 0), step: row.integer(3) ?? 0, about: about
            )
            metrics.append(ModelMetric(point: point, run: RunID(row.text(6) ?? "")))
        }
        return metrics
    }

    /// Keeps a point that was measured of a model, where it is the latest of its metric and dataset.
    static func measure(_ point: MetricPoint, by run: TrackedRun, metrics: inout MetricNames, in session: SQLSession) throws {
        guard let about = point.about else { return }
        try session.execute(
            "INSERT INTO logged_model_metric (model, metric, dataset_name, dataset_digest, run, at, step, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                + "ON CONFLICT DO UPDATE SET run = excluded.run, at = excluded.at, step = excluded.step, value = excluded.value "
                + "WHERE (excluded.step, excluded.at, excluded.value) > (step, at, value)",
            [
                SQLValue(about.model), SQLValue(try metrics.number(of: point.name)), SQLValue(about.datasetName), SQLValue(about.datasetDigest),
                SQLValue(run.id), .integer(point.at.microseconds), .integer(point.step), MetricValue.stored(point.value),
            ])
    }

    private func put(_ pairs: [KeyValue], into table: StaticString, of id: String, in session: SQLSession) throws {
        for pair in pairs {
            try session.execute(
                "INSERT INTO \(table) (model, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                [SQLValue(id), SQLValue(pair.key), SQLValue(pair.value)])
        }
    }
}
