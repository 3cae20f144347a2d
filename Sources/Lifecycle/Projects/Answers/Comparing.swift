internal import Data
internal import DuckDB
package import Exploration
internal import Foundation
internal import Objects
package import Support
internal import Tables

extension Project {
    /// Whether a text names a file and not a dataset: it is no reference, and has a slash or a full stop.
    package static func namesFile(_ text: String) -> Bool { Reference(text) == nil && text.contains { $0 == "/" || $0 == "." } }

    /// How far the columns of one table lie from those of another.
    ///
    /// A file is read by its own look; beside a version it is read as the project's source is, and passes the rules that the version's rows passed.
    /// - Parameters: each the version of a dataset (`dataset:loans@v1`, `loans@v1`) or the path of a file.
    /// - Throws: `notFound`; `invalidInput` for what cannot be read, or has no column in common.
    package func compare(_ first: String, _ second: String) throws(MartletError) -> TableComparison {
        let engine = try openDuckDB()
        let versions = try (comparedVersion(first), comparedVersion(second))
        let a = try comparedTable(first, versions.0, beside: versions.1, engine, "compared_a")
        let b = try comparedTable(second, versions.1, beside: versions.0, engine, "compared_b")
        return try TableComparer(engine: engine).compare(a, b)
    }

    /// The profile of a file, which is read by its own look.
    func fileProfile(_ path: String) throws(MartletError) -> JSONValue {
        let engine = try openDuckDB()
        let table = try comparedTable(path, nil, beside: nil, engine, "profiled")
        var profile = try Profile.make(relation: table.relation, columns: table.columns, engine: engine).json
        profile["ref"] = .string(path)
        return profile
    }

    /// The version that a text names; nil for a file.
    private func comparedVersion(_ text: String) throws(MartletError) -> DatasetVersion? {
        if Project.namesFile(text) { return nil }
        return try profiledVersion(text)
    }

    private func comparedTable(
        _ text: String, _ version: DatasetVersion?, beside other: DatasetVersion?, _ engine: DuckDB, _ table: String
    ) throws(MartletError) -> ComparedTable {
        if let version { return try comparedTable(version) }
        var plan = other == nil ? DataPlan(source: SourcePlan(train: [])) : file.data
        plan.source.train = [URL(fileURLWithPath: text, relativeTo: URL(fileURLWithPath: root)).standardizedFileURL.path]
        plan.source.test = []
        plan.places = PlanPlaces()
        let read = try SourceReader(engine: engine, plan: plan, directory: root).read(train: table)
        let columns = read.format.fields.map { TypedColumn($0.name, $0.kind) }
        guard let other else { return ComparedTable(text, relation: SQL.name(table), columns: columns.map { ($0.name, $0.kind) }) }
        let rules = try JSONText.decode(RowRules.self, from: other.details.rules)
        return ComparedTable(
            text, relation: "(\(rules.select(from: SQL.name(table), columns: columns)))",
            columns: rules.columns(after: columns).map { ($0.name, $0.kind) })
    }

    /// The rows of a version, or of a file that is read by its own look.
    func exchangedTable(_ text: String?, _ engine: DuckDB) throws(MartletError) -> ComparedTable {
        guard let text, Project.namesFile(text) else { return try comparedTable(profiledVersion(text)) }
        return try comparedTable(text, nil, beside: nil, engine, "exchanged")
    }

    /// All rows of a version.
    private func comparedTable(_ version: DatasetVersion) throws(MartletError) -> ComparedTable {
        ComparedTable(
            version.reference.description, relation: try relation(of: version.details.parts),
            columns: version.details.columns.map { ($0.name, $0.kind) })
    }

    /// The rows of parts, without their numbers, as a query in brackets.
    func relation(of parts: [DatasetVersion.Part]) throws(MartletError) -> String {
        var paths: [String] = []
        for part in parts { paths.append(SQL.text(try objects.path(part.digest))) }
        return "(SELECT * EXCLUDE (\(PreparedData.rowColumn)) FROM read_parquet([\(paths.joined(separator: ", "))]))"
    }
}
