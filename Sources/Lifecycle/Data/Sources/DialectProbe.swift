import DuckDB
import Support
import Tables

/// Decides how a delimited file is written: delimiter, quotes, header, names of columns.
struct DialectProbe {
    let engine: DuckDB
    let plan: SourcePlan
    let file: SourceFile
    let compression: String?
    /// The first lines of the file, at most 200, without empty ones.
    let lines: [String]

    /// The most columns that a source may have.
    static let columnLimit = 10_000

    /// A dialect, and the names that the header or the settings give.
    struct Dialect {
        var delimiter: String
        var quote: String
        var escape: String
        var hasHeader: Bool
        var names: [String]
    }

    /// What the engine's own look at the file says.
    private struct Sniffed {
        var delimiter: String?
        var quote: String?
        var escape: String?
        var hasHeader: Bool?
    }

    init(engine: DuckDB, plan: SourcePlan, file: SourceFile, compression: String?) throws(MartletError) {
        self.engine = engine
        self.plan = plan
        self.file = file
        self.compression = compression
        lines = try DialectProbe.firstLines(engine, plan, file, compression)
        guard !lines.isEmpty else {
            throw MartletError(
                .invalidInput,
                file.size > SourceScan.longestLine
                    ? "\(file.name) has no line of at most \(SourceScan.longestLine >> 20) MB that holds anything. End its rows with line ends."
                    : "\(file.name) holds only empty lines. Give a file with rows.")
        }
    }

    /// - Parameter names: the names from the settings, empty where there are none.
    /// - Throws: `invalidInput` for too many columns, a delimiter that does not occur, names that do not fit.
    func dialect(names: [String]) throws(MartletError) -> Dialect {
        try refuseTooMany()
        let sniffed = sniff()
        let quote = plan.quote ?? sniffed.quote ?? "\""
        let delimiter = try chooseDelimiter(sniffed.delimiter, quote: quote)
        let line = DelimitedLine(delimiter: Character(delimiter), quote: quote.first)
        let first = line.fields(lines.first ?? "")
        let hasHeader = decideHeader(first, names: names, sniffed: sniffed.hasHeader)
        let count = hasHeader && names.isEmpty ? first.count : line.usualCount(lines).fields
        guard names.isEmpty || names.count == count else {
            throw MartletError(
                .invalidInput,
                "The settings name \(names.count) columns; the rows of \(file.name) have \(count) (delimiter \(shown(delimiter))). Correct the names.",
                place: SourcePlace(file: file.name, line: 1))
        }
        let chosen = names.isEmpty ? (hasHeader ? first : Array(repeating: "", count: count)) : names
        let escape = plan.escape ?? (sniffed.escape.flatMap { $0.isEmpty ? nil : $0 } ?? quote)
        return Dialect(delimiter: delimiter, quote: quote, escape: quote.isEmpty ? "" : escape, hasHeader: hasHeader, names: try checked(chosen))
    }

    /// How a delimiter is shown in a message.
    func shown(_ delimiter: String) -> String { delimiter == "\t" ? "tab" : "“\(delimiter)”" }

    private func refuseTooMany() throws(MartletError) {
        let candidates = plan.delimiter.map { [$0] } ?? [",", ";", "\t", "|"]
        let most = candidates.compactMap(\.first).map { character in lines.first?.count { $0 == character } ?? 0 }.max() ?? 0
        guard most >= DialectProbe.columnLimit else { return }
        throw MartletError(
            .invalidInput,
            "The table has \(most + 1) columns; at most \(DialectProbe.columnLimit) are read, because every column is profiled, validated and served by name. "
                + "Keep the columns that matter, or turn measurements that belong together into rows.",
            place: SourcePlace(file: file.name, line: 1))
    }

