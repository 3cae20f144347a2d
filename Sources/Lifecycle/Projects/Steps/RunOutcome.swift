package import Pipelines
package import Planning
package import Support

/// What `martlet run` did.
package struct RunOutcome: Sendable {
    /// The candidates, best first.
    package struct Leaderboard: Sendable {
        package struct Row: Sendable {
            package var step: String
            package var trainer: String
            package var measurement: Measurement
            /// Size and latency in words.
            package var note: String
        }

        package var metric: String
        package var rows: [Row]
    }

    /// What the gate said.
    package struct GateOutcome: Sendable {
        package var version: String
        package var passed: Bool
        package var checks: [CheckResult]
        package var reasons: [String]
        /// What the version still waited for when the gate let it through; nil where it became champion.
        package var waits: String?
        /// The champion after the gate.
        package var champion: String?
        /// Sentences on fairness and proxies.
        package var findings: [String]
    }

    package var steps: [StepResult]
    /// What a person should know of the data: expectations that failed, rows that were left out.
    package var notes: [String]
    package var leaderboard: Leaderboard?
    package var gate: GateOutcome?

    /// Whether no step had anything to do.
    package var isUnchanged: Bool { steps.allSatisfy(\.isCached) }
}

extension RunOutcome {
    /// The outcome for `--json`.
    package var json: JSONValue {
        var value: JSONValue = [
            "unchanged": .bool(isUnchanged),
            "steps": .array(
                steps.map { ["step": .string($0.id), "run": .string($0.run.rawValue), "cached": .bool($0.isCached), "seconds": .number($0.seconds)] }),
        ]
        value["notes"] = JSONValue(notes)
        if let leaderboard {
            value["leaderboard"] = .array(
                leaderboard.rows.map { row in
                    [
                        "step": .string(row.step), "trainer": .string(row.trainer), "metric": .string(leaderboard.metric),
                        "value": JSONValue(row.measurement.value),
                        "lower": JSONValue(row.measurement.lower), "upper": JSONValue(row.measurement.upper), "note": .string(row.note),
                    ]
                })
        }
        if let gate {
            value["gate"] = [
                "version": .string(gate.version), "passed": .bool(gate.passed), "reasons": JSONValue(gate.reasons),
                "waits": JSONValue(gate.waits),
                "champion": JSONValue(gate.champion), "checks": .array(gate.checks.map(\.json)), "findings": JSONValue(gate.findings),
            ]
        }
        return value
    }
}

extension CheckResult {
    /// The result for `--json`.
    package var json: JSONValue {
        [
            "objective": .string(objective), "subject": .string(subject), "at": .string(at.description), "verdict": .string(verdict.rawValue),
            "value": JSONValue(measurement?.value), "lower": JSONValue(measurement?.lower), "upper": JSONValue(measurement?.upper),
            "reason": .string(reason),
        ]
    }

    /// The result as an event records it: what was decided, without the words.
    var recorded: JSONValue {
        ["objective": .string(objective), "verdict": .string(verdict.rawValue), "value": JSONValue(measurement?.value)]
    }

    /// Reads what `json` wrote.
    init?(_ value: JSONValue) {
        guard let objective = value["objective"].text, let subject = value["subject"].text,
            let verdict = value["verdict"].text.flatMap(Verdict.init(rawValue:))
        else { return nil }
        let measurement = value["value"].double.map { Measurement(value: $0, lower: value["lower"].double, upper: value["upper"].double) }
        self.init(
            objective: objective, subject: subject, at: value["at"].text.flatMap { Timestamp($0) } ?? Timestamp(microseconds: 0), verdict: verdict,
            measurement: measurement, reason: value["reason"].text ?? "")
    }
}
