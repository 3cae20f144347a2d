package import Exploration
import Foundation
import Support
import Tables

/// Proposes expectations from what data is like: from the profile of one version, and wider where earlier versions were different.
///
/// A range is what all versions showed, widened by the greatest change of its end from one version to the next, and by a tenth of its width where there is
/// only one version. A share of missing values is doubled. So the newest version and all before it hold.
package struct SuiteProposer {
    /// The newest first.
    private let profiles: [ProfileReport]
    private let target: String?

    /// How many different values a column may have to be a closed set.
    private static let mostCategories = 20

    /// - Parameters:
    ///   - profiles: of one version or several, the newest first.
    ///   - target: the column that a model learns; never missing where it never was.
    package init(_ profiles: [ProfileReport], target: String? = nil) {
        self.profiles = profiles
        self.target = target
    }

    /// The proposal.
    package var suite: ExpectationSuite {
        guard let newest = profiles.first else { return ExpectationSuite(name: "proposed", expectations: []) }
        var expectations = [Expectation(.columnsMatchSet, ["column_set": JSONValue(newest.columns.map(\.name))]), rowCount]
        for column in newest.columns { expectations += proposals(column) }
        return ExpectationSuite(name: "proposed", expectations: expectations)
    }

    private var rowCount: Expectation {
        let least = profiles.map(\.rowCount).min() ?? 0
        return Expectation(.rowCountBetween, ["min_value": JSONValue(least / 2)])
    }

    private func proposals(_ column: ColumnProfile) -> [Expectation] {
        let versions = profiles.compactMap { $0[column.name] }.filter { $0.kind == column.kind }
        guard versions.contains(where: { $0.count > 0 }) else { return [] }
        var expectations = [presence(column.name, versions)].compactMap(\.self)
        if let set = categories(column.name, versions) { return expectations + [set] }
        if isKey(versions) {
            expectations.append(Expectation(.valuesToBeUnique, ["column": .string(column.name)], severity: .warning))
            if column.kind != .text { return expectations }
        }
        switch column.kind {
        case .text: expectations += lengths(column.name, versions)
        case .boolean: break
        case .timestamp: expectations += moments(column.name, versions)
        case .integer, .number: expectations += range(column.name, versions, isWhole: column.kind == .integer)
        }
        return expectations
    }

    // MARK: Rules

    private func presence(_ name: String, _ versions: [ColumnProfile]) -> Expectation? {
        let shares = versions.map { Double($0.missing) / Double(max(1, $0.count + $0.missing)) }
        guard let most = shares.max(), most < 0.5 else { return nil }
        let isTarget = name == target
        if most == 0 { return Expectation(.valuesToNotBeNull, ["column": .string(name)], severity: isTarget ? .critical : .warning) }
        let mostly = rounded(1 - min(1, 2 * most), down: true)
        return Expectation(.valuesToNotBeNull, ["column": .string(name), "mostly": .number(mostly)], severity: .warning)
    }

    /// A closed set, where few values are met again and again.
    private func categories(_ name: String, _ versions: [ColumnProfile]) -> Expectation? {
        guard let newest = versions.first, newest.kind == .text || newest.kind == .integer else { return nil }
        let most = newest.kind == .text ? SuiteProposer.mostCategories : 12
        for version in versions where version.count > 0 {
            let counted = version.topValues.reduce(0) { $0 + $1.count }
            guard version.distinct <= most, counted == version.count, version.distinct * 10 <= version.count else { return nil }
        }
        var values: [String] = []
        for value in versions.flatMap(\.topValues).map(\.value) where !values.contains(value) { values.append(value) }
        let set = values.map { text -> JSONValue in newest.kind == .integer ? Int(text).map { JSONValue($0) } ?? .string(text) : .string(text) }
        guard !set.isEmpty else { return nil }
        let isTarget = name == target
        return Expectation(.valuesToBeInSet, ["column": .string(name), "value_set": .array(set)], severity: isTarget ? .critical : .warning)
    }

    private func isKey(_ versions: [ColumnProfile]) -> Bool {
        versions.allSatisfy { $0.distinctIsExact && $0.distinct == $0.count && $0.count >= 100 && ($0.kind == .text || $0.kind == .integer) }
    }

    private func lengths(_ name: String, _ versions: [ColumnProfile]) -> [Expectation] {
        let texts = versions.compactMap(\.text)
        guard let shortest = texts.map(\.shortest).min(), let longest = texts.map(\.longest).max() else { return [] }
        let spread = max(1, (longest - shortest) / 2)
        let arguments: JSONValue = [
            "column": .string(name), "min_value": JSONValue(max(0, shortest == longest ? shortest : shortest - spread)),
            "max_value": JSONValue(shortest == longest ? longest : longest + spread),
        ]
        return [Expectation(.lengthsToBeBetween, arguments, severity: .warning)]
    }

    private func moments(_ name: String, _ versions: [ColumnProfile]) -> [Expectation] {
        guard let first = versions.compactMap(\.numbers?.minimum).min() else { return [] }
        let arguments: JSONValue = ["column": .string(name), "min_value": .string(Timestamp(seconds: first).date)]
        return [Expectation(.valuesToBeBetween, arguments, severity: .info)]
    }

    private func range(_ name: String, _ versions: [ColumnProfile], isWhole: Bool) -> [Expectation] {
        let numbers = versions.compactMap(\.numbers)
        guard let low = numbers.map(\.minimum).min(), let high = numbers.map(\.maximum).max() else { return [] }
        let room = numbers.count > 1 ? 0 : (high - low) / 10
        var (least, most) = (low - max(room, change(numbers.map(\.minimum))), high + max(room, change(numbers.map(\.maximum))))
        // What was never negative stays so.
        if low >= 0 { least = max(0, least) }
        if high <= 0 { most = min(0, most) }
        if isWhole { (least, most) = (least.rounded(.down), most.rounded(.up)) }
        var bounds: JSONValue = ["column": .string(name)]
        bounds["min_value"] = value(least, down: true)
        bounds["max_value"] = value(most, down: false)
        return [Expectation(.valuesToBeBetween, bounds, severity: .warning)] + mean(name, versions)
    }

    /// The mean, within half a standard deviation and twice what it changed.
    private func mean(_ name: String, _ versions: [ColumnProfile]) -> [Expectation] {
        let numbers = versions.compactMap(\.numbers)
        let means = numbers.map(\.mean)
        guard let low = means.min(), let high = means.max(), let deviation = numbers.compactMap(\.standardDeviation).max(), deviation > 0 else {
            return []
        }
        let room = max(deviation / 2, 2 * change(means))
        let arguments: JSONValue = [
            "column": .string(name), "min_value": value(low - room, down: true), "max_value": value(high + room, down: false),
        ]
        return [Expectation(.meanToBeBetween, arguments, severity: .info)]
    }

    // MARK: Numbers

    /// The greatest change from one version to the next.
    private func change(_ values: [Double]) -> Double { zip(values, values.dropFirst()).map { abs($0 - $1) }.max() ?? 0 }

    /// Three digits are enough for a limit; it is never made narrower.
    private func value(_ number: Double, down: Bool) -> JSONValue {
        guard number.isFinite, number != 0 else { return .integer(0) }
        let scale = pow(10, 3 - log10(abs(number)).rounded(.up))
        guard scale.isFinite, scale > 0 else { return .number(number) }
        let scaled = (number * scale).rounded(down ? .down : .up) / scale
        return .number(scaled.isFinite ? scaled : number)
    }

    private func rounded(_ share: Double, down: Bool) -> Double { (share * 1000).rounded(down ? .down : .up) / 1000 }
}
