/// The expectations that are understood: those of Great Expectations 1 that judge one table.
package enum ExpectationType: String, Sendable, Equatable, Codable, CaseIterable {
    case columnToExist = "expect_column_to_exist"
    case valuesToNotBeNull = "expect_column_values_to_not_be_null"
    case valuesToBeNull = "expect_column_values_to_be_null"
    case valuesToBeUnique = "expect_column_values_to_be_unique"
    case valuesToBeInSet = "expect_column_values_to_be_in_set"
    case valuesToNotBeInSet = "expect_column_values_to_not_be_in_set"
    case valuesToBeBetween = "expect_column_values_to_be_between"
    case valuesToBeIncreasing = "expect_column_values_to_be_increasing"
    case valuesToBeDecreasing = "expect_column_values_to_be_decreasing"
    case valuesToMatchRegex = "expect_column_values_to_match_regex"
    case valuesToNotMatchRegex = "expect_column_values_to_not_match_regex"
    case valuesToMatchRegexList = "expect_column_values_to_match_regex_list"
    case valuesToNotMatchRegexList = "expect_column_values_to_not_match_regex_list"
    case valuesToMatchLike = "expect_column_values_to_match_like_pattern"
    case valuesToNotMatchLike = "expect_column_values_to_not_match_like_pattern"
    case valuesToMatchLikeList = "expect_column_values_to_match_like_pattern_list"
    case valuesToNotMatchLikeList = "expect_column_values_to_not_match_like_pattern_list"
    case valuesToMatchStrftime = "expect_column_values_to_match_strftime_format"
    case valuesToBeDates = "expect_column_values_to_be_dateutil_parseable"
    case valuesToBeJSON = "expect_column_values_to_be_json_parseable"
    case valuesToBeOfType = "expect_column_values_to_be_of_type"
    case valuesToBeInTypeList = "expect_column_values_to_be_in_type_list"
    case columnTypeToBe = "expect_column_type_to_be"
    case lengthsToBeBetween = "expect_column_value_lengths_to_be_between"
    case lengthsToEqual = "expect_column_value_lengths_to_equal"
    case zScoresToBeLessThan = "expect_column_value_z_scores_to_be_less_than"
    case valuesToNotBeOutliers = "expect_column_values_to_not_be_outliers"
    case minToBeBetween = "expect_column_min_to_be_between"
    case maxToBeBetween = "expect_column_max_to_be_between"
    case meanToBeBetween = "expect_column_mean_to_be_between"
    case medianToBeBetween = "expect_column_median_to_be_between"
    case stdevToBeBetween = "expect_column_stdev_to_be_between"
    case sumToBeBetween = "expect_column_sum_to_be_between"
    case quantilesToBeBetween = "expect_column_quantile_values_to_be_between"
    case uniqueCountToBeBetween = "expect_column_unique_value_count_to_be_between"
    case uniqueProportionToBeBetween = "expect_column_proportion_of_unique_values_to_be_between"
    case nonNullProportionToBeBetween = "expect_column_proportion_of_non_null_values_to_be_between"
    case distinctToBeInSet = "expect_column_distinct_values_to_be_in_set"
    case distinctToContainSet = "expect_column_distinct_values_to_contain_set"
    case distinctToEqualSet = "expect_column_distinct_values_to_equal_set"
    case mostCommonToBeInSet = "expect_column_most_common_value_to_be_in_set"
    case divergenceToBeLessThan = "expect_column_kl_divergence_to_be_less_than"
    case pairAGreaterThanB = "expect_column_pair_values_a_to_be_greater_than_b"
    case pairEqual = "expect_column_pair_values_to_be_equal"
    case pairInSet = "expect_column_pair_values_to_be_in_set"
    case compoundColumnsUnique = "expect_compound_columns_to_be_unique"
    case uniqueWithinRecord = "expect_select_column_values_to_be_unique_within_record"
    case multicolumnSumEqual = "expect_multicolumn_sum_to_equal"
    case multicolumnEqual = "expect_multicolumn_values_to_be_equal"
    case rowCountBetween = "expect_table_row_count_to_be_between"
    case rowCountEqual = "expect_table_row_count_to_equal"
    case rowCountEqualOther = "expect_table_row_count_to_equal_other_table"
    case columnCountBetween = "expect_table_column_count_to_be_between"
    case columnCountEqual = "expect_table_column_count_to_equal"
    case columnsMatchSet = "expect_table_columns_to_match_set"
    case columnsMatchOrderedList = "expect_table_columns_to_match_ordered_list"
    case unexpectedRows = "unexpected_rows_expectation"
}

