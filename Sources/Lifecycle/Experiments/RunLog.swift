package import Database
package import Events
package import Support

/// What runs log while they run. Every call works in the caller's transaction. Points are no events of the record: how many there were stands in the
/// event that ends the run.
package struct RunLog: Sendable {
    private let events: EventLog
    private let clock: any WallClock

    package init(events: EventLog, clock: any WallClock) {
        self.events = events
        self.clock = clock
    }

    // MARK: - Life

    /// Begins a run.
    /// - Throws: `alreadyExists` for an identifier that is in use.
    package func begin(_ draft: RunDraft, tags: [KeyValue] = [], in session: SQLSession) throws -> TrackedRun {
        try session.execute(
            "INSERT INTO run (id, experiment, name, parent, status, started, actor, claimed_user) VALUES (?, ?, ?, ?, 'running', ?, ?, ?) "
                + "ON CONFLICT (id) DO NOTHING",
            [
                SQLValue(draft.id), SQLValue(draft.experiment), SQLValue(draft.name), SQLValue(draft.parent?.rawValue), SQLValue(draft.started),
                SQLValue(events.currentActor), SQLValue(draft.claimedUser),
            ])
        guard session.changedRows > 0 else { throw MartletError(.alreadyExists, "There is a run \(draft.id) already.") }
        let run = TrackedRun(
            number: session.lastInserted, id: draft.id, experiment: draft.experiment, name: draft.name, parent: draft.parent, status: .running,
            started: draft.started, actor: events.currentActor, claimedUser: draft.claimedUser, isPipeline: false)
        try put(tags, into: "run_tag", of: run, in: session)
        try events.append("run.begun", "run:\(run.id)", ["experiment": JSONValue(run.experiment), "name": .string(run.name)], in: session)
        return run
    }

    /// Changes how a run stands, when it ended and what it is called; what is nil stays.
    package func update(_ run: TrackedRun, status: Run.Status?, ended: Timestamp?, name: String?, in session: SQLSession) throws {
        try session.execute(
            "UPDATE run SET status = coalesce(?, status), ended = coalesce(?, ended), name = coalesce(?, name) WHERE number = ?",
            [SQLValue(status?.rawValue), SQLValue(ended), SQLValue(name), SQLValue(run.number)])
        guard let status, status != run.status, status != .running, status != .scheduled else { return }
        let points = try session.row("SELECT count(*) AS n FROM metric_point WHERE run = ?", [SQLValue(run.number)])?.int("n") ?? 0
        try events.append("run.ended", "run:\(run.id)", ["status": .string(status.rawValue), "points": JSONValue(points)], in: session)
    }

    /// Deletes a run so that it can be restored; one that is deleted stays as it is.
    package func delete(_ run: TrackedRun, in session: SQLSession) throws {
        guard run.deleted == nil else { return }
        try session.execute("UPDATE run SET deleted = ? WHERE number = ?", [SQLValue(clock.now()), SQLValue(run.number)])
        try events.append("run.deleted", "run:\(run.id)", in: session)
    }

    /// Restores a deleted run; one that is not deleted stays as it is.
    package func restore(_ run: TrackedRun, in session: SQLSession) throws {
        guard run.deleted != nil else { return }
        try session.execute("UPDATE run SET deleted = NULL WHERE number = ?", [SQLValue(run.number)])
        try events.append("run.restored", "run:\(run.id)", in: session)
    }

    // MARK: - Content

    /// Logs parameters, points of metrics and tags. A parameter is written once; the same point twice is one.
    /// - Returns: the parameters that have another value already; where there are any, nothing of the batch is to be kept: throw.
    package func log(_ batch: RunBatch, to run: TrackedRun, in session: SQLSession) throws -> [ParameterConflict] {
        let conflicts = try put(batch.parameters, of: run, in: session)
        guard conflicts.isEmpty else { return conflicts }
        try RunLog.put(batch.points, of: run, in: session)
        try put(batch.tags, into: "run_tag", of: run, in: session)
        return []
    }

    /// Removes a tag.
    /// - Returns: whether there was one.
    package func removeTag(_ key: String, from run: TrackedRun, in session: SQLSession) throws -> Bool {
        let arguments = [SQLValue(run.number), SQLValue(key)]
        guard try session.row("SELECT 1 FROM run_tag WHERE run = ? AND key = ?", arguments) != nil else { return false }
        try session.execute("DELETE FROM run_tag WHERE run = ? AND key = ?", arguments)
        return true
    }

    /// Records what a run has read, and of which logged models.
    package func log(_ inputs: [DatasetInput], models: [ModelLink], to run: TrackedRun, in session: SQLSession) throws {
        for input in inputs {
            let key = [SQLValue(run.experiment), SQLValue(input.name), SQLValue(input.digest)]
            try session.execute(
                "INSERT INTO logged_dataset (experiment, name, digest, source_type, source, schema, profile) VALUES (?, ?, ?, ?, ?, ?, ?) "
                    + "ON CONFLICT DO NOTHING",
                key + [SQLValue(input.sourceType), SQLValue(input.source), SQLValue(input.schema), SQLValue(input.profile)])
            let tags = JSONValue.object(input.tags.map { JSONValue.Member($0.key, .string($0.value)) })
            try session.execute(
                "INSERT INTO run_input (run, dataset, tags) SELECT ?, id, ? FROM logged_dataset WHERE experiment = ? AND name = ? AND digest = ? "
                    + "ON CONFLICT DO NOTHING",
                [SQLValue(run.number), SQLValue(tags.compact)] + key)
        }
        for link in models {
            try session.execute(
                "INSERT INTO run_model (run, direction, model, step) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [SQLValue(run.number), SQLValue(link.direction.rawValue), SQLValue(link.model), .integer(link.step)])
        }
    }

    // MARK: - Rows

    private func put(_ parameters: [KeyValue], of run: TrackedRun, in session: SQLSession) throws -> [ParameterConflict] {
        var conflicts: [ParameterConflict] = []
        for parameter in parameters {
            let key = [SQLValue(run.number), SQLValue(parameter.key)]
            if let old = try session.row("SELECT value FROM run_parameter WHERE run = ? AND key = ?", key)?.text("value") {
                if old != parameter.value { conflicts.append(ParameterConflict(key: parameter.key, old: old, new: parameter.value)) }
                continue
            }
            try session.execute("INSERT INTO run_parameter (run, key, value) VALUES (?, ?, ?)", key + [SQLValue(parameter.value)])
        }
        return conflicts
    }

    private func put(_ pairs: [KeyValue], into table: StaticString, of run: TrackedRun, in session: SQLSession) throws {
        for pair in pairs {
            try session.execute(
                "INSERT INTO \(table) (run, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                [SQLValue(run.number), SQLValue(pair.key), SQLValue(pair.value)])
        }
    }

    /// Keeps points, and the latest of each metric.
    static func put(_ points: [MetricPoint], of run: TrackedRun, in session: SQLSession) throws {
        guard !points.isEmpty else { return }
        var metrics = MetricNames(session: session)
        var latest: [Int: MetricPoint] = [:]
        let number = SQLValue(run.number)
        try session.forMany("INSERT OR IGNORE INTO metric_point (run, metric, at, step, value, about) VALUES (?, ?, ?, ?, ?, ?)") { insert in
            for point in points {
                let metric = try metrics.number(of: point.name)
                let about = try metrics.number(of: point.about)
                let at = SQLValue.integer(point.at.microseconds)
                try insert.run([number, SQLValue(metric), at, .integer(point.step), MetricValue.stored(point.value), SQLValue(about)])
                if latest[metric].map({ point.isLater(than: $0) }) ?? true { latest[metric] = point }
            }
        }
        try session.forMany(RunLog.latestStatement) { upsert in
            for (metric, point) in latest {
                try upsert.run([
                    number, SQLValue(metric), .integer(point.step), .integer(point.at.microseconds), MetricValue.stored(point.value),
                    SQLValue(try metrics.number(of: point.about)),
                ])
            }
        }
        for point in points where point.about?.model.isEmpty == false { try LoggedModelStore.measure(point, by: run, metrics: &metrics, in: session) }
    }

    private static let latestStatement =
        "INSERT INTO metric_latest (run, metric, step, at, value, about) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET step = excluded.step, "
        + "at = excluded.at, value = excluded.value, about = excluded.about WHERE (excluded.step, excluded.at, excluded.value) > (step, at, value)"
}

/// The numbers under which names of metrics are stored, within one transaction.
struct MetricNames {
    private let session: SQLSession
    private var known: [String: Int] = [:]
    private var abouts: [MetricAbout: Int] = [:]

    init(session: SQLSession) { self.session = session }

    mutating func number(of name: String) throws -> Int {
        if let number = known[name] { return number }
        var number = try MetricNames.number(of: name, in: session)
        if number == nil {
            try session.execute("INSERT INTO metric_name (name) VALUES (?)", [SQLValue(name)])
            number = try MetricNames.number(of: name, in: session)
        }
        guard let number else { throw MartletError(.defect, "The name of a metric was not stored.") }
        known[name] = number
        return number
    }

    /// The number of a name that has been logged before.
    static func number(of name: String, in session: SQLSession) throws -> Int? {
        var number: Int?
        try session.scan("SELECT id FROM metric_name WHERE name = ?", [SQLValue(name)]) { number = $0.integer(0).map { Int($0) } }
        return number
    }

    mutating func number(of about: MetricAbout?) throws -> Int? {
        guard let about else { return nil }
        if let number = abouts[about] { return number }
        let values = [SQLValue(about.model), SQLValue(about.datasetName), SQLValue(about.datasetDigest)]
        try session.execute("INSERT INTO metric_about (model, dataset_name, dataset_digest) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", values)
        let number = try session.row("SELECT id FROM metric_about WHERE model = ? AND dataset_name = ? AND dataset_digest = ?", values)?.int("id")
        abouts[about] = number
        return number
    }
}
