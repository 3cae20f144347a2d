import Statistics
import Support
import Tables

/// Refuses targets from which nothing can be learnt, and says what to do.
struct TargetCheck {
    let target: String
    let problem: ProblemType
    /// Where the target is named in the settings.
    let place: SourcePlace?

    /// - Parameters:
    ///   - train: the target in the training source, after the rules.
    ///   - test: the same in the test file, where there is one.
    func check(train: Column, test: Column?) throws(MartletError) {
        guard train.missingCount < train.count else { throw failure("has no value in any row. Choose another column.") }
        switch problem {
        case .regression: try checkNumbers(train)
        case .binary, .multiclass: try checkClasses(TargetCheck.counts(train), rows: train.count - train.missingCount)
        }
        guard let test else { return }
        guard test.missingCount < test.count else {
            throw failure("has no value in any row of the test file. Leave the file out, or set “split: {test: 0.2}”.")
        }
        guard problem != .regression else { return }
        try checkLabels(Set(TargetCheck.counts(train).keys), Set(TargetCheck.counts(test).keys))
    }

    /// How often every class occurs.
    static func counts(_ column: Column) -> [String: Int] {
        var counts: [String: Int] = [:]
        switch column.values {
        case .text(let text):
            var byCode = [Int](repeating: 0, count: text.dictionary.count)
            for code in text.codes where code >= 0 { byCode[Int(code)] += 1 }
            for (value, count) in zip(text.dictionary, byCode) where count > 0 { counts[value, default: 0] += count }
        case .numbers(let numbers):
            var byValue: [Double: Int] = [:]
            for value in numbers where !value.isNaN { byValue[value, default: 0] += 1 }
            for (value, count) in byValue { counts[JSONValue.text(of: value), default: 0] += count }
        }
        return counts
    }

    /// How often every class occurs, where each value stands for as many rows.
    static func counts(_ values: Column, rows: [Double]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for (i, count) in zip(0..<values.count, rows) where !values.isMissing(i) {
            let name = values.text?[i] ?? JSONValue.text(of: values.numbers?[i] ?? .nan)
            counts[name, default: 0] += Int(exactly: count) ?? 0
        }
        return counts
    }

    private func checkNumbers(_ column: Column) throws(MartletError) {
        guard let numbers = column.numbers, column.kind == .number || column.kind == .integer else {
            let example = (0..<column.count).lazy.compactMap { column.category($0) }.first ?? ""
            throw failure(
                "holds \(column.kind.rawValue) values such as “\(example)”; regression needs numbers. Set “type: multiclass” or cast the column.")
        }
        let known = numbers.filter { !$0.isNaN }
        guard known.allSatisfy(\.isFinite) else { throw failure("holds an infinite value. Make it missing with the rule “missing”, or clip it.") }
        guard known.contains(where: { $0 != known[0] }) else {
            throw failure("is \(JSONValue.text(of: known[0])) in every row: there is nothing to predict. Add other rows, or choose another column.")
        }
    }

    private func checkClasses(_ counts: [String: Int], rows: Int) throws(MartletError) {
        let names = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        guard names.count > 1 else {
            throw failure(
                "has one class only, “\(names.first ?? "")”: there is nothing to predict. Add rows of another class, or choose another column.")
        }
        if problem == .binary, names.count != 2 {
            throw failure(
                "has \(names.count) classes (\(names.prefix(5).joined(separator: ", "))…), and a binary problem has two. Set “type: multiclass” or join classes with the rule “map”."
            )
        }
        if names.count > 50, names.count * 2 > rows {
            throw failure(
                "has \(names.count) classes in \(rows) rows. If it is a number, set “type: regression”; if it identifies rows, choose another column."
            )
        }
    }

    private func checkLabels(_ train: Set<String>, _ test: Set<String>) throws(MartletError) {
        guard let odd = test.subtracting(train).min() else { return }
        let near = train.filter { odd.hasPrefix($0) || odd.hasSuffix($0) }.max { $0.count < $1.count }
        let advice = near.flatMap { known -> String? in
            let (rule, text) = odd.hasPrefix(known) ? ("strip_suffix", odd.dropFirst(known.count)) : ("strip_prefix", odd.dropLast(known.count))
            return " Add “{\(rule): {\(target): \"\(text)\"}}” to “clean”."
        }
        throw failure(
            "has the label “\(odd)” in the test file, which training never shows (it has: \(train.sorted().prefix(5).joined(separator: ", "))).\(advice ?? " Correct the labels with the rule “map”.")"
        )
    }

    private func failure(_ sentence: String) -> MartletError { MartletError(.invalidInput, "The target “\(target)” \(sentence)", place: place) }
}