extension ExpectationType {
    /// Whether every row is judged by itself, so that `mostly` applies and single rows can be named.
    package var judgesRows: Bool {
        switch self {
        case .valuesToNotBeNull, .valuesToBeNull, .valuesToBeUnique, .valuesToBeInSet, .valuesToNotBeInSet, .valuesToBeBetween, .valuesToBeIncreasing,
            .valuesToBeDecreasing, .valuesToMatchRegex, .valuesToNotMatchRegex, .valuesToMatchRegexList, .valuesToNotMatchRegexList,
            .valuesToMatchLike, .valuesToNotMatchLike, .valuesToMatchLikeList, .valuesToNotMatchLikeList, .valuesToMatchStrftime, .valuesToBeDates,
            .valuesToBeJSON, .valuesToBeOfType, .valuesToBeInTypeList, .lengthsToBeBetween, .lengthsToEqual, .zScoresToBeLessThan,
            .valuesToNotBeOutliers:
            true
        case .compoundColumnsUnique, .uniqueWithinRecord, .multicolumnSumEqual, .multicolumnEqual: true
        default: isPair
        }
    }

    /// Whether two columns are compared row by row.
    var isPair: Bool { self == .pairAGreaterThanB || self == .pairEqual || self == .pairInSet }

    /// The arguments that must be there.
    package var requiredArguments: [String] {
        switch self {
        case .valuesToBeInSet, .valuesToNotBeInSet, .distinctToBeInSet, .distinctToContainSet, .distinctToEqualSet, .mostCommonToBeInSet:
            ["column", "value_set"]
        case .valuesToMatchRegex, .valuesToNotMatchRegex: ["column", "regex"]
        case .valuesToMatchRegexList, .valuesToNotMatchRegexList: ["column", "regex_list"]
        case .valuesToMatchLike, .valuesToNotMatchLike: ["column", "like_pattern"]
        case .valuesToMatchLikeList, .valuesToNotMatchLikeList: ["column", "like_pattern_list"]
        case .valuesToMatchStrftime: ["column", "strftime_format"]
        case .valuesToBeOfType, .columnTypeToBe: ["column", "type_"]
        case .valuesToBeInTypeList: ["column", "type_list"]
        case .lengthsToEqual: ["column", "value"]
        case .zScoresToBeLessThan: ["column", "threshold"]
        case .quantilesToBeBetween: ["column", "quantile_ranges"]
        case .divergenceToBeLessThan: ["column", "partition_object"]
        case .pairAGreaterThanB, .pairEqual: ["column_A", "column_B"]
        case .pairInSet: ["column_A", "column_B", "value_pairs_set"]
        case .compoundColumnsUnique, .uniqueWithinRecord, .multicolumnEqual: ["column_list"]
        case .multicolumnSumEqual: ["column_list", "sum_total"]
        case .rowCountEqual, .columnCountEqual: ["value"]
        case .rowCountEqualOther: ["other_table_name"]
        case .columnsMatchSet: ["column_set"]
        case .columnsMatchOrderedList: ["column_list"]
        case .unexpectedRows: ["unexpected_rows_query"]
        case .rowCountBetween, .columnCountBetween: []
        default: ["column"]
        }
    }

    /// The arguments that may be there.
    package var optionalArguments: [String] {
        var names = ownOptions
        if judgesRows { names.append("mostly") }
        switch self {
        case .columnToExist, .columnCountBetween, .columnCountEqual, .columnsMatchSet, .columnsMatchOrderedList, .columnTypeToBe, .unexpectedRows:
            break
        default: names += ["row_condition", "condition_parser"]
        }
        return names
    }

    private var ownOptions: [String] {
        switch self {
        case .valuesToBeBetween, .lengthsToBeBetween, .minToBeBetween, .maxToBeBetween, .meanToBeBetween, .medianToBeBetween, .stdevToBeBetween,
            .sumToBeBetween, .uniqueCountToBeBetween, .uniqueProportionToBeBetween, .nonNullProportionToBeBetween, .rowCountBetween:
            ["min_value", "max_value", "strict_min", "strict_max"]
        case .columnCountBetween: ["min_value", "max_value"]
        case .valuesToBeIncreasing, .valuesToBeDecreasing: ["strictly"]
        case .valuesToMatchRegexList: ["match_on"]
        case .valuesToMatchLikeList: ["match_on", "escape"]
        case .valuesToMatchLike, .valuesToNotMatchLike, .valuesToNotMatchLikeList: ["escape"]
        case .zScoresToBeLessThan: ["double_sided"]
        case .valuesToNotBeOutliers: ["method", "multiplier"]
        case .quantilesToBeBetween: ["allow_relative_error"]
        case .divergenceToBeLessThan: ["threshold", "internal_weight_holdout", "tail_weight_holdout", "bucketize_data"]
        case .pairAGreaterThanB: ["or_equal", "ignore_row_if"]
        case .pairEqual, .pairInSet, .compoundColumnsUnique, .uniqueWithinRecord, .multicolumnSumEqual, .multicolumnEqual: ["ignore_row_if"]
        case .mostCommonToBeInSet: ["ties_okay"]
        case .columnToExist: ["column_index"]
        case .columnsMatchSet: ["exact_match"]
        default: []
        }
    }
}
