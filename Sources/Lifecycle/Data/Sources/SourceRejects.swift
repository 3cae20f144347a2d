import DuckDB
import Support
import Tables

/// The rows that the engine could not read, after a strict reading.
struct SourceRejects {
    let engine: DuckDB
    let files: [SourceFile]
    let format: SourceFormat
    /// The share of all rows that may be unreadable.
    let limit: Double

    /// Counts and collects the rejected rows.
    ///
    /// At most `limit` of the rows may be unreadable (1 in 1,000 where the settings say nothing, so that one such row in a small file is an
    /// error). Rows in another encoding, a quote that never closes and lines longer than 16 MB are an error in any number, because what
    /// follows them cannot be trusted.
    /// - Throws: `invalidInput` that names the first such row.
    func collect(acceptedRows: Int) throws(MartletError) -> (count: Int, rows: [RejectedRow]) {
        let count = Int(
            try engine.query("SELECT count(DISTINCT (scan_id, file_id, line)) AS n FROM \(SourceScan.rejects)").columns.first?.numbers?.first ?? 0)
        guard count > 0 else { return (0, []) }
        let (rows, types) = try read()
        if let grave = types.firstIndex(where: { ["INVALID ENCODING", "UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM"].contains($0) }) {
            throw failure(rows[grave], types[grave], count: count, of: acceptedRows + count)
        }
        if Double(count) > limit * Double(acceptedRows + count), let first = rows.first {
            throw failure(first, types[0], count: count, of: acceptedRows + count)
        }
        return (count, rows)
    }

    private func read() throws(MartletError) -> (rows: [RejectedRow], types: [String]) {
        let sql = """
            SELECT s.file_path AS file, e.line AS line, min(e.column_idx) AS column_index, first(e.error_type) AS type, first(e.error_message) AS message,
                coalesce(max(e.column_idx) FILTER (e.error_type = 'TOO MANY COLUMNS'), 0) AS widest, first(left(e.csv_line, 500)) AS csv,
                min(e.line_byte_position) AS position
            FROM \(SourceScan.rejects) e JOIN \(SourceScan.rejectScans) s USING (scan_id, file_id)
            GROUP BY s.file_path, s.file_id, e.line ORDER BY s.file_id, e.line LIMIT 1000
            """
        let table = try engine.query(sql)
        func text(_ name: String, _ row: Int) -> String { table[name]?.category(row) ?? "" }
        func number(_ name: String, _ row: Int) -> Int { (table[name]?.numbers?[row]).flatMap { Int(exactly: $0) } ?? 0 }
        let lines = try self.lines((0..<table.rowCount).map { (text("file", $0), number("line", $0), number("position", $0)) })
        let rows = (0..<table.rowCount).map { row in
            let path = text("file", row)
            let name = files.first { $0.path == path }?.name ?? path
            let isShape = ["MISSING COLUMNS", "TOO MANY COLUMNS"].contains(text("type", row))
            let column = isShape ? 0 : number("column_index", row)
            return RejectedRow(
                file: name, line: lines[row], column: column > 0 ? column : nil,
                reason: reason(text("type", row), text("message", row), widest: number("widest", row)), text: text("csv", row))
        }
        return (rows, (0..<table.rowCount).map { text("type", $0) })
    }

    /// The lines in which rows begin. The engine counts rows, and a row takes several lines where a quoted cell holds line ends; where its places are
    /// those of bytes in the file, these are counted.
    private func lines(_ rows: [(path: String, line: Int, position: Int)]) throws(MartletError) -> [Int] {
        guard format.compression == nil, format.encoding == "utf-8" else { return rows.map(\.line) }
        var counted: [String: [Int: Int]] = [:]
        for (path, rows) in Dictionary(grouping: rows, by: \.path) {
            guard let file = files.first(where: { $0.path == path }) else { continue }
            counted[path] = try FileProbe(file).lines(at: rows.map(\.position))
        }
        return rows.map { max($0.line, counted[$0.path]?[$0.position] ?? 0) }
    }

    /// - Parameter widest: the columns of a row that has too many; the engine reports each surplus one as an error of its own.
    private func reason(_ type: String, _ message: String, widest: Int) -> String {
        switch type {
        case "MISSING COLUMNS":
            let found = message.split(separator: " ").last.flatMap { Int($0) }
            return "the row has \(found.map(String.init) ?? "fewer") columns; the table has \(format.fields.count)"
        case "TOO MANY COLUMNS": return "the row has \(widest) columns; the table has \(format.fields.count)"
        case "INVALID ENCODING": return "the row is not valid \(format.encoding.uppercased())"
        case "UNQUOTED VALUE": return "a quote is opened or closed in the wrong place"
        case "LINE SIZE OVER MAXIMUM": return "the line is longer than 16 MB; a quote may be missing"
        default: return message
        }
    }

    private func failure(_ row: RejectedRow, _ type: String, count: Int, of total: Int) -> MartletError {
        let advice =
            switch type {
            case "INVALID ENCODING":
                "Set “encoding: latin-1” in “source” (or give init --encoding latin-1) if that is what it is, or save the file as UTF-8."
            case "UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM": "Correct the line, or set “quote: none” in “source” if quotes mean nothing in this file."
            default:
                "Correct the file, or set “max_rejected: \(JSONValue.text(of: suggestedLimit(count, total)))” in “source” to leave such rows aside."
            }
        let delimiter = format.delimiter == "\t" ? "tab" : "“\(format.delimiter)”"
        let more = count > 1 ? " So are \(count - 1) more of \(total) rows." : ""
        let text = DelimitedLine.trimmed(row.text)
        let isVisible = text.unicodeScalars.contains { $0.value > 0x20 }
        return MartletError(
            .invalidInput, "This row cannot be read: \(row.reason) (delimiter \(delimiter)).\(more) \(advice)",
            place: SourcePlace(file: row.file, line: row.line, column: row.column), cause: isVisible ? String(text.prefix(200)) : nil)
    }

    /// The next share of one digit that would let these rows pass.
    private func suggestedLimit(_ count: Int, _ total: Int) -> Double {
        let share = Double(count) / Double(max(1, total))
        return [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5].first { $0 >= share } ?? 1
    }
}
