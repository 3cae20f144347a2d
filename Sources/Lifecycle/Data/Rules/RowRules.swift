package import Support
package import Tables

/// Row rules in their order, with what was fitted on training rows. The same rules run as SQL (`select`) and in Swift (`apply`), and give the
/// same value for every row.
package struct RowRules: Sendable, Equatable, Codable {
    package private(set) var rules: [RowRule]
    /// One for each rule; nil where a rule needs none or none was fitted yet.
    package internal(set) var fitted: [FittedValue?]

    package init(_ rules: [RowRule]) {
        self.rules = rules
        fitted = Array(repeating: nil, count: rules.count)
    }

    /// Whether every rule that needs a fitted value has one.
    package var isFitted: Bool { zip(rules, fitted).allSatisfy { !$0.needsFitting || $1 != nil } }

    /// The rules from the n-th on.
    func dropping(first count: Int) -> RowRules {
        var copy = self
        copy.rules = Array(rules.dropFirst(count))
        copy.fitted = Array(fitted.dropFirst(count))
        return copy
    }

    /// The columns after all rules.
    package func columns(after columns: [TypedColumn]) -> [TypedColumn] { rules.reduce(columns) { $1.columns(after: $0) } }

    /// The raw columns that are needed to make the given columns, in the order of the raw table: what a served model is asked with.
    package func inputs(for features: [String], among raw: [TypedColumn]) -> [TypedColumn] {
        var needed = Set(features)
        for case .dateParts(let column, let parts) in rules.reversed() where parts.contains(where: { needed.contains($0.columnName(of: column)) }) {
            needed.insert(column)
            needed.subtract(parts.map { $0.columnName(of: column) })
        }
        return raw.filter { needed.contains($0.name) }
    }

    /// Refuses rules on columns that do not exist or whose kind they do not fit.
    /// - Parameter place: where the n-th rule stands in the settings.
    /// - Throws: `invalidInput` with the place and the nearest name.
    package func check(over columns: [TypedColumn], place: (Int) -> SourcePlace? = { _ in nil }) throws(MartletError) {
        var columns = columns
        for (i, rule) in rules.enumerated() {
            if let problem = rule.problem(over: columns) { throw MartletError(.invalidInput, problem, place: place(i)) }
            columns = rule.columns(after: columns)
        }
    }
}

extension RowRule {
    /// Whether the rule learns a value from training rows.
    package var needsFitting: Bool {
        switch self {
        case .impute(_, .median), .impute(_, .mean), .impute(_, .mostFrequent), .outliers: true
        default: false
        }
    }

    /// The columns after this rule.
    func columns(after columns: [TypedColumn]) -> [TypedColumn] {
        if case .dateParts(let column, let parts) = self {
            guard columns.contains(where: { $0.name == column }) else { return columns }
            return columns + parts.map { TypedColumn($0.columnName(of: column), .integer) }
        }
        return columns.map { touches($0.name, $0.kind) ? TypedColumn($0.name, kind(after: $0.kind)) : $0 }
    }

    /// What is wrong with the rule on these columns; nil where nothing is.
    func problem(over columns: [TypedColumn]) -> String? {
        for name in namedColumns {
            guard let column = columns.first(where: { $0.name == name }) else {
                let names = columns.map(\.name)
                return
                    "The rule “\(word)” names the column “\(name)”, which does not exist.\(didYouMean(name, among: names)) The columns are: \(names.prefix(30).joined(separator: ", "))."
            }
            if let problem = problem(on: column, among: columns) { return "The rule “\(word)” \(problem)" }
        }
        return nil
    }

    private func problem(on column: TypedColumn, among columns: [TypedColumn]) -> String? {
        switch self {
        case .trim, .lowercase, .stripPrefix, .stripSuffix, .map, .replace:
            return column.kind == .text
                ? nil : "works on text; “\(column.name)” holds \(column.kind.rawValue) values. Cast it to text first, or remove the rule."
        case .clip, .round, .outliers:
            return column.kind == .integer || column.kind == .number
                ? nil : "works on numbers; “\(column.name)” holds \(column.kind.rawValue) values."
        case .dateParts(_, let parts):
            guard column.kind == .timestamp else {
                return "works on times; “\(column.name)” holds \(column.kind.rawValue) values. Cast it to timestamp first."
            }
            let taken = parts.map { $0.columnName(of: column.name) }.first { new in columns.contains { $0.name.lowercased() == new.lowercased() } }
            return taken.map { "would make a second column “\($0)”. Rename one." }
        case .impute(_, let imputation): return problem(imputing: imputation, column)
        case .cast(_, let kind), .castStrictly(_, let kind, _):
            let impossible = (column.kind == .boolean && kind == .timestamp) || (column.kind == .timestamp && kind == .boolean)
            return impossible ? "cannot make \(kind.rawValue) values of \(column.kind.rawValue) values (“\(column.name)”)." : nil
        case .missing: return nil
        }
    }

    private func problem(imputing imputation: Imputation, _ column: TypedColumn) -> String? {
        switch (imputation, column.kind) {
        case (_, .timestamp): "cannot fill moments in time (“\(column.name)”). Take parts of them first with date_parts."
        case (.median, .text), (.median, .boolean), (.mean, .text), (.mean, .boolean):
            "cannot take the \(imputation == .mean ? "mean" : "median") of “\(column.name)”, which holds \(column.kind.rawValue) values. Use most_frequent."
        case (.constant(let text), let kind) where kind.isNumeric && Double(text)?.isFinite != true:
            "fills “\(column.name)”, which holds \(kind.rawValue) values, with “\(text)”, which is not a number."
        default: nil
        }
    }
}
