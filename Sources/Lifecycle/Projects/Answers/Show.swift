internal import Data
internal import Digests
internal import Experiments
internal import LineageEvents
internal import Objects
internal import Planning
internal import Registry
internal import Statistics
package import Support
internal import Tables

extension Project {
    /// Everything known about one thing, as facts.
    /// - Throws: `notFound`.
    package func show(_ text: String) throws(MartletError) -> JSONValue {
        let reference = try resolve(text)
        switch reference.kind {
        case .model: return try show(models.version(reference.name, reference.selector))
        case .dataset: return try show(datasets.version(reference.name, reference.version))
        case .run: return try showRun(reference)
        case .objective: return try showObjective(reference.name)
        case .prediction: return try why(text).json
        case .charter, .endpoint, .step, .source, .check, .label:
            throw MartletError(
                .usage,
                "“martlet show” shows models, datasets, runs, objectives and predictions. For the charter: martlet charter check; for endpoints: martlet endpoint list."
            )
        }
    }

    private func show(_ version: ModelVersion) throws(MartletError) -> JSONValue {
        let aliases = try models.standing(version.model).filter { $0.value == version.version }.keys.sorted()
        let details = version.details
        var facts: JSONValue = [
            "ref": .string(version.reference.description), "aliases": JSONValue(aliases), "created": .string(version.created.description),
            "trainer": .string(details.trainer), "step": .string(details.step), "run": .string("run:\(version.run)"),
            "dataset": .string(version.dataset), "digest": .string(version.digest.rawValue), "bytes": JSONValue(details.size),
            "test_openings": JSONValue(try models.testOpenings(version)), "parameters": details.parameters,
        ]
        facts["metrics"] = try metrics(of: version)
        facts["checks"] = .array(try checks.history(subject: version.reference.description).map(\.json))
        facts["importance"] = .array(details.importance.prefix(20).map { ["column": .string($0.column), "share": JSONValue($0.share)] })
        facts["inputs"] = .array(
            details.request.inputs.map { ["name": .string($0.name), "kind": .string($0.kind.rawValue), "may_be_missing": .bool($0.mayBeMissing)] })
        facts["notes"] = JSONValue(details.notes)
        facts["summary"] = JSONValue(summary(facts))
        for fact in try clientFacts(version).members { facts[fact.key] = fact.value }
        return facts
    }

    /// `metrics.<split>.<metric>` with value and interval.
    private func metrics(of version: ModelVersion) throws(MartletError) -> JSONValue {
        var metrics: JSONValue = .object([])
        var all = try runs.metrics(of: version.run)
        if let test = version.details.evaluationRun { all += try runs.metrics(of: test).filter { $0.split == "test" } }
        for metric in all where metric.segment.isEmpty {
            var split = metrics[metric.split]
            var value: JSONValue = ["value": JSONValue(metric.value)]
            if let lower = metric.lower, let upper = metric.upper {
                value["interval"] = ["lower": JSONValue(lower), "upper": JSONValue(upper), "level": 0.95]
            }
            value["rows"] = JSONValue(metric.rows)
            split[metric.name] = value
            metrics[metric.split] = split
        }
        return metrics
    }

    /// The first metric that was measured, on the test set where it was opened.
    private func summary(_ facts: JSONValue) -> String? {
        let primary = file.charter.primaryMetric.rawValue
        for split in ["test", "validation"] {
            if let value = facts["metrics"][split][primary]["value"].double { return "\(primary) \(Objective.text(value)) on \(split)" }
        }
        return nil
    }

