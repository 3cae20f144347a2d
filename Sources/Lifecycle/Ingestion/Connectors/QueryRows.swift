internal import DuckDB
internal import Foundation
internal import Support

/// Rows of a database on their way to a Parquet file: CSV, every value in quotes and nothing at all for a missing one, then types.
struct QueryRows {
    /// A column and the type of the engine that holds it.
    struct Column: Equatable {
        var name: String
        var type: String
    }

    let columns: [Column]

    /// Two columns of one name could not be told apart.
    /// - Throws: `invalidInput`.
    init(_ columns: [Column]) throws(MartletError) {
        self.columns = columns
        for (i, column) in columns.enumerated() where columns[..<i].contains(where: { $0.name.lowercased() == column.name.lowercased() }) {
            throw MartletError(.invalidInput, "The query has two columns called “\(column.name)”. Name one of them with AS.")
        }
        guard !columns.isEmpty else { throw MartletError(.invalidInput, "The query has no columns. Correct it.") }
    }

    /// The longest value that is read, in bytes.
    private static let longest = 256 << 20

    /// Writes the rows of a CSV file as Parquet.
    /// - Returns: how many there are.
    /// - Throws: `invalidInput` naming the column whose values its type cannot hold.
    func write(_ csv: String, to parquet: String, engine: DuckDB) throws(MartletError) -> Int {
        let names = columns.map { "\(SQL.text($0.name)): 'VARCHAR'" }.joined(separator: ", ")
        let read = """
            read_csv(\(SQL.text(csv)), auto_detect=false, delim=',', quote='"', escape='"', header=false, columns={\(names)}, nullstr='',
            allow_quoted_nulls=false, parallel=false, max_line_size=\(QueryRows.longest), buffer_size=\(QueryRows.longest * 2), null_padding=false)
            """
        let values = columns.map { "CAST(\(SQL.name($0.name)) AS \($0.type)) AS \(SQL.name($0.name))" }.joined(separator: ", ")
        do {
            try engine.execute("SET TimeZone = 'UTC'")
            try engine.execute("COPY (SELECT \(values) FROM \(read)) TO \(SQL.text(parquet)) (FORMAT parquet, COMPRESSION zstd)")
        } catch {
            guard error.code == .invalidInput else { throw error }
            throw MartletError(
                .invalidInput,
                "A value of the query cannot be kept in its column's type. Cast the column in the query, such as column::text AS column.",
                cause: error.cause ?? error.message)
        }
        return try Answer(engine, "SELECT count(*) FROM read_parquet(\(SQL.text(parquet)))").count(0, 0)
    }

    /// As part of a state: what the next batch must have, too.
    var json: JSONValue { .object(columns.map { JSONValue.Member($0.name, .string($0.type)) }) }

    /// Refuses columns other than those before.
    /// - Throws: `conflict` naming them.
    func requireSame(as before: JSONValue, source: String) throws(MartletError) {
        guard !before.members.isEmpty, before != json else { return }
        let new = json.members.filter { before[$0.key].text != $0.value.text }.map { "“\($0.key)” (\($0.value.text ?? ""))" }
        let gone = before.members.filter { json[$0.key].text == nil }.map { "“\($0.key)”" }
        let changes = [
            new.isEmpty ? nil : "new or of another type: \(new.joined(separator: ", "))",
            gone.isEmpty ? nil : "gone: \(gone.joined(separator: ", "))",
        ]
        let what = changes.compactMap(\.self).joined(separator: "; ")
        throw MartletError(
            .conflict,
            "The columns are not those of the rows that came before (\(what.isEmpty ? "another order" : what)). Nothing was taken. Correct the query, or load all anew with “martlet source sync \(source) --restart”."
        )
    }
}

/// A file that rows of CSV are written into.
final class CSVWriter {
    private let file: UnsafeMutablePointer<FILE>
    private let path: String
    private var line: [UInt8] = []

    init(_ path: String) throws(MartletError) {
        guard let file = fopen(path, "wb") else { throw .system("write", path) }
        self.file = file
        self.path = path
    }

    deinit { fclose(file) }

    func write(_ bytes: UnsafeRawBufferPointer) throws(MartletError) {
        guard fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count else { throw .system("write", path) }
    }

    private static let quote = UInt8(ascii: "\"")

    /// Writes one row: values in quotes, missing ones not at all.
    func write(_ row: [String?]) throws(MartletError) {
        line.removeAll(keepingCapacity: true)
        for (i, value) in row.enumerated() {
            if i > 0 { line.append(UInt8(ascii: ",")) }
            guard let value else { continue }
            line.append(CSVWriter.quote)
            for byte in value.utf8 {
                if byte == CSVWriter.quote { line.append(byte) }
                line.append(byte)
            }
            line.append(CSVWriter.quote)
        }
        line.append(UInt8(ascii: "\n"))
        guard fwrite(line, 1, line.count, file) == line.count else { throw .system("write", path) }
    }

    /// - Throws: `storageFull`, `inputOutput`: what could not be written is known only now.
    func finish() throws(MartletError) {
        guard fflush(file) == 0 else { throw .system("write", path) }
    }
}
