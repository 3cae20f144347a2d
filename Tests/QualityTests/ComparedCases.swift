import Support

/// The expectations of the comparison with Great Expectations.
enum ComparedCases {
    /// - Parameters:
    ///   - engine: `pandas`, or `sqlite` for the few that Great Expectations has for SQL only.
    ///   - share: one of so many is taken, from the given one on: all on the table that has everything, fewer on the others.
    static func all(engine: String, share: (Int, from: Int)) -> [(String, JSONValue)] {
        guard engine == "pandas" else { return sqlOnly }
        return (columns + rows + tables + conditions).enumerated().filter { $0.offset % share.0 == share.from }.map(\.element)
    }

    private static let names = ["i", "n", "f", "x", "s", "b", "bn", "t", "tz", "d", "big", "none", "nf", "dt", "j"]

    private static func column(_ name: String, _ column: String, _ more: JSONValue = .object([])) -> (String, JSONValue) {
        ("expect_column_\(name)", .object([JSONValue.Member("column", .string(column))] + more.members))
    }

    /// Limits and sets that are of the column's kind, then one that is not.
    private static func values(_ name: String) -> [JSONValue] {
        switch name {
        case "s", "none": ["ann", "bob", "Éve", "no\"body"]
        case "dt", "j": ["2020-01-01", "{}"]
        case "b", "bn": [true, 1]
        case "t", "tz", "d": ["2020-01-01T00:00:00", "2021-06-01T12:00:00"]
        case "big": [9_007_199_254_740_993, 0, 1]
        case "f", "x": [1.5, 2, 0, -2, 100]
        default: [1, 2, 4, 10, 20.5]
        }
    }

    private static func limits(_ name: String) -> [JSONValue] {
        switch name {
        case "t", "d":
            [["min_value": "2020-01-01T00:00:00"], ["min_value": "2020-01-01T00:00:00", "max_value": "2021-06-01T12:00:00", "strict_max": true]]
        case "tz": [["max_value": "2020-01-01T00:00:00+00:00", "strict_max": true]]
        case "s", "none", "dt", "j": [["min_value": 1]]
        case "big": [["min_value": 9_007_199_254_740_993], ["max_value": 9_007_199_254_740_992, "strict_max": true]]
        default:
            [["min_value": 1], ["min_value": 0, "max_value": 10, "strict_min": true], ["max_value": 2, "strict_max": true], ["min_value": "1"]]
        }
    }

    private static var columns: [(String, JSONValue)] { names.flatMap { values(of: $0) + figures(of: $0) + texts(of: $0) } }

    private static func values(of name: String) -> [(String, JSONValue)] {
        let set: JSONValue = .array(values(name))
        var cases = [
            column("values_to_not_be_null", name), column("values_to_not_be_null", name, ["mostly": 0.75]), column("values_to_be_null", name),
            column("values_to_be_unique", name), column("values_to_be_unique", name, ["mostly": 0.5]),
            column("values_to_be_in_set", name, ["value_set": set]), column("values_to_not_be_in_set", name, ["value_set": set]),
            column("values_to_be_in_set", name, ["value_set": ["1", "20", 3, "2020-01-01"], "mostly": 0.2]),
            column("values_to_be_increasing", name), column("values_to_be_increasing", name, ["strictly": true]),
            column("values_to_be_decreasing", name), column("values_to_be_decreasing", name, ["strictly": true, "mostly": 0.4]),
            column("distinct_values_to_be_in_set", name, ["value_set": set]), column("distinct_values_to_contain_set", name, ["value_set": set]),
            column("distinct_values_to_equal_set", name, ["value_set": set]), column("most_common_value_to_be_in_set", name, ["value_set": set]),
            column("most_common_value_to_be_in_set", name, ["value_set": set, "ties_okay": true]), column("to_exist", name),
            column("value_z_scores_to_be_less_than", name, ["threshold": 1.2, "double_sided": true]),
            column("value_z_scores_to_be_less_than", name, ["threshold": 1.2, "double_sided": false]),
            column("values_to_not_be_outliers", name), column("values_to_not_be_outliers", name, ["method": "std", "multiplier": 1]),
            column("values_to_not_be_outliers", name, ["method": "iqr", "multiplier": 0.1, "mostly": 0.5]),
        ]
        for limit in limits(name) { cases.append(column("values_to_be_between", name, limit)) }
        return cases
    }

