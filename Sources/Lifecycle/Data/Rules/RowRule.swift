package import Tables

/// One rule on the values of a row, from a closed set: each is said once and runs as SQL on training data and as Swift on what is served.
package enum RowRule: Sendable, Equatable, Codable {
    /// Removes white space (Unicode's) at both ends of a text; a text of nothing else becomes missing.
    case trim(ColumnChoice)
    /// Makes letters small, one by one (Unicode's simple mapping).
    case lowercase(ColumnChoice)
    case stripPrefix(column: String, prefix: String)
    case stripSuffix(column: String, suffix: String)
    /// Replaces whole texts; those that are not listed stay.
    case map(column: String, values: [Replacement])
    /// Makes these values missing: texts compared after trimming, numbers by value.
    case missing(ColumnChoice, markers: [String])
    /// Changes what the values mean; a value that does not fit becomes missing.
    case cast(column: String, kind: ColumnKind)
    /// Moves numbers outside to the nearest limit.
    case clip(column: String, minimum: Double?, maximum: Double?)
    /// Fills missing values. What with is fitted on training rows and stored.
    case impute(column: String, with: Imputation)
    /// Adds one whole-number column `<column>_<part>` for every part of a moment in UTC.
    case dateParts(column: String, parts: [DatePart])
    /// Replaces every occurrence of a text within a text.
    case replace(column: String, from: String, to: String)
    /// Rounds to decimal digits, halves away from zero.
    case round(column: String, digits: Int)
}

/// The columns of a rule: named ones, or every one that the rule fits.
package enum ColumnChoice: Sendable, Equatable, Codable {
    case all
    case named([String])

    /// Whether the choice takes in a column.
    package func contains(_ name: String) -> Bool {
        switch self {
        case .all: true
        case .named(let names): names.contains(name)
        }
    }
}

/// One entry of a `map` rule.
package struct Replacement: Sendable, Equatable, Codable {
    package var from: String
    package var to: String

    package init(_ from: String, _ to: String) {
        self.from = from
        self.to = to
    }
}

/// What missing values are filled with.
package enum Imputation: Sendable, Equatable, Codable {
    /// A value that a person chose; a number for a numeric column.
    case constant(String)
    /// The median of the training rows.
    case median
    /// The most frequent value of the training rows; of equally frequent ones the smallest.
    case mostFrequent
}

/// A part of a moment in UTC.
package enum DatePart: String, Sendable, Equatable, Codable, CaseIterable {
    case year, month, day
    /// 1 is Monday, 7 is Sunday (ISO 8601).
    case weekday
    case hour
}

/// A value that was fitted on training rows.
package enum FittedValue: Sendable, Equatable, Codable {
    case number(Double)
    case text(String)
    /// Nothing to fit: there was no value in training, so missing stays missing.
    case nothing
}

extension RowRule {
    /// The word of the rule in settings and messages.
    package var word: String {
        switch self {
        case .trim: "trim"
        case .lowercase: "lowercase"
        case .stripPrefix: "strip_prefix"
        case .stripSuffix: "strip_suffix"
        case .map: "map"
        case .missing: "missing"
        case .cast: "cast"
        case .clip: "clip"
        case .impute: "impute"
        case .dateParts: "date_parts"
        case .replace: "replace"
        case .round: "round"
        }
    }

    /// The columns that the rule names; empty for “all”.
    package var namedColumns: [String] {
        switch self {
        case .trim(.named(let names)), .lowercase(.named(let names)), .missing(.named(let names), _): names
        case .trim(.all), .lowercase(.all), .missing(.all, _): []
        case .stripPrefix(let column, _), .stripSuffix(let column, _), .map(let column, _), .cast(let column, _), .clip(let column, _, _),
            .impute(let column, _), .dateParts(let column, _), .replace(let column, _, _), .round(let column, _):
            [column]
        }
    }

    /// Whether the rule touches a column of that name and kind.
    package func touches(_ name: String, _ kind: ColumnKind) -> Bool {
        switch self {
        case .trim(let choice), .lowercase(let choice): choice.contains(name) && kind == .text
        case .missing(let choice, _): choice.contains(name) && kind != .timestamp
        case .dateParts: false
        default: namedColumns.contains(name)
        }
    }

    /// The kind of a touched column after the rule.
    package func kind(after kind: ColumnKind) -> ColumnKind {
        switch self {
        case .cast(_, let kind): kind
        case .impute(_, .median) where kind == .integer || kind == .boolean: .number
        case .impute(_, .constant(let text)) where kind == .integer: Double(text).map { $0 == $0.rounded() } == true ? .integer : .number
        case .clip where kind == .boolean: .number
        case .clip(_, let low, let high) where kind == .integer:
            [low, high].allSatisfy { $0.map { $0 == $0.rounded() } ?? true } ? .integer : .number
        case .round(_, let digits) where digits <= 0 && kind == .number: .integer
        default: kind
        }
    }
}

extension DatePart {
    /// The name of the column that a part of a column's moments goes to.
    package func columnName(of column: String) -> String { "\(column)_\(rawValue)" }
}
