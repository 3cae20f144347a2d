internal import Data
internal import Database
internal import DuckDB
internal import Events
internal import Foundation
package import Monitoring
internal import Objects
package import Registry
internal import Serving
package import Support
package import Tables

extension Project {
    /// How far what is asked has moved from what the champion learnt from.
    /// - Parameters:
    ///   - since: how far the log is looked back at, such as `30d`.
    ///   - data: a file to compare instead of the log; of that nothing is recorded.
    /// - Returns: a report on no rows where nothing was asked.
    package func drift(since: String, data: String?) throws(MartletError) -> DriftReport {
        try file.requireServing()
        do { return try measureDrift(since: since, data: data) } catch {
            if data == nil, let finding = finding("drift", failure: error) { try database.write { try report([finding], in: $0) } }
            throw error
        }
    }

    private func measureDrift(since: String, data: String?) throws(MartletError) -> DriftReport {
        let newest = try models.versions(of: file.model).last
        guard let champion = try champion() ?? newest else {
            throw MartletError(.notFound, "There is no model yet whose training data could be compared. Run “martlet run”.")
        }
        let reference = try trainingRows(of: champion)
        let logged = data == nil ? try loggedRows(since: since) : nil
        let current = if let data { try rows(of: data) } else { try cleaned(logged?.rows ?? .empty, for: champion) }
        var report = try DriftReport(reference: reference, named: "training data of \(champion.reference)", current: current)
        report.notKept = logged?.withheld ?? []
        // A file says nothing about what the endpoint is asked.
        if data == nil, report.rows > 0 { try record(report, champion, since: LookBack.seconds(since)) }
        return report
    }

    /// - Parameter since: the seconds of the log that were compared.
    private func record(_ report: DriftReport, _ version: ModelVersion, since: Double) throws(MartletError) {
        let now = clock.now()
        var body = report.json
        body["model"] = .string(version.reference.description)
        body["from"] = .string(now.advanced(bySeconds: -since).description)
        let found = body
        let recorded: JSONValue = [
            "model": .string(version.reference.description), "rows": JSONValue(report.rows), "drifted": JSONValue(report.drifted.map(\.name)),
            "from": found["from"],
        ]
        let findings = [finding(report)] + (finding("drift", failure: nil).map { [$0] } ?? [])
        try database.write { session in
            try MonitorResults(database: database).add("drift", endpoint: file.serving.endpoint, at: now, found, in: session)
            try events.append("drift.measured", "endpoint:\(file.serving.endpoint)", recorded, in: session)
            try self.report(findings, in: session)
        }
    }

    /// However many columns drifted, it is one cause.
    func finding(_ report: DriftReport) -> Finding {
        let drifted = report.drifted.map(\.name)
        let summary =
            drifted.isEmpty
            ? "No column drifts over \(report.rows) rows."
            : "\(drifted.count) of \(report.columns.count) columns drifted over \(report.rows) rows: \(drifted.prefix(10).joined(separator: ", "))\(drifted.count > 10 ? ", ..." : "")."
        return Finding(
            .drift, endpoint: file.serving.endpoint, cause: "inputs", severity: .warning, isBad: !drifted.isEmpty, summary: summary)
    }

    /// The columns of a request in the training part, before the row rules, as far as they are kept there.
    package func trainingRows(of version: ModelVersion) throws(MartletError) -> Table {
        guard let path = try trainingFile(of: version) else {
            throw MartletError(.notFound, "The training data of \(version.reference) is no longer there.")
        }
        let all = try PreparedFile.load(path, engine: openDuckDB())
        return try all.selecting(version.details.request.inputs.map(\.name).filter { all[$0] != nil })
    }

    /// What was asked, without the columns that were not logged as they came in all of that time; and those columns.
    private func loggedRows(since: String) throws(MartletError) -> (rows: Table, withheld: [String]) {
        let now = clock.now()
        let seconds = try LookBack.seconds(since)
        var blocks: [Table] = []
        var withheld: Set<String> = []
        try predictionLog().scan(now.advanced(bySeconds: -seconds)..<now.advanced(bySeconds: 1), keys: false) { block throws(MartletError) in
            blocks.append(block.inputs)
            withheld.formUnion(block.withheld.keys)
        }
        let rows = try Table.joining(withheld.isEmpty ? blocks : blocks.map { $0.dropping(withheld) })
        return (rows, withheld.sorted())
    }

    private func rows(of path: String) throws(MartletError) -> Table {
        var plan = file.data
        plan.source.train = [URL(fileURLWithPath: path).standardizedFileURL.path]
        plan.source.test = []
        plan.places = PlanPlaces()
        let engine = try openDuckDB()
        let source = try SourceReader(engine: engine, plan: plan, directory: root).read()
        let rules = RowRules(plan.rules)
        let select = rules.select(
            from: DuckDB.quote(identifier: source.train.table), columns: source.format.fields.map { TypedColumn($0.name, $0.kind) })
        return try engine.query(select)
    }
}

/// A duration on the command line.
package enum LookBack {
    /// Seconds of `30d`, `24h`, `15m`, `30s`.
    package static func seconds(_ text: String) throws(MartletError) -> Double {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Double(text.dropLast()), count > 0, count < 1e6 else {
            throw MartletError(.usage, "“\(text)” is no duration. Write 30d, 24h or 15m.")
        }
        return unit * count
    }
}
