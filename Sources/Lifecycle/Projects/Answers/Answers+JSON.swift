internal import Access
internal import Data
internal import Digests
internal import Ingestion
internal import Lineage
internal import Monitoring
internal import Planning
internal import Registry
internal import Serving
package import Support

extension Status {
    /// The status for `--json`.
    package var json: JSONValue {
        var value = present
        if let tracking {
            value["tracking"] = [
                "experiments": JSONValue(tracking.experiments), "runs": JSONValue(tracking.runs), "has_more_runs": .bool(tracking.hasMoreRuns),
                "models": JSONValue(tracking.models),
            ]
        }
        guard let past else { return value }
        value["as_of"] = .string(past.moment.description)
        value["settings_recorded"] = JSONValue(past.settingsRecorded?.description)
        return value
    }

    private var present: JSONValue {
        [
            "project": .string(project), "outcome": JSONValue(outcome), "confirmed": .bool(isConfirmed),
            "objectives": .array(objectives.map(\.json)), "tests": .array(tests.map(\.json)),
            "dataset": JSONValue(dataset?.reference.description), "champion": JSONValue(champion?.reference.description),
            "traffic": traffic?.json ?? .null, "lost_log_rows": JSONValue(lostRows),
            "run": run.map { RunFacts.json($0) } ?? .null, "out_of_date": JSONValue(outOfDate), "obstacle": JSONValue(obstacle),
            "waiting": .array(waiting.map(\.json)),
            "incidents": .array(incidents.map(\.json)),
            "sources": .array(sources.map { ["source": .string($0.source.reference), "remark": .string($0.remark)] }),
            "next": .array(next.map { ["command": .string($0.command), "why": .string($0.why)] }),
        ]
    }
}

extension Status.ObjectiveState {
    /// The objective for `--json`.
    package var json: JSONValue {
        [
            "id": .string(objective.id), "sentence": .string(objective.sentence), "metric": .string(objective.metric.name),
            "on": .string(objective.place.rawValue), "verdict": .string(verdict.rawValue), "value": JSONValue(measured?.measurement?.value),
            "lower": JSONValue(measured?.measurement?.lower), "upper": JSONValue(measured?.measurement?.upper),
            "measured_at": JSONValue(measured?.at.description), "at": JSONValue(last?.at.description), "subject": JSONValue(last?.subject),
            "reason": .string(reason),
        ]
    }
}

extension Status.TestState {
    /// The test report for `--json`.
    package var json: JSONValue {
        [
            "step": .string(step), "verdict": .string(last.verdict.rawValue), "at": .string(last.at.description), "subject": .string(last.subject),
            "reason": .string(reason),
        ]
    }
}

extension Why {
    /// The chain for `--json`.
    package var json: JSONValue {
        var value: JSONValue = [
            "subject": .string(subject),
            "links": .array(
                links.map { link in
                    [
                        "ref": .string(link.ref), "kind": .string(link.kind), "title": .string(link.title), "at": JSONValue(link.at?.description),
                        "facts": .array(link.facts.map { ["name": .string($0.name), "value": .string($0.value)] }),
                    ]
                }),
            "edges": .array(edges.map { ["from": .string($0.source), "relation": .string($0.relation), "to": .string($0.target)] }),
        ]
        if let prediction { value["prediction"] = prediction.json }
        if let label { value["label"] = .string(label) }
        if let erasure { value["erased"] = erasure.json }
        return value
    }
}

extension PromotionDecision {
    /// The decision for `--json`.
    package var json: JSONValue {
        [
            "subject": .string(subject), "passed": .bool(passes), "waits": .bool(waits), "reasons": JSONValue(reasons),
            "override": JSONValue(override), "checks": .array(gate.results.map(\.json)), "approvals": approvals.json,
        ]
    }
}

extension Waiting {
    /// What waits for `--json`.
    package var json: JSONValue { ["subject": .string(subject), "why": .string(sentence), "command": .string(command)] }
}

extension ApprovalCase {
    /// The request with its answers for `--json`.
    package var json: JSONValue {
        [
            "request": JSONValue(request.id), "subject": .string(request.subject), "alias": .string(request.alias),
            "state": .string(state.rawValue), "at": .string(request.at.description), "by": .string(request.actor), "note": .string(request.note),
            "covers": .string(request.content.digest.rawValue),
            "content": [
                "charter": .string(request.content.charter), "model": .string(request.content.bytes.rawValue),
                "report": .string(request.content.report.rawValue),
            ],
            "answers": .array(request.answers.map(\.json)), "approvals": decision.approvals.json, "gate": .bool(decision.gate.passes),
        ]
    }
}

extension ApprovalAnswer {
    /// The answer for `--json`.
    package var json: JSONValue {
        [
            "by": .string(principal.rawValue), "name": .string(name), "roles": JSONValue(roles), "verdict": .string(verdict.rawValue),
            "meaning": .string(meaning), "reason": .string(reason), "at": .string(at.description), "via": .string(via),
            "authenticated": .bool(isAuthenticated),
            "revoked": revocation.map { ["at": .string($0.at.description), "by": .string($0.by), "reason": .string($0.reason)] } ?? .null,
        ]
    }
}
