import Support

/// Where ours differs on purpose, or Great Expectations on pandas cannot be followed. docs/quality.md tells users of each.
struct ComparedDifferences: Sendable {
    var name: String
    var applies: @Sendable (GreatExpectationsTests.Pair) -> Bool

    static let all: [ComparedDifferences] =
        moments + numbers + [
            ComparedDifferences(name: "truth values have an order: false, then true") { isOrder($0) && isOf($0, "b", "bn") },
            ComparedDifferences(name: "truth values have no fences") { $0.type.hasSuffix("outliers") && isOf($0, "bn") },
            ComparedDifferences(name: "text has a least and a greatest value") {
                $0.type == "expect_column_max_to_be_between" && isOf($0, "s", "dt", "j")
            },
            ComparedDifferences(name: "text has no sum") {
                $0.type == "expect_multicolumn_sum_to_equal" && $0.arguments["column_list"] == ["s", "dt", "j"]
            },
            ComparedDifferences(name: "the index 0 is an index") { $0.type == "expect_column_to_exist" && $0.arguments["column_index"] == 0 },
            ComparedDifferences(name: "a missing number equals a missing text") {
                $0.type.contains("unique_within_record") && $0.arguments["column_list"] == ["none", "nf"]
            },
            ComparedDifferences(name: "no rows have no unexpected ones, in SQL too") { $0.table == "bare" && $0.type.contains("_like_pattern") },
            ComparedDifferences(name: "whole numbers and truth values keep their type where some are missing") {
                isOf($0, "n", "bn") && ($0.type.contains("type") || $0.type.contains("regex") || $0.type.contains("length"))
            },
        ]

    private static let moments = [
        ComparedDifferences(name: "dates are moments, and moments equal the texts that name them") {
            isOf($0, "d") || (isOf($0, "t", "tz") && $0.type.hasSuffix("_set"))
        },
        ComparedDifferences(name: "a moment and a date have an order") { $0.arguments["column_A"] == "t" },
        ComparedDifferences(name: "moments that are not there are no error") { ["bare", "void"].contains($0.table) && isOf($0, "t", "tz") },
        ComparedDifferences(name: "a moment as text has its time of day") { $0.table == "single" && isOf($0, "t") && $0.type.contains("regex") },
        ComparedDifferences(name: "one moment has no outlier") { $0.table == "single" && isOf($0, "t", "tz") && $0.type.contains("z_scores") },
    ]

    private static let numbers = [
        ComparedDifferences(name: "differences of numbers beyond 2^63 do not wrap around") { isOrder($0) && isOf($0, "big") },
        ComparedDifferences(name: "limits beyond 2^53 keep every digit") {
            isOf($0, "big") && $0.type.hasSuffix("_between") && !$0.type.contains("length")
        },
        ComparedDifferences(name: "quantiles reach infinity") { $0.table == "dirty" && isOf($0, "f") && $0.type.contains("quantile") },
    ]

    private static func isOrder(_ pair: GreatExpectationsTests.Pair) -> Bool {
        pair.type.hasSuffix("increasing") || pair.type.hasSuffix("decreasing")
    }

    private static func isOf(_ pair: GreatExpectationsTests.Pair, _ names: String...) -> Bool { names.contains(pair.arguments["column"].text ?? "") }
}
