import Pages
import Support
import Tables

/// The beginning of a table in a text file.
enum DelimitedText {
    private static let mostRows = 100
    private static let mostColumns = 50

    static func table(_ text: String, by separator: Unicode.Scalar, isCut: Bool, path: String) -> ArtifactView.Content {
        var lines = DelimitedLines(text, by: separator)
        var rows: [[String]] = []
        while rows.count <= mostRows, let row = lines.next() { rows.append(row) }
        guard let names = rows.first else { return .text(text, isCut: isCut) }
        let shown = rows.dropFirst().prefix(mostRows).map { $0.prefix(mostColumns).map(cell) }
        let isShort = isCut || lines.hasMore || names.count > mostColumns
        return .table(LoggedTableView(path: path, names: Array(names.prefix(mostColumns)), rows: shown, isCut: isShort))
    }

    private static func cell(_ text: String) -> LoggedTableView.Cell {
        if text.isEmpty { return .none }
        guard text.utf8.count <= 20, let number = Double(text), number.isFinite else { return .text(text) }
        return .number(number)
    }
}

/// A table as clients write it to JSON: `{"columns": [...], "data": [[...], ...]}`.
enum SplitTable {
    static let mostRows = 100
    private static let mostColumns = 50

    static func view(_ value: JSONValue, path: String, rows most: Int) -> LoggedTableView? {
        guard case .array(let names) = value["columns"], case .array(let rows) = value["data"], !names.isEmpty else { return nil }
        guard rows.allSatisfy({ if case .array = $0 { true } else { false } }) else { return nil }
        let shown = rows.prefix(most).map { $0.elements.prefix(mostColumns).map(cell) }
        return LoggedTableView(
            path: path, names: names.prefix(mostColumns).map { $0.text ?? $0.compact }, rows: shown,
            isCut: rows.count > most || names.count > mostColumns)
    }

    private static func cell(_ value: JSONValue) -> LoggedTableView.Cell {
        switch value {
        case .null: return .none
        case .integer, .number: return value.double.map { $0.isFinite ? .number($0) : .text("\($0)") } ?? .none
        case .string(let text): return .text(text)
        case .bool(let flag): return .text(flag ? "true" : "false")
        case .array, .object:
            guard value["type"].text == "image", let picture = value["compressed_filepath"].text ?? value["filepath"].text else {
                return .text(value.compact)
            }
            return .picture(picture)
        }
    }
}

/// Histograms in a file: a line of JSON for each step, with edges, one more than counts.
enum HistogramFile {
    static let mostBytes = 2 << 20
    private static let mostSteps = 2000

    static func steps(in text: String) -> [HistogramSeriesView.Step] {
        let steps = text.split(whereSeparator: \.isNewline).prefix(mostSteps).compactMap { line in
            (try? JSONValue(parsing: String(line))).flatMap { step($0) }
        }
        return steps.sorted { $0.step < $1.step }
    }

    static func step(_ value: JSONValue) -> HistogramSeriesView.Step? {
        let numbers = { (name: String) in value[name].elements.map { $0.double ?? .nan } }
        return HistogramSeriesView.Step(step: Int64(value["step"].int ?? 0), edges: numbers("edges"), counts: numbers("counts"))
    }
}
