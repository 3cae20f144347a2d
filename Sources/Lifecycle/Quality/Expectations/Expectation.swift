package import Support

/// A rule on data that is checked, under the name and with the arguments that Great Expectations gives it.
package struct Expectation: Sendable, Equatable, Codable {
    /// What a failure means.
    package enum Severity: String, Sendable, Equatable, Codable, CaseIterable {
        /// The data may not be used.
        case critical
        /// Somebody should look.
        case warning
        /// Worth a line in the report.
        case info
    }

    package var type: ExpectationType
    /// The arguments by their names in Great Expectations (`column`, `min_value`, `mostly`, ...), without `severity`.
    package var arguments: JSONValue
    package var severity: Severity

    package init(_ type: ExpectationType, _ arguments: JSONValue, severity: Severity = .critical) {
        self.type = type
        self.arguments = arguments
        self.severity = severity
    }

    /// The column, for an expectation on one.
    package var column: String? { arguments["column"].text }

    /// All columns that the arguments name.
    package var columns: [String] {
        let lists = arguments["column_list"].elements.compactMap(\.text)
        return ["column", "column_A", "column_B"].compactMap { arguments[$0].text } + lists
    }

    /// The least share of the rows with a value that must meet the expectation.
    package var mostly: Double { arguments["mostly"].double ?? 1 }

    /// A condition in SQL: rows for which it does not hold are left out.
    package var rowCondition: String? { arguments["row_condition"].text }
}

/// The expectations that are understood.
package enum ExpectationType: String, Sendable, Equatable, Codable, CaseIterable {
    case columnToExist = "expect_column_to_exist"
    case valuesToNotBeNull = "expect_column_values_to_not_be_null"
    case valuesToBeNull = "expect_column_values_to_be_null"
    case valuesToBeUnique = "expect_column_values_to_be_unique"
    case valuesToBeInSet = "expect_column_values_to_be_in_set"
    case valuesToNotBeInSet = "expect_column_values_to_not_be_in_set"
    case valuesToBeBetween = "expect_column_values_to_be_between"
    case valuesToMatchRegex = "expect_column_values_to_match_regex"
    case valuesToNotMatchRegex = "expect_column_values_to_not_match_regex"
    case valuesToBeOfType = "expect_column_values_to_be_of_type"
    case valuesToBeInTypeList = "expect_column_values_to_be_in_type_list"
    case lengthsToBeBetween = "expect_column_value_lengths_to_be_between"
    case lengthsToEqual = "expect_column_value_lengths_to_equal"
    case minToBeBetween = "expect_column_min_to_be_between"
    case maxToBeBetween = "expect_column_max_to_be_between"
    case meanToBeBetween = "expect_column_mean_to_be_between"
    case medianToBeBetween = "expect_column_median_to_be_between"
    case stdevToBeBetween = "expect_column_stdev_to_be_between"
    case sumToBeBetween = "expect_column_sum_to_be_between"
    case quantilesToBeBetween = "expect_column_quantile_values_to_be_between"
    case uniqueCountToBeBetween = "expect_column_unique_value_count_to_be_between"
    case uniqueProportionToBeBetween = "expect_column_proportion_of_unique_values_to_be_between"
    case distinctToBeInSet = "expect_column_distinct_values_to_be_in_set"
    case distinctToContainSet = "expect_column_distinct_values_to_contain_set"
    case distinctToEqualSet = "expect_column_distinct_values_to_equal_set"
    case mostCommonToBeInSet = "expect_column_most_common_value_to_be_in_set"
    case pairAGreaterThanB = "expect_column_pair_values_a_to_be_greater_than_b"
    case pairEqual = "expect_column_pair_values_to_be_equal"
    case compoundColumnsUnique = "expect_compound_columns_to_be_unique"
    case multicolumnSumEqual = "expect_multicolumn_sum_to_equal"
    case rowCountBetween = "expect_table_row_count_to_be_between"
    case rowCountEqual = "expect_table_row_count_to_equal"
    case columnCountBetween = "expect_table_column_count_to_be_between"
    case columnCountEqual = "expect_table_column_count_to_equal"
    case columnsMatchSet = "expect_table_columns_to_match_set"
    case columnsMatchOrderedList = "expect_table_columns_to_match_ordered_list"
}

extension ExpectationType {
    /// Whether every row is judged by itself, so that `mostly` applies.
    package var judgesRows: Bool {
        switch self {
        case .valuesToNotBeNull, .valuesToBeNull, .valuesToBeUnique, .valuesToBeInSet, .valuesToNotBeInSet, .valuesToBeBetween, .valuesToMatchRegex,
            .valuesToNotMatchRegex, .lengthsToBeBetween, .lengthsToEqual, .pairAGreaterThanB, .pairEqual, .compoundColumnsUnique,
            .multicolumnSumEqual:
            true
        default: false
        }
    }

    /// The arguments that must be there.
    package var requiredArguments: [String] {
        switch self {
        case .valuesToBeInSet, .valuesToNotBeInSet, .distinctToBeInSet, .distinctToContainSet, .distinctToEqualSet, .mostCommonToBeInSet:
            ["column", "value_set"]
        case .valuesToMatchRegex, .valuesToNotMatchRegex: ["column", "regex"]
        case .valuesToBeOfType: ["column", "type_"]
        case .valuesToBeInTypeList: ["column", "type_list"]
        case .lengthsToEqual: ["column", "value"]
        case .quantilesToBeBetween: ["column", "quantile_ranges"]
        case .pairAGreaterThanB, .pairEqual: ["column_A", "column_B"]
        case .compoundColumnsUnique: ["column_list"]
        case .multicolumnSumEqual: ["column_list", "sum_total"]
        case .rowCountEqual, .columnCountEqual: ["value"]
        case .columnsMatchSet: ["column_set"]
        case .columnsMatchOrderedList: ["column_list"]
        case .rowCountBetween, .columnCountBetween: []
        default: ["column"]
        }
    }

    /// The arguments that may be there.
    package var optionalArguments: [String] {
        var names: [String] = []
        switch self {
        case .valuesToBeBetween, .lengthsToBeBetween, .minToBeBetween, .maxToBeBetween, .meanToBeBetween, .medianToBeBetween, .stdevToBeBetween,
            .sumToBeBetween, .uniqueCountToBeBetween, .uniqueProportionToBeBetween:
            names = ["min_value", "max_value", "strict_min", "strict_max"]
        case .rowCountBetween, .columnCountBetween: names = ["min_value", "max_value"]
        case .pairAGreaterThanB: names = ["or_equal"]
        case .mostCommonToBeInSet: names = ["ties_okay"]
        case .columnToExist: names = ["column_index"]
        case .columnsMatchSet: names = ["exact_match"]
        default: break
        }
        if judgesRows { names.append("mostly") }
        switch self {
        case .columnToExist, .columnCountBetween, .columnCountEqual, .columnsMatchSet, .columnsMatchOrderedList, .valuesToBeOfType,
            .valuesToBeInTypeList:
            return names
        default: return names + ["row_condition"]
        }
    }
}
