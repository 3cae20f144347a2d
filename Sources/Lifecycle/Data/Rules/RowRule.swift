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
    /// Changes what the values mean; a row with a value that does not fit is left out of the data or ends the run, and a request with one is refused.
    case castStrictly(column: String, kind: ColumnKind, otherwise: Misfit)
    /// Moves numbers outside to the nearest limit.
    case clip(column: String, minimum: Double?, maximum: Double?)
    /// Treats numbers far from the rest; how far is fitted on training rows and stored.
    case outliers(column: String, method: OutlierMethod, factor: Double, action: OutlierAction)
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
    /// The mean of the training rows' finite values.
    case mean
    /// The most frequent value of the training rows; of equally frequent ones the smallest.
    case mostFrequent
}

/// A part of a moment in UTC.
package enum DatePart: String, Sendable, Equatable, Codable, CaseIterable {
    case year, quarter, month, day
    /// 1 is Monday, 7 is Sunday (ISO 8601).
    case weekday
    case hour, minute
    /// The week of ISO 8601, 1 to 53: the first is the one with the year's first Thursday.
    case week
    /// 1 is the first of January.
    case dayOfYear = "day_of_year"
}

/// What becomes of a row with a value that a strict cast does not fit.
package enum Misfit: String, Sendable, Equatable, Codable {
    /// The row is left out of the data, in every part, and kept beside it.
    case drop
    /// The run ends.
    case fail
}

/// How the limits are found beyond which a number is an outlier. Where there is no spread, nothing is.
package enum OutlierMethod: String, Sendable, Equatable, Codable, CaseIterable {
    /// So many interquartile ranges below the first and above the third quartile (Tukey's fences).
    case iqr
    /// So many standard deviations (of the sample) from the mean.
    case zScore = "z_score"
    /// So many median absolute deviations, times 1.4826, from the median.
    case mad

    /// The usual distance: 1.5, 3 and 3.5.
    package var usualFactor: Double {
        switch self {
        case .iqr: 1.5
        case .zScore: 3
        case .mad: 3.5
        }
    }
}

/// What becomes of an outlier.
package enum OutlierAction: String, Sendable, Equatable, Codable, CaseIterable {
    /// It moves to the nearest limit.
    case clip
    /// It becomes missing.
    case missing
    /// Its row is left out of the training part. Validation, test and requests keep theirs: a model has to answer for them, too.
    case drop
}

/// A value that was fitted on training rows.
package enum FittedValue: Sendable, Equatable, Codable {
    case number(Double)
    case text(String)
    /// The limits beyond which a number is an outlier.
    case range(low: Double, high: Double)
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
        case .cast, .castStrictly: "cast"
        case .outliers: "outliers"
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
            .impute(let column, _), .dateParts(let column, _), .replace(let column, _, _), .round(let column, _), .castStrictly(let column, _, _),
            .outliers(let column, _, _, _):
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
        case .cast(_, let kind), .castStrictly(_, let kind, _): kind
        case .outliers(_, _, _, .clip): .number
        case .impute(_, .median) where kind == .integer || kind == .boolean: .number
        case .impute(_, .mean) where kind == .integer || kind == .boolean: .number
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
