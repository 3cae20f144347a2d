import Exploration
import Statistics
package import Support
import Tables

extension SourceInspection {
    /// The inspection as `martlet init --json` prints it.
    package var json: JSONValue {
        [
            "rows": JSONValue(rowCount), "problem": .string(problem.rawValue), "positive": JSONValue(positive),
            "classes": .array(classes.map { ["value": .string($0.value), "count": JSONValue($0.count)] }),
            "missing_targets": JSONValue(missingTargets), "columns": .array(columns.map(\.inspectionJSON)),
            "weight_candidate": JSONValue(weightCandidate), "missing_markers": JSONValue(missingMarkers), "decimal": .string(decimal),
            "rules": JSONValue(rules.map(\.word)), "split": ["how": .string(split.method.rawValue), "by": JSONValue(split.by)],
            "findings": .array(
                findings.map {
                    ["severity": .string($0.severity.rawValue), "column": JSONValue($0.column), "sentence": .string($0.sentence)]
                }),
        ]
    }
}

extension ColumnPlan {
    fileprivate var inspectionJSON: JSONValue {
        [
            "name": .string(name), "use": .bool(use), "why": JSONValue(why), "sensitive": .bool(sensitive), "key": .bool(key),
            "kind": JSONValue(kind?.rawValue),
        ]
    }
}