    private func chooseDelimiter(_ sniffed: String?, quote: String) throws(MartletError) -> String {
        if let chosen = plan.delimiter, !chosen.isEmpty {
            let occurs = lines.contains { $0.contains(chosen) }
            let others = [",", ";", "\t", "|"].filter { other in other != chosen && lines.allSatisfy { $0.contains(other) } }
            if !occurs, let other = others.first {
                throw MartletError(
                    .invalidInput,
                    "The delimiter \(shown(chosen)) does not occur in \(file.name); every line has \(shown(other)). Correct “delimiter”.",
                    place: SourcePlace(file: file.name, line: 1))
            }
            return chosen
        }
        let candidates = [sniffed, ",", ";", "\t", "|"].compactMap { $0?.count == 1 ? $0 : nil }
        var best = (delimiter: ",", share: 0.0, fields: 1)
        for candidate in candidates {
            let (fields, share) = DelimitedLine(delimiter: Character(candidate), quote: quote.first).usualCount(lines)
            guard fields > 1, (lines.first ?? "").contains(candidate) else { continue }
            if share > best.share + 0.001 { best = (candidate, share, fields) }
        }
        return best.delimiter
    }

    private func decideHeader(_ first: [String], names: [String], sniffed: Bool?) -> Bool {
        switch plan.header {
        case .present: return true
        case .absent, .file: return false
        case .detect: break
        }
        if !names.isEmpty { return names.map { $0.lowercased() } == first.map { $0.lowercased() } }
        let looksNamed = Set(first).count == first.count && first.allSatisfy { !$0.isEmpty && Double($0) == nil }
        return sniffed ?? looksNamed
    }

    /// Names that are usable: made up where empty, refused where two are equal.
    private func checked(_ names: [String]) throws(MartletError) -> [String] {
        var seen: [String: Int] = [:]
        var checked: [String] = []
        for (i, name) in names.enumerated() {
            let usable = name.isEmpty ? "column_\(i + 1)" : name
            if let earlier = seen[usable.lowercased()] {
                throw MartletError(
                    .invalidInput,
                    "Columns \(earlier + 1) and \(i + 1) are both called “\(usable)” (capital and small letters do not tell columns apart). Rename one.",
                    place: SourcePlace(file: file.name, line: 1))
            }
            seen[usable.lowercased()] = i
            checked.append(usable)
        }
        return checked
    }

    private func sniff() -> Sniffed {
        var options = ["ignore_errors=true", "sample_size=4096"] + SourceScan.lineLimits(compression, encoding: plan.encoding)
        if let delimiter = plan.delimiter, !delimiter.isEmpty { options.append("delim=\(SQL.text(delimiter))") }
        if plan.encoding != "utf-8" { options.append("encoding=\(SQL.text(plan.encoding))") }
        if let compression { options.append("compression=\(SQL.text(compression))") }
        let sql =
            "SELECT \"Delimiter\", \"Quote\", \"Escape\", \"HasHeader\" FROM sniff_csv(\(SQL.text(file.path)), \(options.joined(separator: ", ")))"
        guard let row = try? engine.query(sql), row.rowCount == 1 else { return Sniffed() }
        func text(_ index: Int) -> String? { row.columns[index].category(0).flatMap { $0 == "(empty)" ? nil : $0 } }
        return Sniffed(delimiter: text(0), quote: text(1), escape: text(2), hasHeader: row.columns[3].numbers.flatMap(\.first).map { $0 != 0 })
    }

    /// A delimiter that no text has, so that a line is one field.
    static let noDelimiter = "\u{1E}\u{1F}"

    /// The SQL of a file's lines in the column `line`, NULL where one is empty, however they end and whatever is quoted.
    static func lines(of file: SourceFile, encoding: String, compression: String?, more: [String]) -> String {
        let options =
            [
                "auto_detect=false", "strict_mode=false", "delim='\(noDelimiter)'", "quote=''", "escape=''", "header=false",
                "columns={'line': 'VARCHAR'}", "encoding=\(SQL.text(encoding))", "compression=\(SQL.text(compression ?? "none"))",
            ] + SourceScan.lineLimits(compression, encoding: encoding) + more
        return "read_csv(\(SQL.text(file.path)), \(options.joined(separator: ", ")))"
    }

    private static func firstLines(_ engine: DuckDB, _ plan: SourcePlan, _ file: SourceFile, _ compression: String?) throws(MartletError) -> [String]
    {
        let lines = Self.lines(of: file, encoding: plan.encoding, compression: compression, more: ["ignore_errors=true"])
        let table = try engine.query("SELECT line FROM \(lines) WHERE line IS NOT NULL LIMIT 200")
        guard let text = table.columns.first?.text else { return [] }
        return (0..<table.rowCount).compactMap { text[$0] }.filter { !DelimitedLine.trimmed($0).isEmpty }
    }
}