    private static func figures(of name: String) -> [(String, JSONValue)] {
        let kinds = [
            "min", "max", "mean", "median", "stdev", "sum", "unique_value_count", "proportion_of_unique_values", "proportion_of_non_null_values",
        ]
        var cases: [(String, JSONValue)] = []
        for kind in kinds { for limit in limits(name) { cases.append(column("\(kind)_to_be_between", name, limit)) } }
        let ranges: JSONValue = [
            "quantiles": [0, 0.05, 0.25, 0.5, 0.75, 1], "value_ranges": [[nil, nil], [0, 1], [1, 2], [0, 5], [nil, 4], [3, nil]],
        ]
        for method in ["linear", "lower", "higher", "midpoint", "nearest"] {
            cases.append(column("quantile_values_to_be_between", name, ["quantile_ranges": ranges, "allow_relative_error": .string(method)]))
        }
        cases.append(column("quantile_values_to_be_between", name, ["quantile_ranges": ranges]))
        return cases + [
            column("unique_value_count_to_be_between", name), column("max_to_be_between", name),
            column(
                "kl_divergence_to_be_less_than", name,
                [
                    "partition_object": ["bins": [0, 2, 4, 10], "weights": [0.3, 0.3, 0.4]], "threshold": 0.5, "tail_weight_holdout": 0.05,
                    "internal_weight_holdout": 0.05,
                ]),
            column(
                "kl_divergence_to_be_less_than", name,
                [
                    "partition_object": ["bins": [-10, 0, 5], "weights": [0.4, 0.4], "tail_weights": [0.1, 0.1]], "threshold": 0.3,
                ]),
        ]
    }

    private static func texts(of name: String) -> [(String, JSONValue)] {
        let partition: JSONValue = ["values": ["ann", "bob", ""], "weights": [0.4, 0.4, 0.2]]
        var cases = [
            column("value_lengths_to_be_between", name, ["min_value": 1, "max_value": 3]),
            column("value_lengths_to_be_between", name, ["min_value": 3, "strict_min": true, "mostly": 0.1]),
            column("value_lengths_to_equal", name, ["value": 3]), column("values_to_be_json_parseable", name),
            column("values_to_be_dateutil_parseable", name), column("values_to_match_strftime_format", name, ["strftime_format": "%Y-%m-%d"]),
            column("values_to_match_strftime_format", name, ["strftime_format": "%d.%m.%y"]),
        ]
        for regex in ["b", "^[a-c]", "^\\w+$", "\\d", "[\\d]{2}", "(?i)ÉVE|e", "^b(?=o)", "o(?!b)", "(.)\\1", "\\bb", "e$", "(", "\\S", "[^\\w]"] {
            cases.append(column("values_to_match_regex", name, ["regex": .string(regex)]))
            cases.append(column("values_to_not_match_regex", name, ["regex": .string(regex)]))
        }
        for match in ["any", "all"] {
            cases.append(column("values_to_match_regex_list", name, ["regex_list": ["b", "^[a-m]", "0$"], "match_on": .string(match)]))
        }
        cases.append(column("values_to_not_match_regex_list", name, ["regex_list": ["^a", "b"]]))
        for type in ["int64", "int", "float64", "float", "str", "object", "bool", "datetime64", "Timestamp", "int32"] {
            cases.append(column("values_to_be_of_type", name, ["type_": .string(type)]))
            cases.append(column("type_to_be", name, ["type_": .string(type)]))
        }
        cases.append(column("values_to_be_in_type_list", name, ["type_list": ["int64", "str"]]))
        cases.append(column("values_to_be_in_type_list", name, ["type_list": ["float64", "bool"], "mostly": 0.5]))
        guard name == "s" else { return cases }
        return cases + [
            column("kl_divergence_to_be_less_than", name, ["partition_object": partition, "threshold": 0.2, "tail_weight_holdout": 0.05]),
            column("kl_divergence_to_be_less_than", name, ["partition_object": partition, "threshold": 2]),
        ]
    }

