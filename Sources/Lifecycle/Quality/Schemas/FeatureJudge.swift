import Exploration
import Support
import Tables

/// Judges one column, in the order in which TensorFlow Data Validation does. What a schema says wrongly is an anomaly and then left out.
struct FeatureJudge {
    /// What a column holds, in the words of TensorFlow's statistics.
    enum Observed: String {
        case int = "INT"
        case float = "FLOAT"
        case string = "STRING"
    }

    var feature: SchemaFeature
    let column: String
    let table: JudgedTable
    let validator: SchemaValidator
    let observed: Observed
    private(set) var entry: AnomalyReport.Entry

    init(_ feature: SchemaFeature, column: TypedColumn, table: JudgedTable, validator: SchemaValidator) {
        self.feature = feature
        self.column = column.name
        self.table = table
        self.validator = validator
        observed = FeatureJudge.observed(column.kind, asked: feature.kind)
        entry = AnomalyReport.Entry(path: [column.name])
    }

    static func observed(_ kind: ColumnKind, asked: SchemaFeature.Kind?) -> Observed {
        switch kind {
        case .integer: .int
        case .number: .float
        case .text: .string
        case .boolean, .timestamp: asked == .bytes ? .string : .int
        }
    }

    mutating func add(_ type: AnomalyType, _ title: String, _ sentence: String) { entry.reasons.append(.init(type, title, sentence)) }

    private var present: Int { table.present(column) }
    private var missing: Int { table.rowCount - present }

    mutating func judge() throws(MartletError) {
        guard judgeSchema() else { return }
        guard present > 0 else {
            if validator.schema.requires(feature, in: validator.environment) {
                add(.notPresent, "Empty column", "No row holds a value, and there must be some.")
            }
            return
        }
        judgeEnvironment()
        judgeValueCounts()
        judgePresence()
        judgeType()
        try judgeDomain()
        try judgeUnique()
        try compare(.drift)
        try compare(.skew)
    }

    // MARK: What is asked of every column

    private mutating func judgeEnvironment() {
        guard let environment = validator.environment, !validator.schema.holds(feature, in: environment) else { return }
        add(.newColumn, "Column of another environment", "The column does not belong to the environment \(environment).")
    }

    private mutating func judgeValueCounts() {
        if let bounds = feature.valueCount {
            if let least = bounds.least, least > 1 { add(.lowNumberValues, "Few values", "A cell holds one value, and there must be \(least).") }
            if let most = bounds.most, most < 1 { add(.highNumberValues, "Many values", "A cell holds one value, and there may be \(most).") }
        } else if feature.nestedCounts > 1 {
            add(.nestedness, "Nested values", "Values are nested \(feature.nestedCounts) deep in the schema, and not at all in the table.")
        }
        guard let shape = feature.shape else { return }
        if missing > 0 {
            add(.invalidShape, "No fixed shape", "\(missing) rows hold no value, so that the column has no fixed shape.")
        } else if !shape.allSatisfy({ $0 == 1 }) {
            add(.invalidShape, "Another shape", "A cell holds one value, not \(shape.map(String.init).joined(separator: " × ")).")
        }
    }

    private mutating func judgePresence() {
        guard let presence = feature.presence else { return }
        if let least = presence.least, present < least {
            add(.lowNumberPresent, "Missing values", "\(present) rows hold a value, fewer than \(least).")
        }
        guard let fraction = presence.fraction, missing > 0 else { return }
        let share = Double(present) / Double(table.rowCount)
        if share < fraction || fraction == 1 {
            add(
                .lowFractionPresent, "Missing values",
                "\(missing) of \(table.rowCount) rows hold no value; the share of those that do must be \(AnomalyReport.digits(fraction)).")
        }
    }

    private mutating func judgeType() {
        let fits: SchemaFeature.Kind =
            switch observed {
            case .int: .int
            case .float: .float
            case .string: .bytes
            }
        guard let asked = feature.kind, asked != fits else { return }
        add(.unexpectedDataType, "Another type", "The column is \(observed.rawValue), and the schema says \(asked.rawValue).")
    }

    private mutating func judgeUnique() throws(MartletError) {
        guard let unique = feature.unique else { return }
        guard observed == .string else {
            return add(.noUnique, "No different values counted", "unique_constraints are for texts, and the column holds none.")
        }
        let distinct = try table.distinct(column)
        if let least = unique.least, distinct < least {
            add(.lowUnique, "Few different values", "There are \(distinct) different values, fewer than \(least).")
        }
        if let most = unique.most, distinct > most {
            add(.highUnique, "Many different values", "There are \(distinct) different values, more than \(most).")
        }
    }

    // MARK: Comparisons

    private enum Comparison {
        case drift
        case skew
    }

    private mutating func compare(_ comparison: Comparison) throws(MartletError) {
        let comparator = comparison == .drift ? feature.drift : feature.skew
        guard let comparator, let control = comparison == .drift ? validator.previous : validator.serving else { return }
        guard comparator.infinityNorm != nil || comparator.jensenShannon != nil || comparator.normalizedDifference != nil else { return }
        let name = comparison == .drift ? "the table before" : "the rows of serving"
        guard control.kind(column) != nil else {
            return add(.controlMissing, "Nothing to compare with", "\(control.name) does not have this column.")
        }
        let distance = try FeatureDistance(column, observed, feature.kind, of: table, to: control, byQuantiles: comparator.byQuantiles)
        var measurements: [AnomalyReport.Measurement] = []
        for (measure, threshold) in [
            (AnomalyReport.Measurement.Measure.infinityNorm, comparator.infinityNorm), (.normalizedDifference, comparator.normalizedDifference),
            (.jensenShannon, comparator.jensenShannon),
        ] {
            guard let threshold, let (value, most) = distance.measured(measure) else { continue }
            measurements.append(.init(measure: measure, value: value, threshold: threshold))
            guard value > threshold else { continue }
            let beside = most.map { " “\($0)” differs most." } ?? ""
            add(
                measure.anomaly, "Different from \(name)",
                "\(measure.name) to \(name) is \(AnomalyReport.digits(value)), above \(AnomalyReport.digits(threshold)).\(beside)")
        }
        if comparison == .drift { entry.drift = measurements } else { entry.skew = measurements }
    }
}

extension AnomalyReport.Measurement.Measure {
    var anomaly: AnomalyType {
        switch self {
        case .infinityNorm: .highInfinityNorm
        case .normalizedDifference: .highNormalizedDifference
        case .jensenShannon: .highDivergence
        }
    }

    var name: String {
        switch self {
        case .infinityNorm: "The L-infinity distance"
        case .normalizedDifference: "The normalized absolute difference"
        case .jensenShannon: "The Jensen–Shannon divergence"
        }
    }
}
