import Database
package import DuckDB
package import Experiments
import Objects
package import Support
import Tables

extension RunExport {
    /// Writes `runs`, `parameters`, `tags` and `points` as Parquet, and the runs with all that is short as JSON. The files take their names once all
    /// of them are whole.
    package func writeParquet(
        of runs: [TrackedRun], to folder: String, with engine: DuckDB, isCancelled: () -> Bool = { false }
    ) throws(MartletError) -> Report {
        var report = Report(folder: folder, runs: runs.map(\.id))
        try makeFolder(folder)
        try makeTables(engine)
        var lines: [JSONValue] = []
        for start in stride(from: 0, to: runs.count, by: ParquetTables.runsAtOnce) {
            if isCancelled() { throw MartletError(.cancelled, "Stopped; nothing was written.") }
            let some = Array(runs[start..<min(start + ParquetTables.runsAtOnce, runs.count)])
            let contents = try database.read { try RunReader.contents(of: some, in: $0) }
            try ParquetTables.append(some, contents, to: engine)
            lines += zip(some, contents).map(ParquetTables.json)
            for run in some { report.points += try appendPoints(of: run, to: engine) }
        }
        report.files = ["points.parquet", "runs.json", "runs.parquet", "parameters.parquet", "tags.parquet"].sorted()
        try write(lines, report, engine)
        try record(report, format: "parquet")
        return report
    }

    private func makeTables(_ engine: DuckDB) throws(MartletError) {
        try engine.execute(
            """
            CREATE TABLE runs (run VARCHAR, experiment BIGINT, name VARCHAR, parent VARCHAR, status VARCHAR, started TIMESTAMP, ended TIMESTAMP);
            CREATE TABLE parameters (run VARCHAR, key VARCHAR, value VARCHAR);
            CREATE TABLE tags (run VARCHAR, key VARCHAR, value VARCHAR);
            CREATE TABLE points (run VARCHAR, metric VARCHAR, step BIGINT, logged_at TIMESTAMP, value DOUBLE, model VARCHAR, dataset VARCHAR);
            """)
    }

    private func appendPoints(of run: TrackedRun, to engine: DuckDB) throws(MartletError) -> Int {
        var chunk = PointChunk(run: run.id.rawValue)
        var total = 0
        try database.read { session in
            try session.scan(
                "SELECT n.name, p.step, p.at, p.value, a.model, a.dataset_name FROM metric_point p JOIN metric_name n ON n.id = p.metric "
                    + "LEFT JOIN metric_about a ON a.id = p.about WHERE p.run = ? ORDER BY p.metric, p.at, p.step",
                [SQLValue(run.number)]
            ) { row in
                chunk.add(row)
                total += 1
                if chunk.count >= 100_000 { try chunk.flush(to: engine) }
            }
        }
        try chunk.flush(to: engine)
        return total
    }

    private func write(_ lines: [JSONValue], _ report: Report, _ engine: DuckDB) throws(MartletError) {
        let unfinished = { (name: String) in "\(report.folder)/.unfinished.\(name)" }
        do throws(MartletError) {
            for name in report.files where name.hasSuffix(".parquet") {
                let path = DuckDB.quote(literal: unfinished(name))
                try engine.execute("COPY \(name.dropLast(".parquet".count)) TO \(path) (FORMAT parquet, COMPRESSION zstd)")
            }
            FileCopy.remove(unfinished("runs.json"))
            try FileCopy.append(bytes: Array((JSONValue.array(lines).pretty + "\n").utf8), to: unfinished("runs.json"))
            for name in report.files { try FileCopy.rename(unfinished(name), to: "\(report.folder)/\(name)") }
        } catch {
            for name in report.files { FileCopy.remove(unfinished(name)) }
            throw error
        }
    }
}

/// The tables of an export.
enum ParquetTables {
    static let runsAtOnce = 500

    static func append(_ runs: [TrackedRun], _ contents: [RunContent], to engine: DuckDB) throws(MartletError) {
        let table = try Table([
            Column("run", strings: runs.map(\.id.rawValue)), Column("experiment", kind: .integer, numbers: runs.map { Double($0.experiment) }),
            Column("name", strings: runs.map(\.name)), Column("parent", strings: runs.map { $0.parent?.rawValue }),
            Column("status", strings: runs.map(\.status.rawValue)), Column("started", kind: .timestamp, numbers: runs.map(\.started.seconds)),
            Column("ended", kind: .timestamp, numbers: runs.map { $0.ended?.seconds ?? .nan }),
        ])
        try insert(table, into: "runs", engine)
        let parameters = zip(runs, contents).flatMap { run, content in content.parameters.map { (run.id.rawValue, $0.key, $0.value) } }
        let tags = zip(runs, contents).flatMap { run, content in content.tags.map { (run.id.rawValue, $0.key, $0.value) } }
        for (name, rows) in [("parameters", parameters), ("tags", tags)] where !rows.isEmpty {
            let table = try Table([
                Column("run", strings: rows.map(\.0)), Column("key", strings: rows.map(\.1)), Column("value", strings: rows.map(\.2)),
            ])
            try insert(table, into: name, engine)
        }
    }

    static func insert(_ table: Table, into name: String, _ engine: DuckDB) throws(MartletError) {
        try engine.append(table, as: "chunk")
        try engine.execute("INSERT INTO \(name) SELECT * FROM chunk; DROP TABLE chunk")
    }

    static func json(_ run: TrackedRun, _ content: RunContent) -> JSONValue {
        let pairs = { (pairs: [KeyValue]) in JSONValue.object(pairs.map { JSONValue.Member($0.key, .string($0.value)) }) }
        return [
            "run": .string(run.id.rawValue), "experiment": JSONValue(run.experiment), "name": .string(run.name),
            "parent": JSONValue(run.parent?.rawValue), "status": .string(run.status.rawValue), "started": .string(run.started.description),
            "ended": JSONValue(run.ended?.description), "parameters": pairs(content.parameters), "tags": pairs(content.tags),
            "metrics": .object(content.metrics.map { JSONValue.Member($0.name, JSONValue($0.value)) }),
            "inputs": .array(content.inputs.map { ["name": .string($0.name), "digest": .string($0.digest), "source": .string($0.source)] }),
            "models": .array(content.models.map { ["direction": .string($0.direction.rawValue), "model": .string($0.model)] }),
        ]
    }
}

/// Points on their way into a table.
struct PointChunk {
    let run: String
    private var names: [String?] = []
    private var steps: [Double] = []
    private var times: [Double] = []
    private var values: [Double] = []
    private var models: [String?] = []
    private var datasets: [String?] = []

    init(run: String) { self.run = run }

    var count: Int { names.count }

    mutating func add(_ row: SQLColumns) {
        names.append(row.text(0) ?? "")
        steps.append(Double(row.integer(1) ?? 0))
        times.append(Timestamp(microseconds: row.integer(2) ?? 0).seconds)
        values.append(row.double(3) ?? .nan)
        models.append(row.text(4).flatMap { $0.isEmpty ? nil : $0 })
        datasets.append(row.text(5).flatMap { $0.isEmpty ? nil : $0 })
    }

    mutating func flush(to engine: DuckDB) throws(MartletError) {
        guard count > 0 else { return }
        let table = try Table([
            Column("run", strings: names.map { _ in run }), Column("metric", strings: names), Column("step", kind: .integer, numbers: steps),
            Column("logged_at", kind: .timestamp, numbers: times), Column("value", numbers: values), Column("model", strings: models),
            Column("dataset", strings: datasets),
        ])
        try ParquetTables.insert(table, into: "points", engine)
        self = PointChunk(run: run)
    }
}
