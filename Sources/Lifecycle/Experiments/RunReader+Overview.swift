package import Database
package import Support

/// What a list of experiments says of one.
package struct ExperimentOverview: Sendable, Equatable {
    /// Runs that are not deleted, counted up to a bound.
    package var runs: Int
    /// When the newest of them began.
    package var latest: Timestamp?
}

extension RunReader {
    /// How many runs an experiment has, counted no further than a bound, and when the newest began.
    package static func overview(of experiment: Int, countingTo bound: Int, in session: SQLSession) throws -> ExperimentOverview {
        let count = "SELECT count(*) AS n FROM (SELECT 1 FROM run WHERE experiment = ? AND deleted IS NULL LIMIT ?)"
        let runs = try session.row(count, [SQLValue(experiment), SQLValue(bound)])?.int("n") ?? 0
        let newest = "SELECT started FROM run WHERE experiment = ? AND deleted IS NULL ORDER BY started DESC LIMIT 1"
        return ExperimentOverview(runs: runs, latest: try session.row(newest, [SQLValue(experiment)])?.time("started"))
    }

    /// How many runs the project has, those of all experiments, counted no further than a bound.
    package static func count(upTo bound: Int, in session: SQLSession) throws -> Int {
        try session.row("SELECT count(*) AS n FROM (SELECT 1 FROM run WHERE deleted IS NULL LIMIT ?)", [SQLValue(bound)])?.int("n") ?? 0
    }

    /// The runs that began within a run, in the order they began.
    package static func children(of run: TrackedRun, limit: Int, in session: SQLSession) throws -> [TrackedRun] {
        var runs: [TrackedRun] = []
        try session.scan(
            "SELECT \(columns) FROM run r WHERE r.parent = ? AND r.deleted IS NULL ORDER BY r.started, r.id LIMIT ?",
            [SQLValue(run.id), SQLValue(limit)]
        ) { runs.append(RunReader.run($0)) }
        return runs
    }

    /// The runs whose identifier begins with a text, at most so many.
    package static func runs(prefix: String, limit: Int, in session: SQLSession) throws -> [TrackedRun] {
        var runs: [TrackedRun] = []
        try session.scan(
            "SELECT \(columns) FROM run r WHERE r.id >= ? AND r.id < ? ORDER BY r.id LIMIT ?",
            [SQLValue(prefix), SQLValue(prefix + "\u{10FFFF}"), SQLValue(limit)]
        ) { runs.append(RunReader.run($0)) }
        return runs
    }

    /// Whether a metric of a run has more than one point.
    package static func isSeries(_ metric: String, of run: TrackedRun, in session: SQLSession) throws -> Bool {
        guard let number = try MetricNames.number(of: metric, in: session) else { return false }
        let points = "SELECT count(*) AS n FROM (SELECT 1 FROM metric_point WHERE run = ? AND metric = ? LIMIT 2)"
        return try session.row(points, [SQLValue(run.number), SQLValue(number)])?.int("n") == 2
    }
}
