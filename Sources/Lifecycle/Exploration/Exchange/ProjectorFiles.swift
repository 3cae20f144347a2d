package import DuckDB
internal import Foundation
package import Support
package import Tables

/// Rows of a table as files that TensorBoard's projector opens: vectors, labels, and the configuration that names both.
package struct ProjectorFiles {
    let engine: DuckDB
    /// What the projector calls the vectors.
    let name: String
    let relation: String
    let columns: [(name: String, kind: ColumnKind)]

    /// What was written.
    package struct Written: Sendable, Equatable {
        package var rows: Int
        /// Numbers in each vector.
        package var columns: Int
    }

    /// - Parameter relation: what stands after FROM.
    package init(_ name: String, relation: String, columns: [(name: String, kind: ColumnKind)], engine: DuckDB) {
        self.name = name
        self.relation = relation
        self.columns = columns
        self.engine = engine
    }

    /// Writes at most so many rows, evenly taken from the whole, into a folder, which is made where it is not there. Numbers are in units of their
    /// column's standard deviation from its mean; a missing one lies at the mean.
    /// - Throws: `invalidInput` where no column holds numbers that differ; `unavailable` where the folder cannot be written.
    package func write(to folder: String, rows: Int) throws(MartletError) -> Written {
        let total = try Answer(engine, "SELECT count(*) FROM \(relation)").count(0, 0)
        let step = max(1, (total + rows - 1) / max(1, rows))
        let measured = columns.map { MeasuredColumn(name: $0.name, kind: $0.kind) }
        let values = measured.enumerated().map { "\($1.kind == .text ? $1.text : $1.number) AS c\($0)" }.joined(separator: ", ")
        let some = "(SELECT *, row_number() OVER () - 1 AS martlet_place FROM \(relation))"
        let table = try engine.query("SELECT \(values) FROM \(some) WHERE martlet_place % \(step) = 0")
        let vectors = table.columns.compactMap { $0.numbers.flatMap(ProjectorFiles.standardised) }
        guard !vectors.isEmpty else {
            throw MartletError(.invalidInput, "No column of \(name) holds numbers that differ, so there are no vectors to project.")
        }
        let labels = zip(columns, table.columns).map { known, column in
            (0..<table.rowCount).map { ProjectorFiles.label(column, $0, known.kind) }
        }
        try save(folder, ProjectorFiles.lines(vectors.map { $0.map { String(Float($0)) } }, head: nil), "vectors.tsv")
        try save(
            folder, ProjectorFiles.lines(labels, head: columns.count > 1 ? columns.map { ProjectorFiles.flat($0.name) } : nil), "metadata.tsv")
        try save(folder, configuration, "projector_config.pbtxt")
        return Written(rows: table.rowCount, columns: vectors.count)
    }

    /// As the projector reads it: a text in quotes, with escapes as in C.
    private var configuration: String {
        let escaped = name.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : $0.value < 0x20 ? " " : String($0) }.joined()
        return "embeddings {\n  tensor_name: \"\(escaped)\"\n  tensor_path: \"vectors.tsv\"\n  metadata_path: \"metadata.tsv\"\n}\n"
    }

    /// Nil where the values do not differ.
    private static func standardised(_ values: [Double]) -> [Double]? {
        let finite = values.filter(\.isFinite)
        guard finite.count > 1 else { return nil }
        let mean = finite.reduce(0, +) / Double(finite.count)
        let deviation = (finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(finite.count - 1)).squareRoot()
        guard deviation > 0, deviation.isFinite else { return nil }
        return values.map { $0.isFinite ? ($0 - mean) / deviation : 0 }
    }

    private static func label(_ column: Column, _ row: Int, _ kind: ColumnKind) -> String {
        guard let numbers = column.numbers else { return flat(column.category(row) ?? "") }
        return numbers[row].isNaN ? "" : kind.category(numbers[row])
    }

    /// A text without the characters that part cells and rows.
    private static func flat(_ text: String) -> String {
        String(text.prefix(200)).split(whereSeparator: { $0 == "\t" || $0.isNewline }).joined(separator: " ")
    }

    private static func lines(_ columns: [[String]], head: [String]?) -> String {
        let rows = (0..<(columns.first?.count ?? 0)).map { row in columns.map { $0[row] }.joined(separator: "\t") }
        return ((head.map { [$0.joined(separator: "\t")] } ?? []) + rows).joined(separator: "\n") + "\n"
    }

    private func save(_ folder: String, _ text: String, _ file: String) throws(MartletError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder).appending(path: file), options: .atomic)
        } catch {
            throw MartletError(.unavailable, "\(file) could not be written into \(folder). Choose a folder that you may write to.", cause: "\(error)")
        }
    }
}
