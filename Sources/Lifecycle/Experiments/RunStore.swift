package import Database
internal import Foundation
internal import Lineage
package import Support

/// Records runs and answers questions about them.
package struct RunStore: Sendable {
    private let database: any MetadataDatabase
    private let lineage: LineageGraph
    private let clock: any WallClock

    package init(database: any MetadataDatabase, clock: any WallClock) {
        self.database = database
        self.clock = clock
        lineage = LineageGraph(database: database, clock: clock)
    }

    /// Records that a run has begun.
    /// - Parameters:
    ///   - actor: who runs it.
    ///   - also: what is written in the same transaction.
    package func start(
        _ id: RunID, parent: RunID?, step: String, parameters: JSONValue, code: CodeVersion?, actor: String,
        also: (SQLSession) throws -> Void = { _ in }
    ) throws(MartletError) {
        let codeText = code.map(RunStore.text) ?? "null"
        let now = clock.now()
        try database.write { session in
            try session.execute(
                "INSERT INTO run (id, experiment, name, parent, step, status, started, parameters, code, actor) VALUES (?, ?, ?, ?, ?, 'running', ?, ?, ?, ?)",
                [
                    SQLValue(id), SQLValue(try ExperimentStore.pipeline(at: now, in: session)), SQLValue(step), SQLValue(parent?.rawValue),
                    SQLValue(step), SQLValue(now), SQLValue(parameters.compact), SQLValue(codeText), SQLValue(actor),
                ])
            try keep(parameters, of: id, in: session)
            let facts: JSONValue = ["step": .string(step), "parameters": parameters, "code": JSONValue(code?.sentence)]
            try lineage.add("run:\(id)", facts, in: session)
            try also(session)
        }
    }

    /// Records how a run ended, in the caller's transaction.
    package func end(_ id: RunID, _ status: Run.Status, error: String? = nil, in session: SQLSession) throws {
        try session.execute(
            "UPDATE run SET status = ?, ended = ?, error = ? WHERE id = ?",
            [SQLValue(status.rawValue), SQLValue(clock.now()), SQLValue(error), SQLValue(id)])
    }

    /// Records metrics, in the caller's transaction. The same metric again replaces.
    package func log(_ metrics: [RunMetric], of run: RunID, in session: SQLSession) throws {
        for metric in metrics {
            try session.execute(
                "INSERT INTO metric (run, split, name, segment, value, lower, upper, rows) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                    + "ON CONFLICT (run, split, name, segment) DO UPDATE SET value = excluded.value, lower = excluded.lower, "
                    + "upper = excluded.upper, rows = excluded.rows",
                [
                    SQLValue(run), SQLValue(metric.split), SQLValue(metric.name), SQLValue(metric.segment), SQLValue(metric.value),
                    SQLValue(metric.lower), SQLValue(metric.upper), SQLValue(metric.rows),
                ])
        }
        try keepPoints(metrics, of: run, in: session)
    }

    /// Keeps parameters so that they can be searched for: those inside others by their path with points.
    private func keep(_ parameters: JSONValue, of run: RunID, in session: SQLSession) throws {
        for (key, value) in RunStore.flat(parameters) {
            try session.execute(
                "INSERT OR IGNORE INTO run_parameter (run, key, value) SELECT number, ?, ? FROM run WHERE id = ?",
                [SQLValue(key), SQLValue(value), SQLValue(run)])
        }
    }

    private static func flat(_ value: JSONValue, path: String = "") -> [(String, String)] {
        guard case .object(let members) = value else { return path.isEmpty || value.isNull ? [] : [(path, value.text ?? value.compact)] }
        return members.flatMap { flat($0.value, path: path.isEmpty ? $0.key : "\(path).\($0.key)") }
    }

    /// Keeps what was measured over all rows as points too, as `split/metric`, for charts and searches over every kind of run.
    private func keepPoints(_ metrics: [RunMetric], of run: RunID, in session: SQLSession) throws {
        guard let run = try RunReader.run(run, in: session) else { return }
        let now = clock.now()
        let points = metrics.compactMap { metric in
            metric.segment.isEmpty ? metric.value.map { MetricPoint("\(metric.split)/\(metric.name)", $0, at: now) } : nil
        }
        try RunLog.put(points, of: run, in: session)
    }

    /// Marks runs that never ended. Call only while holding the project's lock: then whoever ran them is gone.
    /// - Parameter also: what is written for each in the same transaction.
    /// - Returns: how many there were.
    package func markInterrupted(also: (RunID, SQLSession) throws -> Void = { _, _ in }) throws(MartletError) -> Int {
        try database.write { session in
            let found = try session.rows("SELECT id FROM run WHERE status = 'running' AND step != '' ORDER BY id").compactMap { $0.text("id") }
            guard !found.isEmpty else { return 0 }
            try session.execute("UPDATE run SET status = 'interrupted', ended = ? WHERE status = 'running' AND step != ''", [SQLValue(clock.now())])
            for run in found { try also(RunID(run), session) }
            return found.count
        }
    }

    package func run(_ id: RunID) throws(MartletError) -> Run? {
        try database.read { try $0.row("SELECT * FROM run WHERE id = ?", [SQLValue(id)]).map(RunStore.run) }
    }

    /// The runs whose identifier begins with the text, at most two: to find one by a short form and to see that it is not the only one.
    package func runs(prefix: String) throws(MartletError) -> [Run] {
        let upper = prefix + "\u{10FFFF}"
        return try database.read {
            try $0.rows("SELECT * FROM run WHERE id >= ? AND id < ? LIMIT 2", [SQLValue(prefix), SQLValue(upper)]).map(RunStore.run)
        }
    }

    /// The newest pipeline run.
    package func latestPipelineRun() throws(MartletError) -> Run? {
        try database.read {
            try $0.row("SELECT * FROM run WHERE parent IS NULL AND step != '' ORDER BY started DESC, id DESC LIMIT 1").map(RunStore.run)
        }
    }

    /// The step runs of a pipeline run, in the order they began.
    package func children(of parent: RunID) throws(MartletError) -> [Run] {
        try database.read {
            try $0.rows("SELECT * FROM run WHERE parent = ? AND step != '' ORDER BY started, id", [SQLValue(parent)]).map(RunStore.run)
        }
    }

    /// The metrics of a run, over all rows first.
    package func metrics(of run: RunID) throws(MartletError) -> [RunMetric] {
        try database.read { try metrics(of: run, in: $0) }
    }

    /// The same, as the caller's transaction sees them.
    package func metrics(of run: RunID, in session: SQLSession) throws -> [RunMetric] {
        try session.rows("SELECT * FROM metric WHERE run = ? ORDER BY split, segment, name", [SQLValue(run)]).map { row in
            RunMetric(
                split: row.text("split") ?? "", name: row.text("name") ?? "", segment: row.text("segment") ?? "",
                value: row.double("value"), lower: row.double("lower"), upper: row.double("upper"), rows: row.int("rows") ?? 0)
        }
    }

    private static func run(_ row: SQLRow) -> Run {
        Run(
            id: RunID(row.text("id") ?? ""), parent: row.text("parent").map { RunID($0) }, step: row.text("step") ?? "",
            status: Run.Status(rawValue: row.text("status") ?? "") ?? .interrupted,
            started: row.time("started") ?? Timestamp(microseconds: 0), ended: row.time("ended"),
            parameters: (try? JSONValue(parsing: row.text("parameters") ?? "")) ?? .null,
            code: row.text("code").flatMap { try? JSONDecoder().decode(CodeVersion.self, from: Data($0.utf8)) }, error: row.text("error"),
            actor: row.text("actor"))
    }

    private static func text(_ code: CodeVersion) -> String {
        (try? JSONEncoder().encode(code)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}
