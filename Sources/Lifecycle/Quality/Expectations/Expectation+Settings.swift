package import Settings
package import Support

extension Expectation {
    /// Reads one entry of `expect:`: a mapping of the expectation's name to its arguments.
    /// - Throws: `invalidInput` with line, column and suggestion.
    package init(_ node: SettingsNode) throws(MartletError) {
        let entries = try node.entries()
        guard entries.count == 1, let entry = entries.first else {
            throw node.failure("An expectation is one name with its arguments, such as “expect_column_values_to_not_be_null: {column: age}”.")
        }
        guard let type = ExpectationType(rawValue: entry.key) else {
            let hint = didYouMean(entry.key, among: ExpectationType.allCases.map(\.rawValue))
            throw MartletError(.invalidInput, "There is no expectation “\(entry.key)”.\(hint)", place: entry.place)
        }
        let known = type.requiredArguments + type.optionalArguments + ["severity"]
        let given = try entry.value.mapping(keys: known)
        for name in type.requiredArguments where entry.value[name] == nil {
            throw MartletError(.invalidInput, "\(type.rawValue) needs “\(name)”.", place: entry.place)
        }
        var arguments: [JSONValue.Member] = []
        for argument in given where argument.key != "severity" {
            try Expectation.check(argument.key, argument.value)
            arguments.append(JSONValue.Member(argument.key, argument.value.json()))
        }
        let severity: Severity = try entry.value["severity"]?.choice() ?? .critical
        self.init(type, .object(arguments), severity: severity)
        try checkRange(entry.value)
    }

    /// Checks the shape of one argument.
    private static func check(_ name: String, _ value: SettingsNode) throws(MartletError) {
        switch name {
        case "column", "column_A", "column_B", "regex", "type_", "row_condition": _ = try value.string()
        case "mostly": _ = try value.double(in: 0...1)
        case "strict_min", "strict_max", "or_equal", "exact_match", "ties_okay": _ = try value.bool()
        case "value", "column_index": _ = try value.int(in: 0...Int.max)
        case "sum_total": _ = try value.double()
        case "value_set", "type_list", "column_set", "column_list":
            guard try !value.list().isEmpty else { throw value.failure("“\(name)” is empty. List at least one value.") }
            for element in try value.list() { _ = try element.string() }
        case "quantile_ranges": try checkQuantiles(value)
        default: _ = try value.string()
        }
    }

    private static func checkQuantiles(_ node: SettingsNode) throws(MartletError) {
        _ = try node.mapping(keys: ["quantiles", "value_ranges"])
        let quantiles = try node.required("quantiles").list()
        let ranges = try node.required("value_ranges").list()
        for quantile in quantiles { _ = try quantile.double(in: 0...1) }
        guard quantiles.count == ranges.count else { throw node.failure("“quantiles” and “value_ranges” must be of equal length.") }
        for range in ranges {
            let limits = try range.list()
            guard limits.count == 2 else { throw range.failure("A value range is two limits, such as [1, 5] or [null, 5].") }
            for limit in limits where !limit.isNull { _ = try limit.double() }
        }
    }

    private func checkRange(_ node: SettingsNode) throws(MartletError) {
        let names = type.optionalArguments
        guard names.contains("min_value") else { return }
        guard node["min_value"] != nil || node["max_value"] != nil else {
            throw node.failure("\(type.rawValue) needs “min_value” or “max_value”, or both.")
        }
        if let low = arguments["min_value"].double, let high = arguments["max_value"].double, low > high {
            throw node.failure("“min_value” is larger than “max_value”, so that nothing can lie between them.")
        }
    }
}
