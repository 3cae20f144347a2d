package import Support
import Tables

extension ProfileReport {
    /// The report as `martlet data profile --json` prints it.
    package var json: JSONValue {
        var object: JSONValue = ["rows": JSONValue(rowCount), "sampled_rows": JSONValue(sampledRows), "columns": .array(columns.map(\.json))]
        guard let relations else { return object }
        object["duplicate_rows"] = JSONValue(relations.duplicateRows)
        object["missing_patterns"] = .array(relations.missingPatterns.map { ["columns": JSONValue($0.columns), "rows": JSONValue($0.rows)] })
        object["associations"] = .array(
            relations.associations.map {
                ["a": .string($0.first), "b": .string($0.second), "measure": .string($0.measure.rawValue), "value": JSONValue($0.value)]
            })
        return object
    }
}

extension ColumnProfile {
    /// Keys that do not apply to the kind of the column are absent. Times are RFC 3339, their spreads seconds.
    package var json: JSONValue {
        var object: JSONValue = [
            "name": .string(name), "kind": .string(kind.rawValue), "count": JSONValue(count), "missing": JSONValue(missing),
            "distinct": JSONValue(distinct), "distinct_is_exact": .bool(distinctIsExact),
        ]
        if let numbers { describe(numbers, in: &object) }
        if let text {
            object["min"] = .string(text.minimum)
            object["max"] = .string(text.maximum)
            object["length"] = ["min": JSONValue(text.shortest), "mean": JSONValue(text.meanLength), "max": JSONValue(text.longest)]
            if let lengths = text.lengths {
                object["length"]["histogram"] = [
                    "edges": .array(lengths.edges.map { JSONValue($0) }), "counts": .array(lengths.counts.map { JSONValue($0) }),
                ]
            }
        }
        if let ranks, ranks.count > topValues.count { object["ranks"] = .array(ranks.map { JSONValue($0) }) }
        object["top_values"] = .array(topValues.map { ["value": .string($0.value), "count": JSONValue($0.count)] })
        object["alerts"] = JSONValue(alerts)
        return object
    }

    private func describe(_ numbers: NumberProfile, in object: inout JSONValue) {
        object["min"] = position(numbers.minimum)
        object["max"] = position(numbers.maximum)
        object["mean"] = position(numbers.mean)
        object["std"] = JSONValue(numbers.standardDeviation)
        object["skewness"] = JSONValue(numbers.skewness)
        object["kurtosis"] = JSONValue(numbers.kurtosis)
        object["mad"] = JSONValue(numbers.medianDeviation)
        object["iqr"] = JSONValue(numbers.interquartileRange)
        object["median"] = numbers.median.map(position) ?? .null
        object["quantiles"] = .object(numbers.quantiles.map { .init(JSONValue.text(of: $0.probability), position($0.value)) })
        object["zeros"] = JSONValue(numbers.zeros)
        object["negative"] = JSONValue(numbers.negative)
        object["infinite"] = JSONValue(numbers.infinite)
        object["nan"] = JSONValue(numbers.notANumber)
        if !numbers.deciles.isEmpty { object["deciles"] = .array(numbers.deciles.map(position)) }
        guard let histogram = numbers.histogram else { return }
        object["histogram"] = ["edges": .array(histogram.edges.map(position)), "counts": .array(histogram.counts.map { JSONValue($0) })]
    }

    /// A value on the column's scale.
    private func position(_ value: Double) -> JSONValue { kind == .timestamp ? .string(kind.category(value)) : JSONValue(value) }
}

extension ColumnKind {
    /// A numeric value as a category.
    func category(_ value: Double) -> String {
        switch self {
        case .boolean: value == 0 ? "false" : "true"
        case .timestamp where abs(value) < 9e12: Timestamp(seconds: value).description
        default: JSONValue.text(of: value)
        }
    }
}
