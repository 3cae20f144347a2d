package import Database
internal import Support

extension RunLog {
    /// Takes back the points of a run from a step on, in the caller's transaction: its program began anew there.
    package func dropPoints(of run: TrackedRun, from step: Int64, in session: SQLSession) throws {
        let bounds = [SQLValue(run.number), SQLValue.integer(step)]
        try session.execute("DELETE FROM metric_point WHERE run = ? AND step >= ?", bounds)
        let touched = try session.rows("SELECT metric FROM metric_latest WHERE run = ? AND step >= ?", bounds).compactMap { $0.int("metric") }
        try session.execute("DELETE FROM metric_latest WHERE run = ? AND step >= ?", bounds)
        for metric in touched {
            try session.execute(
                "INSERT INTO metric_latest (run, metric, step, at, value, about) SELECT run, metric, step, at, value, about FROM metric_point "
                    + "WHERE run = ? AND metric = ? ORDER BY step DESC, at DESC, value DESC LIMIT 1",
                [SQLValue(run.number), SQLValue(metric)])
        }
    }
}