    // MARK: Rows

    private static var rows: [(String, JSONValue)] {
        let pairs = [
            ("i", "n"), ("n", "f"), ("n", "nf"), ("f", "x"), ("t", "d"), ("s", "dt"), ("i", "b"), ("i", "x"), ("big", "i"), ("i", "s"), ("none", "s"),
        ]
        var cases: [(String, JSONValue)] = []
        for ignored in ["both_values_are_missing", "either_value_is_missing", "neither"] {
            for (a, b) in pairs {
                let names: [JSONValue.Member] = [
                    .init("column_A", .string(a)), .init("column_B", .string(b)), .init("ignore_row_if", .string(ignored)),
                ]
                cases.append(("expect_column_pair_values_to_be_equal", .object(names)))
                cases.append(("expect_column_pair_values_a_to_be_greater_than_b", .object(names)))
                cases.append(("expect_column_pair_values_a_to_be_greater_than_b", .object(names + [.init("or_equal", true), .init("mostly", 0.3)])))
                let set: JSONValue = [[1, 10], [2, nil], ["ann", "2020-01-01"], [1, true], [1.5, 1.5], ["bob", "bad"]]
                cases.append(("expect_column_pair_values_to_be_in_set", .object(names + [.init("value_pairs_set", set)])))
            }
        }
        let lists = [["s", "n"], ["none", "nf"], ["i", "n", "nf"], ["i", "x", "f"], ["b", "bn"], ["s", "dt", "j"], ["i", "s"], ["t", "t2"]]
        for ignored in ["all_values_are_missing", "any_value_is_missing", "never"] {
            for list in lists where !list.contains("t2") {
                let names: [JSONValue.Member] = [.init("column_list", JSONValue(list)), .init("ignore_row_if", .string(ignored))]
                for type in ["compound_columns_to_be_unique", "select_column_values_to_be_unique_within_record", "multicolumn_values_to_be_equal"] {
                    cases.append(("expect_\(type)", .object(names)))
                }
                cases.append(("expect_multicolumn_sum_to_equal", .object(names + [.init("sum_total", 11), .init("mostly", 0.1)])))
            }
        }
        return cases
    }

    private static let tables: [(String, JSONValue)] = [
        ("expect_table_row_count_to_be_between", ["min_value": 5, "max_value": 5]),
        ("expect_table_row_count_to_be_between", ["min_value": 5, "strict_min": true]), ("expect_table_row_count_to_be_between", .object([])),
        ("expect_table_row_count_to_equal", ["value": 8]), ("expect_table_column_count_to_be_between", ["max_value": 3]),
        ("expect_table_column_count_to_equal", ["value": 15]), ("expect_table_columns_to_match_set", ["column_set": ["i", "zz"]]),
        ("expect_table_columns_to_match_set", ["column_set": ["i"], "exact_match": false]),
        ("expect_table_columns_to_match_ordered_list", ["column_list": ["i", "x"]]),
        ("expect_table_columns_to_match_ordered_list", ["column_list": JSONValue(names)]), column("to_exist", "zz"),
        column("to_exist", "n", ["column_index": 1]), column("to_exist", "n", ["column_index": 3]), column("to_exist", "j", ["column_index": -1]),
        column("to_exist", "x", ["column_index": 0]), column("values_to_not_be_null", "zz"),
        column("values_to_be_between", "i", ["min_value": 5, "max_value": 1]),
        column("values_to_be_between", "i"),
    ]

    // MARK: Row conditions

