import Foundation
import Quality
import Support

/// Holds the two answers to one case against each other.
enum ComparedAnswers {
    private static let keys = [
        "element_count", "unexpected_count", "missing_count", "unexpected_percent", "missing_percent", "unexpected_percent_total",
        "unexpected_percent_nonmissing", "observed_value", "partial_unexpected_list", "partial_unexpected_counts", "partial_unexpected_index_list",
        "partial_missing_list", "details",
    ]

    /// What differs, a line each.
    static func faults(_ pair: GreatExpectationsTests.Pair) -> [String] {
        guard let ours = pair.ours else { return pair.theyFail ? [] : ["we refuse what they judge"] }
        if pair.theyFail { return ours.success ? ["what they do not judge holds for us"] : [] }
        if let exception = ours.exception { return ["we do not judge: \(exception)"] }
        var faults: [String] = []
        if pair.theirs["success"] != .bool(ours.success) { faults.append("the verdicts differ") }
        let (their, our) = (pair.theirs["result"], ours.json["result"])
        for key in keys where !isLeftOut(key, pair) {
            let lists = (tidy(key, their[key]), tidy(key, our[key]))
            if !(unordered.contains(key) ? haveEqual(lists.0.elements, lists.1.elements) : areEqual(lists.0, lists.1)) {
                faults.append("\(key): theirs \(their[key].compact), ours \(our[key].compact)")
            }
        }
        return faults
    }

    /// What one of the sides does not tell: the partitions of a divergence, and row numbers of SQL.
    private static func isLeftOut(_ key: String, _ pair: GreatExpectationsTests.Pair) -> Bool {
        if key == "partial_unexpected_counts", pair.theirs["result"][key].isNull { return true }
        let isSQL = pair.type.contains("_like_pattern") || pair.type == "unexpected_rows_expectation"
        return key == "details" && (pair.type.contains("divergence") || isSQL) || key == "partial_unexpected_index_list" && isSQL
    }

    private static let unordered: Set = ["partial_missing_list", "partial_unexpected_counts"]

    /// Whether two lists have equal elements, in any order.
    private static func haveEqual(_ a: [JSONValue], _ b: [JSONValue]) -> Bool {
        var rest = b
        for element in a {
            guard let place = rest.firstIndex(where: { areEqual(element, $0) }) else { return false }
            rest.remove(at: place)
        }
        return rest.isEmpty
    }

    /// Lists without order where theirs has none: values of a set that are not there, and counts, in which a missing value equals no other for them.
    private static func tidy(_ key: String, _ list: JSONValue) -> JSONValue {
        switch key {
        case "partial_unexpected_counts":
            var counts: [String: JSONValue] = [:]
            for entry in list.elements {
                let name = entry["value"].compact
                counts[name] = ["value": entry["value"], "count": JSONValue((counts[name]?["count"].int ?? 0) + (entry["count"].int ?? 0))]
            }
            return list.isNull ? .null : .array(Array(counts.values))
        default: return list
        }
    }

    /// Equal, numbers to nine digits and moments whatever their zone.
    static func areEqual(_ a: JSONValue, _ b: JSONValue) -> Bool {
        if case .integer(let one) = a, case .integer(let other) = b { return one == other }
        if let one = a.double, let other = b.double { return one == other || abs(one - other) <= 1e-9 * max(abs(one), abs(other)) }
        if let one = a.text, let other = b.text {
            if Array(one.utf8) == Array(other.utf8) { return true }
            guard let first = Timestamp(one), let second = Timestamp(other) else { return false }
            return first == second
        }
        switch (a, b) {
        case (.array(let one), .array(let other)): return one.count == other.count && zip(one, other).allSatisfy(areEqual)
        case (.object(let one), .object(let other)):
            return Set(one.map(\.key)) == Set(other.map(\.key)) && one.allSatisfy { areEqual($0.value, b[$0.key]) }
        default: return a == b
        }
    }
}