    private func show(_ version: DatasetVersion) throws(MartletError) -> JSONValue {
        let details = version.details
        var facts: JSONValue = [
            "ref": .string(version.reference.description), "created": .string(version.created.description),
            "digest": .string(version.digest.rawValue),
            "run": .string("run:\(version.run)"), "rows": JSONValue(version.rows),
            "parts": .array(details.parts.map { ["split": .string($0.split), "rows": JSONValue($0.rows), "digest": .string($0.digest.rawValue)] }),
            "sources": .array(
                details.sources.map { ["path": .string($0.path), "bytes": JSONValue($0.size), "sha256": .string($0.digest.rawValue)] }),
            "rejected_rows": JSONValue(details.rejectedRows), "rows_without_target": JSONValue(details.rowsWithoutTarget),
            "expectations": ["passed": JSONValue(details.expectationsPassed), "failed": JSONValue(details.expectationsFailed)],
            "columns": .array(
                details.columns.map { ["name": .string($0.name), "kind": .string($0.kind.rawValue), "role": .string($0.role.rawValue)] }),
            "cleaning": .array(
                (details.cleaning ?? []).map {
                    [
                        "rule": .string($0.rule), "columns": JSONValue($0.columns), "rows_changed": JSONValue($0.changed),
                        "rows_emptied": JSONValue($0.emptied), "rows_filled": JSONValue($0.filled), "rows_dropped": JSONValue($0.dropped ?? 0),
                    ]
                }),
            "table_rules": .array(
                (details.tableRules ?? []).map {
                    [
                        "rule": .string($0.rule), "columns": JSONValue($0.columns), "rows_before": JSONValue($0.rowsBefore),
                        "rows_after": JSONValue($0.rowsAfter), "unmatched": JSONValue($0.unmatched), "added": JSONValue($0.added),
                    ]
                }),
            "left_out": details.leftOut.map { part -> JSONValue in ["rows": JSONValue(part.rows), "digest": .string(part.digest.rawValue)] } ?? .null,
            "notes": JSONValue(details.notes),
        ]
        facts["dvc"] = try folder(of: version)
        facts["verdicts"] = .array(
            try verdicts(on: version).map { verdict in
                [
                    "expectation": .string(verdict.assertion), "column": JSONValue(verdict.column), "holds": .bool(verdict.holds),
                    "severity": .string(verdict.severity), "found": JSONValue(verdict.found),
                ]
            })
        let run = try runs.run(version.run)
        facts["made_by"] =
            run.map { run -> JSONValue in
                [
                    "step": .string(run.step), "pipeline": JSONValue(run.parent.map { "run:\($0)" }), "code": JSONValue(run.code?.sentence),
                    "actor": JSONValue(run.actor),
                ]
            } ?? .null
        facts["written_by"] = .array(
            try writers(of: version).map { writer in
                [
                    "source": .string(writer.source), "namespace": .string(writer.run.job.namespace), "job": .string(writer.run.job.name),
                    "run": JSONValue(writer.run.run.map { RunID($0).uuid }), "state": .string(writer.run.state.rawValue),
                    "at": .string(writer.run.last.description),
                ]
            })
        return facts
    }

    private func showRun(_ reference: Reference) throws(MartletError) -> JSONValue {
        let ref = try canonical(reference)
        let id = RunID(String(ref.dropFirst(4)))
        guard let run = try runs.run(id) else { throw MartletError(.notFound, "There is no \(ref).") }
        var facts = RunFacts.json(run)
        let children = try runs.children(of: id)
        if !children.isEmpty { facts["steps"] = .array(children.map(RunFacts.json)) }
        let metrics = try runs.metrics(of: id)
        if !metrics.isEmpty {
            facts["metrics"] = .array(
                metrics.map(\.json))
        }
        return facts
    }

    private func showObjective(_ id: String) throws(MartletError) -> JSONValue {
        guard let objective = file.charter.objectives.first(where: { $0.id == id }) else {
            let known = file.charter.objectives.map(\.id)
            throw MartletError(
                .notFound, "The charter has no objective “\(id)”.\(didYouMean(id, among: known)) It has: \(known.joined(separator: ", ")).")
        }
        let last = try checks.latest()[id]
        return [
            "ref": .string("objective:\(id)"), "sentence": .string(objective.sentence), "place": JSONValue(objective.source?.description),
            "last": last?.json ?? .null,
        ]
    }
}

extension RunMetric {
    /// The metric as facts.
    var json: JSONValue {
        [
            "split": .string(split), "name": .string(name), "segment": .string(segment), "value": JSONValue(value), "lower": JSONValue(lower),
            "upper": JSONValue(upper), "rows": JSONValue(rows),
        ]
    }
}

/// A run's facts.
enum RunFacts {
    static func json(_ run: Run) -> JSONValue {
        [
            "ref": .string("run:\(run.id)"), "step": .string(run.step), "status": .string(run.status.rawValue),
            "started": .string(run.started.description),
            "ended": JSONValue(run.ended?.description), "parent": JSONValue(run.parent.map { "run:\($0)" }), "code": JSONValue(run.code?.sentence),
            "parameters": run.parameters, "error": JSONValue(run.error),
        ]
    }
}
