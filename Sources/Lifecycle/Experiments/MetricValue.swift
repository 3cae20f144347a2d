internal import Database

/// How a metric's value is stored: a number, or the text `NaN`, which no database takes for a number and which comes after all of them.
enum MetricValue {
    static func stored(_ value: Double) -> SQLValue {
        if value.isNaN { return "NaN" }
        return .real(value.isInfinite ? (value < 0 ? -Double.greatestFiniteMagnitude : Double.greatestFiniteMagnitude) : value)
    }

    static func read(_ columns: SQLColumns, _ column: Int) -> Double { columns.double(column) ?? .nan }
}
