package import DuckDB
internal import Foundation
internal import Objects
package import Support
internal import Tables

/// Takes rows out of what came of a source, for good.
package struct BatchErasing: Sendable {
    private let engine: DuckDB

    package init(engine: DuckDB) { self.engine = engine }

    /// The numbers of the rows of a Parquet file, counted from 0, that hold a fitting value in one of some columns, as text. Columns that the file does
    /// not have are passed over.
    package func rows(
        of path: String, in columns: [String], where fits: (_ column: String, _ value: String) -> Bool
    ) throws(MartletError) -> [Int] {
        let file = "read_parquet(\(SQL.text(path)), file_row_number=true)"
        let there = try engine.query("SELECT * FROM \(file) LIMIT 0").columns.map(\.name)
        let known = columns.filter(there.contains)
        guard !known.isEmpty else { return [] }
        let table = try engine.query("SELECT \(known.map(SQL.name).joined(separator: ", ")) FROM \(file) ORDER BY file_row_number")
        return (0..<table.rowCount).filter { row in table.columns.contains { column in column.category(row).map { fits(column.name, $0) } ?? false } }
    }

    /// Writes a Parquet file anew without some rows.
    /// - Parameter rows: their numbers, counted from 0.
    /// - Returns: how many rows are left.
    package func write(_ path: String, without rows: [Int], to target: String) throws(MartletError) -> Int {
        let list = rows.map(String.init).joined(separator: ", ")
        let left =
            "SELECT * EXCLUDE (file_row_number) FROM read_parquet(\(SQL.text(path)), file_row_number=true) WHERE file_row_number NOT IN (SELECT unnest([\(list)]::BIGINT[])) ORDER BY file_row_number"
        try engine.execute("COPY (\(left)) TO \(SQL.text(target)) (FORMAT parquet, COMPRESSION zstd)")
        return try Answer(engine, "SELECT count(*) FROM read_parquet(\(SQL.text(target)))").count(0, 0)
    }

    /// Writes a text anew without some of its lines.
    /// - Parameter lines: their numbers, counted from 1.
    package func write(text path: String, without lines: [Int], to target: String) throws(MartletError) {
        let gone = Set(lines)
        var kept: [UInt8] = []
        var number = 1
        for byte in try readWhole(path) {
            if !gone.contains(number) { kept.append(byte) }
            if byte == 0x0A { number += 1 }
        }
        try writeWhole(kept, to: target)
    }

    /// Does something with what came of a source while nobody brings anything new. Downloads that were begun are thrown away: they may hold anything.
    /// - Parameters:
    ///   - folder: below it each source has a folder for downloads.
    ///   - body: given a folder to work in.
    package static func alone<Value>(
        with source: String, folder: String, _ body: (String) throws(MartletError) -> Value
    ) throws(MartletError) -> Value {
        let own = "\(folder)/\(source)"
        try makeFolder(own)
        let lock = try SourceLock(source, folder: own, waits: true)
        return try withExtendedLifetime(lock) { () throws(MartletError) in
            for name in (try? FileManager.default.contentsOfDirectory(atPath: own)) ?? [] where name != "lock" {
                try? FileManager.default.removeItem(atPath: "\(own)/\(name)")
            }
            let scratch = "\(own)/work"
            try makeFolder(scratch)
            defer { try? FileManager.default.removeItem(atPath: scratch) }
            return try body(scratch)
        }
    }
}
