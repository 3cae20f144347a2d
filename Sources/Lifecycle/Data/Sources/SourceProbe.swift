import DuckDB
import Support
import Tables

/// Decides the format of a source by looking at its files.
struct SourceProbe {
    let engine: DuckDB
    let plan: DataPlan
    let directory: String

    /// The format of files, with forms by a sample.
    func format(of files: [SourceFile]) throws(MartletError) -> SourceFormat {
        guard let file = files.first else { throw MartletError(.invalidInput, "The source names no file.") }
        let probe = try FileProbe(file)
        guard probe.layout == .delimited else { return try typedFormat(files, probe) }
        let dialect = try DialectProbe(engine: engine, plan: plan.source, file: file, compression: probe.compression).dialect(names: try names())
        var format = SourceFormat(
            layout: .delimited, delimiter: dialect.delimiter, quote: dialect.quote, escape: dialect.escape, hasHeader: dialect.hasHeader,
            compression: probe.compression, encoding: plan.source.encoding, decimalComma: plan.source.decimal == ",", missing: plan.source.missing,
            fields: dialect.names.map { SourceFormat.Field($0, form: .text, kind: .text) })
        try checkNames(format, file)
        try checkHeaders(of: files, format)
        if !looksAtAll(files, format) { try decideForms(files, &format, sample: SourceProbe.sampleRows(format)) }
        return format
    }

    /// As many rows show the forms of a table's columns.
    private static func sampleRows(_ format: SourceFormat) -> Int { max(500, min(20_480, 2_000_000 / max(1, format.fields.count))) }

    /// From so many columns on, an expression for every column takes more time than its values.
    static let wide = 200
    /// The largest wide table whose values are all looked at before it is read, in bytes.
    private static let mostBytes = 512 << 20

    /// Whether forms are to be decided by every value before anything is read, so that reading need not ask again. It is for wide tables: what a
    /// sample showed has to be proved by patterns, and the engine makes those of every column anew.
    func looksAtAll(_ files: [SourceFile], _ format: SourceFormat) -> Bool {
        let bytes = files.reduce(0) { $0 + $1.size }
        return format.fields.count > SourceProbe.wide && format.fields.contains { $0.storedType == nil }
            && bytes * (format.layout == .delimited && format.compression == nil ? 1 : 8) <= SourceProbe.mostBytes
    }

    /// The format of the test files: as the training files', columns found by name where there is a header.
    func format(of files: [SourceFile], like known: SourceFormat) throws(MartletError) -> SourceFormat {
        guard let file = files.first else { throw MartletError(.invalidInput, "The source names no test file.") }
        let probe = try FileProbe(file)
        guard probe.layout == .delimited, known.layout == .delimited else {
            let format = try typedFormat(files, probe)
            try require(known.names, in: format.names, file)
            return format
        }
        var source = plan.source
        source.header = known.hasHeader ? .present : .absent
        let names = known.hasHeader ? [] : known.names
        let dialect = try DialectProbe(engine: engine, plan: source, file: file, compression: probe.compression).dialect(names: names)
        try require(known.names, in: dialect.names, file)
        var format = known
        (format.delimiter, format.quote, format.escape, format.compression) = (dialect.delimiter, dialect.quote, dialect.escape, probe.compression)
        guard dialect.names == known.names else {
            throw MartletError(
                .invalidInput, "The columns of \(file.name) are not those of the training file, in their order. Give both files the same header.",
                place: SourcePlace(file: file.name, line: 1))
        }
        try checkHeaders(of: files, format)
        return format
    }

    private func require(_ names: [String], in there: [String], _ file: SourceFile) throws(MartletError) {
        for name in names where !there.contains(name) {
            throw MartletError(
                .invalidInput, "\(file.name) has no column “\(name)”, which the training file has.\(didYouMean(name, among: there))",
                place: SourcePlace(file: file.name, line: 1))
        }
    }

    /// Decides the form of every text column by its values. One expression over all values, unpivoted: an expression for every column would
    /// compile the patterns as many times.
    /// - Parameter sample: how many rows to look at; nil is all.
    /// - Returns: the columns in which a text means a missing value.
    @discardableResult
    func decideForms(_ files: [SourceFile], _ format: inout SourceFormat, sample: Int?) throws(MartletError) -> Set<String> {
        let scan = SourceScan(files: files, format: format)
        let open = format.fields.indices.filter { format.fields[$0].storedType == nil }
        guard !open.isEmpty else { return [] }
        let names = open.map { "\(SQL.name(format.fields[$0].name)) AS c\($0)" }.joined(separator: ", ")
        let rows = "SELECT \(names) FROM \(scan.raw())\(sample.map { " LIMIT \($0)" } ?? "")"
        let forms = TextForms.aggregate("v", missing: scan.isMissing("v", .number), comma: format.decimalComma)
        let values = "UNPIVOT (\(rows)) ON \(open.map { "c\($0)" }.joined(separator: ", ")) INTO NAME n VALUE v"
        let marked = "coalesce(bool_or(\(scan.isMissing("v", .text))), false)"
        let answer = try Answer(engine, "SELECT n, \(forms) AS f, \(marked) AS m FROM (\(values)) GROUP BY n")
        var found: [String: TextForms] = [:]
        var markedColumns: Set<String> = []
        for row in 0..<answer.rowCount {
            found[answer.text(row, 0)] = TextForms(rawValue: answer.count(row, 1))
            if answer.count(row, 2) == 1 { markedColumns.insert(answer.text(row, 0)) }
        }
        for i in open {
            decide(&format.fields[i], (found["c\(i)"] ?? []).union(sample == nil ? format.fields[i].forms : []), comma: format.decimalComma)
        }
        return Set(open.filter { markedColumns.contains("c\($0)") }.map { format.fields[$0].name })
    }

