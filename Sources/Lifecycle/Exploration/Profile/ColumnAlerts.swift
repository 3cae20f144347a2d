import Support
import Tables

/// What stands out in a column, as sentences.
struct ColumnAlerts {
    let profile: ColumnProfile
    let rowCount: Int
    /// The pairs of columns that go closely together.
    let closest: [TableRelations.Association]

    /// Below this many values a share says little.
    private static let fewestValues = 20

    var sentences: [String] {
        if rowCount == 0 { return [] }
        if profile.count == 0 { return ["Every value is missing."] }
        return [constant, mostlyMissing, identifying, manyValues, skewed, imbalanced, zeros, uniform, infinite, close].compactMap(\.self)
    }

    private var constant: String? {
        guard profile.distinct == 1, profile.distinctIsExact else { return nil }
        let value = profile.topValues.first?.value ?? profile.text?.minimum ?? profile.numbers.map { profile.kind.category($0.minimum) } ?? ""
        return "Every value that is there is “\(value)”."
    }

    private var mostlyMissing: String? {
        profile.missing * 2 > rowCount ? "\(percent(profile.missing, of: rowCount)) of the values are missing." : nil
    }

    /// Whether nearly every value is a different one; estimates are a few percent off.
    var isIdentifying: Bool {
        guard profile.kind == .text || profile.kind == .integer, profile.count >= Self.fewestValues else { return false }
        return Double(profile.distinct) >= (profile.distinctIsExact ? 0.99 : 0.95) * Double(profile.count)
    }

    private var identifying: String? { isIdentifying ? "Nearly every value is a different one: the column may only tell rows apart." : nil }

    private var manyValues: String? {
        guard profile.kind == .text, profile.distinct > 100, !isIdentifying else { return nil }
        return "There are \(profile.distinctIsExact ? "" : "about ")\(profile.distinct) different values."
    }

    private var skewed: String? {
        guard profile.kind == .integer || profile.kind == .number, let skewness = profile.numbers?.skewness, abs(skewness) > 10 else { return nil }
        return "Few values lie far \(skewness > 0 ? "above" : "below") the rest (skewness \(JSONValue.text(of: (skewness * 10).rounded() / 10)))."
    }

    private var imbalanced: String? {
        guard let top = profile.topValues.first, profile.distinct > 1, profile.count >= Self.fewestValues, top.count * 10 >= profile.count * 9
        else { return nil }
        return "\(percent(top.count, of: profile.count)) of the values are “\(top.value)”."
    }

    private var zeros: String? {
        guard profile.kind == .integer || profile.kind == .number, let numbers = profile.numbers, profile.distinct > 1,
            profile.count >= Self.fewestValues, numbers.zeros * 2 > profile.count, imbalanced == nil
        else { return nil }
        return "\(percent(numbers.zeros, of: profile.count)) of the values are zero."
    }

    /// Numbers in measured data are rarely spread evenly; identifiers and made-up values are. By the chi-square test of the histogram: 30.14 is
    /// the 95 % point for 19 degrees of freedom.
    private var uniform: String? {
        guard profile.kind == .integer || profile.kind == .number, profile.count >= 1000, profile.distinct > 100, !isIdentifying,
            let counts = profile.numbers?.histogram?.counts, counts.count == HistogramReader.binCount
        else { return nil }
        let expected = Double(counts.reduce(0, +)) / Double(counts.count)
        let statistic = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        return statistic < 30.14 ? "The values are spread evenly from the least to the greatest." : nil
    }

    private var close: String? {
        let pairs = closest.filter { $0.first == profile.name || $0.second == profile.name }
        guard let first = pairs.first else { return nil }
        let others = pairs.prefix(3).map { "“\($0.first == profile.name ? $0.second : $0.first)”" }
        let more = pairs.count > others.count ? " and \(pairs.count - others.count) more" : ""
        return
            "Goes closely with \(others.joined(separator: ", "))\(more) (\(Self.name(first.measure)) \(JSONValue.text(of: (first.value * 100).rounded() / 100)))."
    }

    private static func name(_ measure: TableRelations.Association.Measure) -> String {
        switch measure {
        case .pearson: "correlation"
        case .spearman: "rank correlation"
        case .cramersV: "Cramér's V"
        }
    }

    private var infinite: String? {
        guard let infinite = profile.numbers?.infinite, infinite > 0 else { return nil }
        return "\(infinite) values are infinite or larger than can be calculated with."
    }
}

/// A share as a percentage: whole, or with a decimal below 10 and above 90; never rounded to none or all.
package func percent(_ part: Int, of whole: Int) -> String {
    guard whole > 0 else { return "0 %" }
    let share = 100 * Double(part) / Double(whole)
    let digits = share < 10 || share > 90 ? 10.0 : 1
    let rounded = (share * digits).rounded() / digits
    if part > 0, rounded == 0 { return "less than 0.1 %" }
    if part < whole, rounded == 100 { return "more than 99.9 %" }
    return "\(JSONValue.text(of: rounded)) %"
}
