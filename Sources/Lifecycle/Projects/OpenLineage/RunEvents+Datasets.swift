internal import Data
internal import Digests
internal import Experiments
internal import Foundation
internal import Ingestion
internal import LineageEvents
internal import Objects
internal import Support
internal import Tables

/// What is told of datasets.
extension RunEvents {
    // MARK: Sources

    /// What the data step read: files by their paths, sources with names by what stands behind them.
    /// - Parameter made: the version that came of it, where there is one.
    func sourceInputs(_ run: Run, _ made: DatasetVersion?) -> [EventDataset] {
        let read = run.parameters["sources"].members.map(\.key)
        let known = Dictionary((made?.details.sources ?? []).map { ($0.path, $0) }) { first, _ in first }
        let columns = made.map { EventFacet.columns($0.details.raw.map { (name: $0.name, type: $0.kind.rawValue) }) }
        var (inputs, seen) = ([EventDataset](), Set<DatasetName>())
        for path in read {
            let source = project.namedSource(of: path)
            let names = source.map { project.origins(of: $0) } ?? [.file(project.path(path))]
            for name in names where seen.insert(name).inserted {
                var facets: [EventFacet] = [.dataSource(source?.name ?? path, uri: uri(name))] + (columns.map { [$0] } ?? [])
                if source == nil, let digest = run.parameters["sources"][path].text { facets.append(.version("sha256:\(digest)")) }
                if let owner = source?.owner ?? project.file.data.policy.owner { facets.append(.datasetOwners([(name: owner, type: "OWNER")])) }
                let files = known.values.filter { source == nil ? $0.path == path : project.namedSource(of: $0.path) == source }
                let statistics = EventFacet.inputStatistics(rows: nil, bytes: files.reduce(0) { $0 + $1.size }, files: files.count)
                inputs.append(EventDataset(name, facets: facets, ownFacets: files.isEmpty ? [] : [statistics]))
            }
        }
        return inputs
    }

    private func uri(_ name: DatasetName) -> String {
        if name.namespace == "file" { return "file://\(DatasetName.percentEncoded(name.name))" }
        return name.namespace.contains("://") ? DatasetName.percentEncoded(name.text) : "urn:martlet:\(DatasetName.percentEncoded(name.name))"
    }

    // MARK: Versions of datasets

    private func name(_ version: DatasetVersion) -> DatasetName { DatasetName(plan.namespace, "dataset:\(version.name)") }

    private func facets(_ version: DatasetVersion) -> [EventFacet] {
        var facets: [EventFacet] = [
            .version("v\(version.version)"), .columns(version.details.columns.map { (name: $0.name, type: $0.kind.rawValue) }),
            .dataSource(version.name, uri: "urn:martlet:\(project.file.project)"),
        ]
        if let owner = project.file.data.policy.owner { facets.append(.datasetOwners([(name: owner, type: "OWNER")])) }
        return facets
    }

    /// A version that a run made.
    func output(_ version: DatasetVersion, _ run: RunID) throws(MartletError) -> EventDataset {
        var facets = facets(version)
        if version.run == run { facets.append(.lifecycle(version.version == 1 ? "CREATE" : "OVERWRITE")) }
        if let metrics = try metrics(version) { facets.append(metrics) }
        if let columns = columnLineage(version) { facets.append(columns) }
        let statistics = EventFacet.outputStatistics(rows: version.rows, bytes: bytes(version), files: version.details.parts.count)
        return EventDataset(name(version), facets: facets, ownFacets: [statistics])
    }

    /// A version that a run read.
    func input(_ version: DatasetVersion) throws(MartletError) -> EventDataset {
        var own: [EventFacet] = [.inputStatistics(rows: version.rows, bytes: bytes(version), files: version.details.parts.count)]
        let verdicts = try verdicts(on: version)
        if !verdicts.isEmpty { own.append(.assertions(verdicts)) }
        return EventDataset(name(version), facets: facets(version), ownFacets: own)
    }

    private func bytes(_ version: DatasetVersion) -> Int? {
        let sizes = version.details.parts.map { part in
            (try? project.objects.path(part.digest)).flatMap { (try? FileManager.default.attributesOfItem(atPath: $0))?[.size] as? Int }
        }
        return sizes.contains(nil) ? nil : sizes.compactMap { $0 }.reduce(0, +)
    }

    private func stored(_ digest: Digest) throws(MartletError) -> JSONValue {
        project.objects.contains(digest) ? try JSONValue(parsing: project.objects.bytes(digest)) : .null
    }

    /// How the expectations came out.
    func verdicts(on version: DatasetVersion) throws(MartletError) -> [EventVerdict] {
        try project.verdicts(on: version).map { verdict in
            EventVerdict(
                verdict.assertion, column: verdict.column, holds: verdict.holds,
                severity: ["critical": "error", "warning": "warn"][verdict.severity] ?? "info", actual: verdict.found)
        }
    }

    /// Columns whose values tell of a person are told of by their counts alone.
    private func metrics(_ version: DatasetVersion) throws(MartletError) -> EventFacet? {
        let profile = try stored(version.details.profile)
        guard let rows = profile["rows"].int else { return nil }
        let isPrivate = Set(project.privateColumns)
        let columns = profile["columns"].elements.map { column -> (name: String, figures: JSONValue) in
            let name = column["name"].text ?? ""
            var figures: JSONValue = ["nullCount": column["missing"], "distinctCount": column["distinct"], "count": column["count"]]
            if !isPrivate.contains(name) {
                for key in ["min", "max"] where column[key].double != nil { figures[key] = column[key] }
                let quantiles = column["quantiles"].members.filter { $0.value.double != nil }
                if !quantiles.isEmpty { figures["quantiles"] = .object(quantiles) }
            }
            return (name, .object(figures.members.filter { !$0.value.isNull }))
        }
        return .qualityMetrics(rows: rows, bytes: bytes(version), columns: columns)
    }

    /// From which columns of the sources each column comes, as far as that is known: a table rule in SQL may do anything.
    private func columnLineage(_ version: DatasetVersion) -> EventFacet? {
        guard !project.file.data.tableRules.contains(where: { if case .sql = $0 { true } else { false } }) else { return nil }
        let details = version.details
        var names: [DatasetName] = []
        for source in details.sources {
            for name in project.origins(of: source.path) where !names.contains(name) { names.append(name) }
        }
        guard !names.isEmpty, names.count <= 20 else { return nil }
        let raw = Set(details.raw.map(\.name))
        let rules = details.cleaning ?? []
        let columns = details.columns.compactMap { column -> (name: String, from: [(dataset: DatasetName, column: String, isSame: Bool)])? in
            if raw.contains(column.name) {
                let isTouched = rules.contains { $0.changed > 0 && ($0.columns.isEmpty || $0.columns.contains(column.name)) }
                return (column.name, names.map { ($0, column.name, !isTouched) })
            }
            let parts = rules.filter { $0.rule == "date_parts" }.flatMap(\.columns)
            guard let from = parts.first(where: { column.name.hasPrefix("\($0)_") }) else { return nil }
            return (column.name, names.map { ($0, from, false) })
        }
        return columns.isEmpty ? nil : .columnLineage(columns)
    }
}

extension Project {
    /// The columns whose values tell of a person: by the settings' word, as keys or as what must not decide.
    var privateColumns: [String] { file.data.columns.filter { $0.pii != nil || $0.sensitive || $0.key }.map(\.name) }
}
