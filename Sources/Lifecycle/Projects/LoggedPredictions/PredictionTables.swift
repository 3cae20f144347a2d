internal import Database
internal import DuckDB
internal import Events
internal import Foundation
package import Serving
package import Support
internal import Tables

/// What an export wrote.
package struct PredictionExport: Sendable, Equatable {
    package var endpoint: String
    /// What a program reads: a pattern of file names.
    package var pattern: String
    /// Files that were there or were written.
    package var files: Int
    package var rows: Int

    /// The facts for `--json`.
    package var json: JSONValue {
        ["endpoint": .string(endpoint), "pattern": .string(pattern), "files": JSONValue(files), "rows": JSONValue(rows)]
    }
}

/// The prediction log as other programs read it.
extension Project {
    /// Writes the copy in Parquet of the oldest closed segment that has none.
    /// - Returns: false where all have one.
    package func writeTable(of log: PredictionLog) throws(MartletError) -> Bool {
        let reader = try PredictionLogReader(folder: predictionsFolder, endpoint: log.endpoint)
        guard let segment = try reader.segmentWithoutTable() else { return false }
        let engine = try DuckDB(locator: engines, threads: 1, memoryLimit: "1GB", temporaryDirectory: "\(stateFolder)/tmp")
        var table = LogTable(engine, name: "predictions")
        try segment.scan { block throws(MartletError) in try table.add(block) }
        try table.finish()
        guard table.isMade else {
            throw MartletError(.corrupted, "No block of \(segment.name) can be read. Restore it from a backup.")
        }
        let target = DuckDB.quote(literal: segment.unfinished)
        try engine.execute("COPY (SELECT \(table.selection()) FROM predictions) TO \(target) (FORMAT parquet, COMPRESSION zstd)")
        _ = try log.publish(segment)
        return true
    }

    /// Makes everything that was logged up to now readable as Parquet, in the log's own folder or in another.
    /// - Parameters:
    ///   - endpoint: whose log; the project's endpoint where it is nil.
    ///   - period: what of it goes to the folder.
    ///   - folder: a new or empty folder, where a file is written for each day; nil for the log's own.
    package func exportPredictions(
        of endpoint: String?, _ period: Range<Timestamp> = PredictionLogReader.always, to folder: String?
    ) throws(MartletError) -> PredictionExport {
        try file.requireServing()
        let endpoint = try loggedEndpoint(endpoint)
        if let folder { try Project.requireEmpty(folder) }
        try withLog(of: endpoint) { log throws(MartletError) in
            try log.closeSegment()
            while try writeTable(of: log) {}
        }
        let tables = try PredictionLogReader(folder: predictionsFolder, endpoint: endpoint).tables()
        let own = "\(predictionsFolder)/\(endpoint)/*.parquet"
        var export = PredictionExport(endpoint: endpoint, pattern: own, files: tables.count, rows: 0)
        if !tables.isEmpty {
            let engine = try openDuckDB()
            let source = "read_parquet(\(DuckDB.quote(literal: own)), union_by_name = true)"
            let condition = folder == nil ? "true" : PredictionExport.condition(period)
            export.rows = Int(try engine.query("SELECT count(*) FROM \(source) WHERE \(condition)").columns.first?.numbers?.first ?? 0)
            if let folder, export.rows > 0 {
                try engine.execute(
                    "COPY (SELECT *, strftime(time, '%Y-%m-%d') AS day FROM \(source) WHERE \(condition) ORDER BY time) TO "
                        + "\(DuckDB.quote(literal: folder)) (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day))")
                export.pattern = "\(folder)/*/*.parquet"
                export.files = Int(
                    try engine.query("SELECT count(*) FROM glob(\(DuckDB.quote(literal: export.pattern)))").columns.first?.numbers?.first ?? 0)
            }
        }
        let facts: JSONValue = ["rows": JSONValue(export.rows), "to": .string(folder == nil ? "the project" : "a folder outside the log")]
        try events.record("predictions.exported", "endpoint:\(endpoint)", facts)
        return export
    }

    private static func requireEmpty(_ folder: String) throws(MartletError) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder), !names.isEmpty else { return }
        throw MartletError(.alreadyExists, "The folder \(folder) is not empty. Name a new one: what lies there is not overwritten.")
    }
}

extension PredictionExport {
    /// A period as SQL.
    fileprivate static func condition(_ period: Range<Timestamp>) -> String {
        "time >= make_timestamp(\(max(0, period.lowerBound.microseconds))) AND time < make_timestamp(\(min(period.upperBound.microseconds, 4_000_000_000_000_000)))"
    }
}
