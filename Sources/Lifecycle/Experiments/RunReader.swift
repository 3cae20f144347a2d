package import Database
package import Support

/// Reads runs and what was logged to them.
package enum RunReader {
    /// What a query of runs names the columns of `run` by: as many as `run(_:)` reads, in its order.
    static let columns = "r.number, r.id, r.experiment, r.name, r.parent, r.status, r.started, r.ended, r.deleted, r.actor, r.claimed_user, r.step"

    package static func run(_ id: RunID, in session: SQLSession) throws -> TrackedRun? {
        var found: TrackedRun?
        try session.scan("SELECT \(columns) FROM run r WHERE r.id = ?", [SQLValue(id)]) { found = run($0) }
        return found
    }

    /// The run that a row of `columns` holds.
    static func run(_ row: SQLColumns) -> TrackedRun {
        let time = { (column: Int) in row.integer(column).map { Timestamp(microseconds: $0) } }
        return TrackedRun(
            number: Int(row.integer(0) ?? 0), id: RunID(row.text(1) ?? ""), experiment: Int(row.integer(2) ?? 0), name: row.text(3) ?? "",
            parent: row.text(4).map { RunID($0) }, status: Run.Status(rawValue: row.text(5) ?? "") ?? .interrupted,
            started: time(6) ?? Timestamp(microseconds: 0), ended: time(7), deleted: time(8), actor: row.text(9), claimedUser: row.text(10) ?? "",
            isPipeline: row.text(11)?.isEmpty == false)
    }

    /// What was logged to each of some runs, in their order.
    package static func contents(of runs: [TrackedRun], in session: SQLSession) throws -> [RunContent] {
        var contents = [RunContent](repeating: RunContent(), count: runs.count)
        guard !runs.isEmpty else { return [] }
        let place = Dictionary(runs.enumerated().map { ($1.number, $0) }, uniquingKeysWith: { first, _ in first })
        let chosen = "(SELECT value FROM json_each(?))"
        let numbers = SQLValue.text("[\(runs.map { String($0.number) }.joined(separator: ","))]")
        func each(_ sql: String, _ add: (inout RunContent, SQLColumns) throws -> Void) throws {
            try session.scan(sql, [numbers]) { row in
                guard let i = row.integer(0).flatMap({ place[Int($0)] }) else { return }
                try add(&contents[i], row)
            }
        }
        let metrics =
            "SELECT l.run, l.value, l.at, l.step, n.name, a.model, a.dataset_name, a.dataset_digest FROM metric_latest l "
            + "JOIN metric_name n ON n.id = l.metric LEFT JOIN metric_about a ON a.id = l.about"
        try each("\(metrics) WHERE l.run IN \(chosen) ORDER BY l.run, n.name") { content, row in
            content.metrics.append(point(row.text(4) ?? "", row))
        }
        try each("SELECT run, key, value FROM run_parameter WHERE run IN \(chosen) ORDER BY run, key") {
            $0.parameters.append(KeyValue($1.text(1) ?? "", $1.text(2) ?? ""))
        }
        try each("SELECT run, key, value FROM run_tag WHERE run IN \(chosen) ORDER BY run, key") {
            $0.tags.append(KeyValue($1.text(1) ?? "", $1.text(2) ?? ""))
        }
        let inputs = "SELECT i.run, d.name, d.digest, d.source_type, d.source, d.schema, d.profile, i.tags FROM run_input i"
        try each("\(inputs) JOIN logged_dataset d ON d.id = i.dataset WHERE i.run IN \(chosen) ORDER BY i.run, i.dataset") {
            $0.inputs.append(input($1))
        }
        try each("SELECT run, direction, model, step FROM run_model WHERE run IN \(chosen) ORDER BY run, direction, step, model") {
            $0.models.append(ModelLink($1.text(1) == "input" ? .input : .output, $1.text(2) ?? "", step: $1.integer(3) ?? 0))
        }
        return contents
    }

    private static func input(_ row: SQLColumns) -> DatasetInput {
        let tags = (try? JSONValue(parsing: row.text(7) ?? "{}"))?.members.map { KeyValue($0.key, $0.value.text ?? "") } ?? []
        return DatasetInput(
            name: row.text(1) ?? "", digest: row.text(2) ?? "", sourceType: row.text(3) ?? "", source: row.text(4) ?? "", schema: row.text(5),
            profile: row.text(6), tags: tags)
    }

    /// The value of a tag, where the run has it.
    package static func tag(_ key: String, of run: TrackedRun, in session: SQLSession) throws -> String? {
        try session.row("SELECT value FROM run_tag WHERE run = ? AND key = ?", [SQLValue(run.number), SQLValue(key)])?.text("value")
    }

    /// The points of a metric by time, step and value.
    /// - Parameters:
    ///   - offset: how many are left out at the start.
    ///   - limit: the most that are given; all where it is nil.
    package static func history(
        of metric: String, in run: TrackedRun, offset: Int = 0, limit: Int? = nil, in session: SQLSession
    ) throws -> [MetricPoint] {
        guard let number = try MetricNames.number(of: metric, in: session) else { return [] }
        var points: [MetricPoint] = []
        let select = "SELECT p.run, p.value, p.at, p.step, p.metric, a.model, a.dataset_name, a.dataset_digest FROM metric_point p"
        try session.scan(
            "\(select) LEFT JOIN metric_about a ON a.id = p.about WHERE p.run = ? AND p.metric = ? ORDER BY p.at, p.step, p.value LIMIT ? OFFSET ?",
            [SQLValue(run.number), SQLValue(number), SQLValue(limit ?? -1), SQLValue(offset)]
        ) { points.append(point(metric, $0)) }
        return points
    }

    /// The point that a row holds: value, time and step in the columns 1 to 3, what it was measured of in 5 to 7.
    private static func point(_ name: String, _ row: SQLColumns) -> MetricPoint {
        let about = row.text(5).map { MetricAbout(model: $0, datasetName: row.text(6) ?? "", datasetDigest: row.text(7) ?? "") }
        return MetricPoint(
            name, MetricValue.read(row, 1), at: Timestamp(microseconds: row.integer(2) ?? 0), step: row.integer(3) ?? 0, about: about)
    }
}
