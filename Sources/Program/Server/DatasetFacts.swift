import Data
import Database
import Digests
import Foundation
import LineageEvents
import Objects
import Pages
import Projects
import Support
import Tables

/// Datasets as the pages show them.
struct DatasetFacts {
    let project: Project

    func list() throws(MartletError) -> [DatasetSummaryView] {
        var datasets: [DatasetSummaryView] = []
        for name in try project.datasets.names() {
            let versions = try project.datasets.versions(of: name)
            guard let newest = versions.last else { continue }
            let details = newest.details
            datasets.append(
                DatasetSummaryView(
                    name, versions: versions.count, newest: newest.version, rows: newest.rows, columns: details.columns.count,
                    created: newest.created, passed: details.expectationsPassed, failed: details.expectationsFailed))
        }
        return datasets
    }

    /// - Parameter text: `loans@v3`, or `loans` for the newest version.
    /// - Throws: `notFound`.
    func view(_ text: String) throws(MartletError) -> DatasetVersionView {
        let version = try self.version(text)
        let details = version.details
        var view = DatasetVersionView(
            version.name, version: version.version, versions: try project.datasets.versions(of: version.name).map(\.version),
            created: version.created, digest: version.digest.rawValue, rows: version.rows, run: try project.runPage(version.run))
        view.facts = details.parts.map { FactView("\($0.split) rows", Figure.count($0.rows)) }
        if details.rowsWithoutTarget > 0 { view.facts.append(FactView("without a target", Figure.count(details.rowsWithoutTarget, "row"))) }
        view.sources = details.sources.map { .init($0.path, bytes: $0.size, digest: $0.digest.short) }
        view.writers = try project.writers(of: version).map {
            .init($0.source, job: "\($0.run.job.namespace)/\($0.run.job.name)", state: $0.run.state.rawValue.lowercased(), at: $0.run.last)
        }
        view.notes = details.notes
        view.cleaning = (details.cleaning ?? []).map {
            .init($0.rule, columns: $0.columns, changed: $0.changed, emptied: $0.emptied, filled: $0.filled, dropped: $0.dropped ?? 0)
        }
        view.tableRules = (details.tableRules ?? []).map {
            .init($0.rule, columns: $0.columns, rowsBefore: $0.rowsBefore, rowsAfter: $0.rowsAfter, unmatched: $0.unmatched, added: $0.added)
        }
        view.leftOut = try leftOut(version)
        view.rejectedCount = details.rejectedRows
        view.rejected = try stored(details.rejects).elements.map(DatasetFacts.rejected)
        let judgement = try stored(details.validation)
        view.expectations = judgement["results"].elements.map(ExpectationFacts.view)
        view.anomalies = judgement["anomalies"].isNull ? nil : DatasetFacts.anomalies(judgement["anomalies"])
        if let unmet = try project.unmetRows(of: version, limit: DatasetFacts.mostUnmet) {
            (view.unmet, view.unmetCount) = ((0..<unmet.rows.rowCount).map { DatasetFacts.unmet(unmet.rows, $0) }, unmet.count)
        }
        let profile = try stored(details.profile)
        let roles = Dictionary(details.columns.map { ($0.name, $0.role.rawValue) }) { first, _ in first }
        view.columns = profile["columns"].elements.map { ColumnFacts(profile: $0, role: roles[$0["name"].text ?? ""] ?? "").view }
        view.sampledRows = profile["sampled_rows"].int
        view.duplicateRows = profile["duplicate_rows"].int
        view.associations = profile["associations"].elements.map {
            AssociationView($0["a"].text ?? "", $0["b"].text ?? "", $0["measure"].text ?? "", $0["value"].double ?? 0)
        }
        view.missingPatterns = profile["missing_patterns"].elements.map {
            MissingPatternView($0["columns"].elements.compactMap(\.text), $0["rows"].int ?? 0)
        }
        return view
    }

    /// How many rows that rules left out are shown.
    private static let mostLeftOut = 30

    private func leftOut(_ version: DatasetVersion) throws(MartletError) -> DatasetVersionView.LeftOut? {
        guard let found = try project.leftOutRows(of: version, limit: DatasetFacts.mostLeftOut) else { return nil }
        let own = found.rows.columns.filter { !LeftOutRows.marks.contains($0.name) }
        let rows = (0..<found.rows.rowCount).map { row in
            (
                rule: found.rows["martlet_rule"]?.category(row) ?? "", reason: found.rows["martlet_reason"]?.category(row) ?? "",
                values: own.map { $0.category(row) }
            )
        }
        return DatasetVersionView.LeftOut(count: found.count, columns: own.map(\.name), rows: rows)
    }

    /// The version that a part of an address names.
    func version(_ text: String) throws(MartletError) -> DatasetVersion {
        let reference = Reference(.dataset, text)
        let (name, selector) = Reference.splitSelector(text)
        guard let selector else { return try project.datasets.version(reference.name) }
        guard let number = Reference(.dataset, name, selector).version else {
            throw MartletError(.notFound, "“\(text.prefix(80))” is no version of a dataset. Write NAME@v1.")
        }
        return try project.datasets.version(name, number)
    }

    /// What is stored under a digest; nothing where it was let go.
    private func stored(_ digest: Digest) throws(MartletError) -> JSONValue {
        project.objects.contains(digest) ? try JSONValue(parsing: project.objects.bytes(digest)) : .null
    }

    private static let mostUnmet = 50

    /// A row with the values of the columns that its reasons name.
    private static func unmet(_ rows: Table, _ row: Int) -> DatasetVersionView.Unmet {
        let reason = rows["martlet_reason"]?.json(row).text ?? ""
        let columns = reason.components(separatedBy: "; ").flatMap { part in
            (part.components(separatedBy: ": ").dropLast().joined(separator: ": ")).components(separatedBy: ", ")
        }
        let values = rows.columns.filter { columns.contains($0.name) }.map { column in
            let value = column.json(row)
            return FactView(column.name, value.isNull ? "missing" : value.text ?? value.compact)
        }
        return .init(row: rows["martlet_row"]?.json(row).int ?? 0, reason: reason, values: values)
    }

    private static func anomalies(_ message: JSONValue) -> [DatasetVersionView.Anomaly] {
        if message["data_missing"].flag == true { return [.init("NO_DATA", column: nil, sentence: "There is no row.")] }
        func reasons(_ info: JSONValue, _ column: String?) -> [DatasetVersionView.Anomaly] {
            info["reason"].elements.map { .init($0["type"].text ?? "", column: column, sentence: $0["description"].text ?? "") }
        }
        return reasons(message["dataset_anomaly_info"], nil) + message["anomaly_info"].members.flatMap { reasons($0.value, $0.key) }
    }

    private static func rejected(_ row: JSONValue) -> DatasetVersionView.Rejected {
        .init(
            file: row["file"].text ?? "", line: row["line"].int ?? 0, column: row["column"].int, reason: row["reason"].text ?? "",
            text: row["text"].text ?? "")
    }
}
