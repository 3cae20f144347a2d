import DuckDB
import Support
import Tables

/// The SQL that reads the files of a source with explicit settings.
struct SourceScan {
    let files: [SourceFile]
    let format: SourceFormat

    /// The longest line that is read, in bytes.
    static let longestLine = 16_777_216
    /// What tells the engine so. Unasked it takes blocks of sixteen such lines, and holds several of them.
    /// Over a line that is longer than a block it passes without a word, so that blocks stay large where `LineLength` has not looked.
    static func lineLimits(_ compression: String?, encoding: String) -> [String] {
        ["max_line_size=\(longestLine)"] + (compression == nil && encoding != "utf-16" ? ["buffer_size=\(longestLine * 2)"] : [])
    }

    static let rejects = "martlet_rejects"
    static let rejectScans = "martlet_reject_scans"

    /// Every column as it stands in the files; text for delimited files.
    /// - Parameter keepsRejects: whether rows that cannot be read go to the table `rejects`; otherwise they are passed over.
    func raw(keepsRejects: Bool = false) -> String {
        let paths = "[\(files.map { SQL.text($0.path) }.joined(separator: ", "))]"
        switch format.layout {
        case .parquet: return "read_parquet(\(paths)\(files.count > 1 ? ", union_by_name=true" : ""))"
        case .jsonLines:
            let compression = format.compression.map { ", compression=\(SQL.text($0))" } ?? ""
            return "read_json(\(paths), format='newline_delimited', sample_size=-1\(compression))"
        case .delimited: return "read_csv(\(paths), \(options(keepsRejects: keepsRejects).joined(separator: ", ")))"
        }
    }

    private func options(keepsRejects: Bool) -> [String] {
        let columns = format.names.map { "\(SQL.text($0)): 'VARCHAR'" }.joined(separator: ", ")
        let failures =
            keepsRejects
            ? [
                "store_rejects=true", "rejects_table=\(SQL.text(SourceScan.rejects))", "rejects_scan=\(SQL.text(SourceScan.rejectScans))",
                "rejects_limit=100000",
            ]
            : ["ignore_errors=true"]
        return [
            "auto_detect=false", "delim=\(SQL.text(format.delimiter))", "quote=\(SQL.text(format.quote))", "escape=\(SQL.text(format.escape))",
            "header=\(format.hasHeader)", "columns={\(columns)}", "encoding=\(SQL.text(format.encoding))",
            "compression=\(SQL.text(format.compression ?? "none"))",
            "null_padding=false",
        ] + SourceScan.lineLimits(format.compression, encoding: format.encoding) + failures
    }

    /// A SELECT of typed columns.
    /// - Parameter strict: whether a value of another form than its column's stops the query with `mark`.
    func typed(strict: Bool) -> String {
        let columns = format.fields.map { "\(expression($0, strict: strict)) AS \(SQL.name($0.name))" }
        return "SELECT \(columns.joined(separator: ", ")) FROM \(raw(keepsRejects: format.layout == .delimited))"
    }

    /// A SELECT of typed columns whose forms were decided by every value: what is known of them is not asked again.
    /// - Parameter marked: the columns in which a text means a missing value.
    func known(marked: Set<String>) -> String {
        let columns = format.fields.map { "\(known($0, isMarked: marked.contains($0.name))) AS \(SQL.name($0.name))" }
        return "SELECT \(columns.joined(separator: ", ")) FROM \(raw(keepsRejects: format.layout == .delimited))"
    }

    private func known(_ field: SourceFormat.Field, isMarked: Bool) -> String {
        guard field.storedType == nil, field.forms.form == field.form, !(isMarked && field.form == .text) else {
            return expression(field, strict: false)
        }
        let column = SQL.name(field.name)
        let plain = field.form.value(column, strict: false)
        let value = field.form == .number ? "nullif(\(plain), CAST('nan' AS DOUBLE))" : plain
        return isMarked ? "CASE WHEN \(isMissing(column, .text)) THEN NULL ELSE \(value) END" : value
    }

    /// What the error of a strict query says where a value has another form than its column.
    static let mark = "martlet: another form"

    private func expression(_ field: SourceFormat.Field, strict: Bool) -> String {
        let column = SQL.name(field.name)
        if let stored = field.storedType { return SourceScan.converted(column, stored, field.kind, isMissing(column, .text)) }
        guard field.form != .text else { return "CASE WHEN \(isMissing(column, .text)) THEN NULL ELSE \(column) END" }
        // What is no real day stops a strict query by itself.
        let holds = strict ? field.form.resembles(column) : field.form.holds(column)
        let value = field.form.value(column, strict: strict)
        // Most values are what the column holds: what is rare is asked last.
        let notANumber = field.form.kind == .number ? " WHEN \(SourceScan.isNotANumber(column)) THEN NULL" : ""
        let otherwise = strict ? "error(\(SQL.text(SourceScan.mark)))" : "NULL"
        return "CASE WHEN \(isMissing(column, .text)) THEN NULL WHEN \(holds) THEN \(value)\(notANumber) ELSE \(otherwise) END"
    }

    /// Whether a text expression is a missing value.
    func isMissing(_ column: String, _ form: TextForm) -> String {
        let plain = "\(column) IS NULL OR \(SQL.isTrimmed(column, among: [""] + format.missing))"
        return form.kind == .number ? "\(plain) OR \(SourceScan.isNotANumber(column))" : plain
    }

    private static func isNotANumber(_ column: String) -> String { "lower(trim(\(column))) IN ('nan', '+nan', '-nan')" }

    private static func converted(_ column: String, _ stored: String, _ kind: ColumnKind, _ missing: String) -> String {
        switch kind {
        case .integer: "CAST(\(column) AS BIGINT)"
        case .number: "nullif(CAST(\(column) AS DOUBLE), CAST('nan' AS DOUBLE))"
        case .boolean: column
        case .timestamp: stored.contains("TIME ZONE") ? "\(column) AT TIME ZONE 'UTC'" : "CAST(\(column) AS TIMESTAMP)"
        case .text: stored == "VARCHAR" ? "CASE WHEN \(missing) THEN NULL ELSE \(column) END" : "CAST(\(column) AS VARCHAR)"
        }
    }
}
