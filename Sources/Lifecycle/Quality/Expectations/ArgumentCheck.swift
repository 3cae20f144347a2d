import Settings
import Support

/// Whether the arguments of an expectation have the shape that it needs.
enum ArgumentCheck {
    /// Checks one argument.
    /// - Throws: `invalidInput` with its place.
    static func check(_ name: String, _ value: SettingsNode, of type: ExpectationType) throws(MartletError) {
        if value["$PARAMETER"] != nil { throw value.failure("“\(name)” is a parameter of the suite. Write its value in the suite.") }
        switch name {
        case "mostly", "tail_weight_holdout", "internal_weight_holdout": _ = try value.double(in: 0...1)
        case "strict_min", "strict_max", "or_equal", "exact_match", "ties_okay", "strictly", "double_sided", "bucketize_data": _ = try value.bool()
        case "min_value", "max_value":
            let isCount = [.uniqueCountToBeBetween, .uniqueProportionToBeBetween, .nonNullProportionToBeBetween].contains(type)
            if isCount || type.rawValue.hasPrefix("expect_table") { _ = try value.double() } else { _ = try value.string() }
        case "value": _ = try value.int(in: 0...Int.max)
        case "column_index": _ = try value.int()
        case "sum_total", "threshold": _ = try value.double()
        case "multiplier": _ = try value.double(in: 0...Double.greatestFiniteMagnitude)
        case "value_set": for element in try value.list() { _ = try element.string() }
        case "type_list", "column_set", "column_list", "regex_list", "like_pattern_list": try checkNames(name, value, of: type)
        case "quantile_ranges": try checkQuantiles(value)
        case "partition_object": try checkPartition(value)
        case "value_pairs_set": try checkPairs(value)
        case "row_condition": _ = try RowCondition.sql(value.json(), parser: nil)
        default: try checkWord(name, value, of: type)
        }
    }

    private static func checkWord(_ name: String, _ value: SettingsNode, of type: ExpectationType) throws(MartletError) {
        let words: [String]? =
            switch name {
            case "match_on": ["any", "all"]
            case "method": ["iqr", "std"]
            case "allow_relative_error": ["false", "False", "linear", "lower", "higher", "midpoint", "nearest"]
            case "ignore_row_if" where type.isPair: ["both_values_are_missing", "either_value_is_missing", "neither"]
            case "ignore_row_if": ["all_values_are_missing", "any_value_is_missing", "never"]
            case "condition_parser": RowCondition.parsers
            default: nil
            }
        let text = try value.string()
        guard let words, !words.contains(text) else { return }
        throw value.failure("“\(name)” cannot be “\(text)”.\(didYouMean(text, among: words)) It is one of: \(words.joined(separator: ", ")).")
    }

    private static func checkNames(_ name: String, _ value: SettingsNode, of type: ExpectationType) throws(MartletError) {
        let least = name == "column_list" && type != .columnsMatchOrderedList ? 2 : 1
        let names = try value.list()
        guard names.count >= least else { throw value.failure("“\(name)” needs \(least == 1 ? "at least one value" : "at least two columns").") }
        for name in names { _ = try name.string() }
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

    private static func checkPartition(_ node: SettingsNode) throws(MartletError) {
        _ = try node.mapping(keys: ["values", "bins", "weights", "tail_weights"])
        let weights = try node.required("weights").list()
        for weight in weights { _ = try weight.double(in: 0...1) }
        if let bins = node["bins"] {
            let edges = try bins.list()
            for edge in edges { _ = try edge.double() }
            guard edges.count == weights.count + 1 else { throw node.failure("“bins” needs one edge more than there are “weights”.") }
        } else if try node.required("values").list().count != weights.count {
            throw node.failure("“values” and “weights” must be of equal length.")
        }
        guard let tails = node["tail_weights"] else { return }
        guard try tails.list().count == 2 else { throw tails.failure("“tail_weights” are two shares, below and above the bins.") }
        for tail in try tails.list() { _ = try tail.double(in: 0...1) }
    }

    private static func checkPairs(_ node: SettingsNode) throws(MartletError) {
        for pair in try node.list() where try pair.list().count != 2 { throw pair.failure("A pair is two values, such as [a, 1].") }
    }
}