    private func decide(_ field: inout SourceFormat.Field, _ forms: TextForms, comma: Bool) {
        field.forms = forms
        field.form = forms.form
        field.kind = field.form.kind
        guard let kind = plan.column(field.name)?.kind else { return }
        field.isDecided = true
        field.kind = kind
        guard field.form.kind != kind else { return }
        switch kind {
        case .text: field.form = .text
        case .integer: field.form = .integer
        case .number: field.form = comma ? .decimalComma : .number
        case .boolean: field.form = .boolean
        case .timestamp: field.form = .isoTimeWithZone
        }
    }

    /// The names of the columns from the settings or from a file of names.
    private func names() throws(MartletError) -> [String] {
        guard case .file(let path) = plan.source.header else { return plan.source.names }
        guard let file = try SourceFile.resolve([path], in: directory).first else { return [] }
        let sql = "SELECT content FROM read_text(\(SQL.text(file.path)))"
        let content = try engine.query(sql).columns.first?.category(0) ?? ""
        let names = content.split { "\n\r,\r\n\t".contains($0) }.map { DelimitedLine.trimmed(String($0)) }.filter { !$0.isEmpty }
        guard !names.isEmpty else { throw MartletError(.invalidInput, "\(path) names no columns. Write one name a line.") }
        return names
    }

    /// Columns that the plan speaks of exist. Where table rules may make columns, that is looked at after them.
    private func checkNames(_ format: SourceFormat, _ file: SourceFile) throws(MartletError) {
        let made = RowRules(plan.rules).columns(after: format.fields.map { TypedColumn($0.name, .text) }).map(\.name)
        guard plan.tableRules.isEmpty else { return }
        for column in plan.columns where !made.contains(column.name) {
            throw MartletError(
                .invalidInput,
                "The source has no column “\(column.name)”.\(didYouMean(column.name, among: format.names)) It has: \(format.names.prefix(30).joined(separator: ", ")).",
                place: plan.places["columns.\(column.name)"] ?? SourcePlace(file: file.name, line: 1))
        }
    }

    /// Files that are read together have the same header.
    private func checkHeaders(of files: [SourceFile], _ format: SourceFormat) throws(MartletError) {
        guard format.hasHeader, files.count > 1, plan.source.names.isEmpty else { return }
        for file in files.dropFirst() {
            let lines = try DialectProbe(engine: engine, plan: plan.source, file: file, compression: format.compression).lines
            let names = DelimitedLine(delimiter: Character(format.delimiter), quote: format.quote.first).fields(lines.first ?? "")
            guard names != format.names, !zip(names, format.names).allSatisfy({ $0.isEmpty || $0 == $1 }) || names.count != format.names.count else {
                continue
            }
            throw MartletError(
                .invalidInput,
                "The header of \(file.name) is not that of \(files[0].name). Give all files of a source the same columns in the same order.",
                place: SourcePlace(file: file.name, line: 1))
        }
    }

    private func typedFormat(_ files: [SourceFile], _ probe: FileProbe) throws(MartletError) -> SourceFormat {
        var format = SourceFormat(
            layout: probe.layout, delimiter: "", quote: "", escape: "", hasHeader: false, compression: probe.compression, encoding: "utf-8",
            decimalComma: false, missing: plan.source.missing, fields: [])
        let described = try engine.query(
            "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM \(SourceScan(files: files, format: format).raw()))")
        guard described.rowCount <= DialectProbe.columnLimit else {
            throw MartletError(
                .invalidInput,
                "\(probe.file.name) has \(described.rowCount) columns; at most \(DialectProbe.columnLimit) are read. Keep the columns that matter.")
        }
        for row in 0..<described.rowCount {
            let (name, type) = (described.columns[0].category(row) ?? "", described.columns[1].category(row) ?? "")
            let isOpen = type == "VARCHAR" && probe.file.holdsTexts
            let kind = plan.column(name)?.kind ?? SourceProbe.kind(of: type)
            format.fields.append(SourceFormat.Field(name, form: .text, kind: kind, storedType: isOpen ? nil : type))
        }
        try checkNames(format, probe.file)
        if probe.file.holdsTexts, !looksAtAll(files, format) { try decideForms(files, &format, sample: SourceProbe.sampleRows(format)) }
        return format
    }

    /// The columns of a table of the engine.
    static func columns(of table: String, engine: DuckDB) throws(MartletError) -> [TypedColumn] {
        let described = try engine.query("SELECT column_name, column_type FROM (DESCRIBE \(SQL.name(table)))")
        return (0..<described.rowCount).map { row in
            TypedColumn(described.columns[0].category(row) ?? "", kind(of: described.columns[1].category(row) ?? ""))
        }
    }

    /// What values of a type of the engine mean.
    static func kind(of type: String) -> ColumnKind {
        switch type {
        case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER": .integer
        case "FLOAT", "DOUBLE", "UBIGINT", "HUGEINT", "UHUGEINT": .number
        case "BOOLEAN": .boolean
        case _ where type.hasPrefix("DECIMAL"): .number
        case _ where type.hasPrefix("TIMESTAMP") || type == "DATE": .timestamp
        default: .text
        }
    }
}