    private static var conditions: [(String, JSONValue)] {
        let texts: [(JSONValue, String?)] = [
            ("col(\"i\") > 2", "great_expectations"), ("col(\"s\") == \"bob\"", "great_expectations"), ("col(\"n\").notnull()", "great_expectations"),
            ("col(\"n\") != 10", "great_expectations"), ("i > 1 and s == 'bob'", "pandas"), ("n != 10 or s in ['ann', \"Éve\"]", "pandas"),
            ("not (i > 2)", "pandas"), ("n not in [10, 20]", "pandas"), ("`x` >= 2.5 & i < 5", "pandas"), ("1 < i <= 4", "pandas"),
            ("i + x > 5", "pandas"),
            (["type": "comparison", "column": ["name": "i"], "operator": ">", "parameter": 2], nil),
            (["type": "nullity", "column": ["name": "n"], "is_null": false], nil),
            (["type": "comparison", "column": ["name": "s"], "operator": "IN", "parameter": ["ann", "bob"]], nil),
            (["type": "comparison", "column": ["name": "n"], "operator": "NOT_IN", "parameter": [10]], nil),
            (
                [
                    "type": "and",
                    "conditions": [
                        ["type": "comparison", "column": ["name": "i"], "operator": ">", "parameter": 1],
                        ["type": "comparison", "column": ["name": "x"], "operator": "!=", "parameter": 3],
                    ],
                ], nil
            ),
        ]
        return texts.flatMap { condition, parser -> [(String, JSONValue)] in
            var more: [JSONValue.Member] = [.init("row_condition", condition)]
            if let parser { more.append(.init("condition_parser", .string(parser))) }
            func with(_ members: JSONValue) -> JSONValue { .object(members.members + more) }
            return [
                column("values_to_be_between", "f", with(["min_value": 0])), column("values_to_not_be_null", "f", with(.object([]))),
                column("mean_to_be_between", "x", with(["min_value": 2])), column("values_to_be_unique", "s", with(.object([]))),
                column("unique_value_count_to_be_between", "s", with(["max_value": 1])), column("values_to_match_regex", "s", with(["regex": "b"])),
                column("proportion_of_non_null_values_to_be_between", "n", with(["min_value": 0.9])),
                column("values_to_be_increasing", "x", with(.object([]))), column("max_to_be_between", "i", with(["max_value": 2])),
                column("proportion_of_unique_values_to_be_between", "n", with(["min_value": 0.9])),
                ("expect_table_row_count_to_equal", with(["value": 3])),
                ("expect_compound_columns_to_be_unique", with(["column_list": ["b", "n"]])),
                column("quantile_values_to_be_between", "x", with(["quantile_ranges": ["quantiles": [0.5], "value_ranges": [[1, 2]]]])),
                column("value_z_scores_to_be_less_than", "x", with(["threshold": 1, "double_sided": true])),
            ]
        }
    }

    /// What Great Expectations has for SQL only. SQLite's LIKE takes no heed of letter case in ASCII; the patterns and texts do not tell.
    private static let sqlOnly: [(String, JSONValue)] =
        ["s", "dt"].flatMap { name in
            [
                column("values_to_match_like_pattern", name, ["like_pattern": "b%"]),
                column("values_to_not_match_like_pattern", name, ["like_pattern": "b_b"]),
                column("values_to_match_like_pattern_list", name, ["like_pattern_list": ["b%", "%n"], "match_on": "any"]),
                column("values_to_match_like_pattern_list", name, ["like_pattern_list": ["b%", "%b"], "match_on": "all"]),
                column("values_to_not_match_like_pattern_list", name, ["like_pattern_list": ["b%", "%n"], "mostly": 0.5]),
            ]
        } + [
            ("expect_table_row_count_to_equal_other_table", ["other_table_name": "other"]),
            ("unexpected_rows_expectation", ["unexpected_rows_query": "SELECT i, s FROM {batch} WHERE i > 4"]),
        ]
}
