import Data
import Pages
import Projects
import Support
import Tables

/// A sample of a dataset's rows, as the page draws them.
struct ScatterFacts {
    let project: Project

    /// How many rows are drawn.
    private static let sampled = 1500

    /// - Throws: `notFound` for a version or a column that is not there.
    func view(_ request: ScatterRequest) throws(MartletError) -> ScatterView {
        let version = try DatasetFacts(project: project).version(request.dataset)
        let columns = version.details.columns
        let x = request.x ?? likely(columns, besides: [])
        let y = request.y ?? likely(columns, besides: [x])
        let colour = request.colour.map { $0.isEmpty ? nil : $0 } ?? columns.first { $0.role == .target }?.name
        let facet = request.facet.flatMap { $0.isEmpty ? nil : $0 }
        let rows = try project.sample(of: version, columns: [x, y] + [colour, facet].compactMap(\.self), rows: ScatterFacts.sampled)
        return ScatterView(
            version.name, version: version.version, rows: version.rows, sampled: rows.rowCount, columns: columns.map(\.name), x: try axis(x, rows),
            y: try axis(y, rows), colour: try colour.map { name throws(MartletError) in try axis(name, rows) },
            facet: try facet.map { name throws(MartletError) in try axis(name, rows) })
    }

    /// The column that says most at a glance: the first number that a model learns from, or else the first column.
    private func likely(_ columns: [DatasetVersion.ColumnInfo], besides taken: [String]) -> String {
        let open = columns.filter { !taken.contains($0.name) }
        let found = open.first { $0.role == .feature && $0.kind == .number } ?? open.first { $0.role == .feature && $0.kind == .integer }
        return (found ?? open.first ?? columns.first)?.name ?? ""
    }

    private func axis(_ name: String, _ rows: Table) throws(MartletError) -> ScatterView.Axis {
        let column = try rows.column(name)
        if let numbers = column.numbers, column.kind != .boolean {
            return .init(name, column.kind == .timestamp ? .moments(numbers) : .numbers(numbers))
        }
        return .init(name, .texts((0..<column.count).map { column.category($0) }))
    }
}
