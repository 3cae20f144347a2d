package import Support

/// A bin of a column of numbers, as statistics of TensorFlow Data Validation have it: times are seconds since 1970, yes and no are 1 and 0.
package struct ExchangedBin: Sendable, Equatable {
    package var low: Double
    package var high: Double
    /// How many rows fall into it; a fraction where a quantile lies within a value.
    package var count: Double

    package init(_ low: Double, _ high: Double, _ count: Double) {
        self.low = low
        self.high = high
        self.count = count
    }

    private static let standardCount = 10

    /// Ten bins of equal width, as that tool makes them; one without width where all values are equal. Infinite numbers are in none.
    /// - Parameter column: a column of `ProfileReport.json`.
    package static func standard(_ column: JSONValue) -> [ExchangedBin] {
        let finite = (column["count"].double ?? 0) - (column["infinite"].double ?? 0)
        guard let low = position(column["min"]), let high = position(column["max"]), finite > 0 else { return [] }
        if low == high { return [ExchangedBin(low, high, finite)] }
        if column["kind"].text == "boolean" {
            let zeros = column["zeros"].double ?? 0
            return (0..<standardCount).map { i in
                ExchangedBin(Double(i) / 10, Double(i + 1) / 10, i == 0 ? zeros : i == standardCount - 1 ? finite - zeros : 0)
            }
        }
        let edges = column["histogram"]["edges"].elements.compactMap(position)
        let counts = column["histogram"]["counts"].elements.compactMap(\.double)
        guard edges.count == counts.count + 1, !counts.isEmpty else { return [] }
        let width = max(1, counts.count / standardCount)
        return stride(from: 0, to: counts.count, by: width).map { i in
            let end = min(i + width, counts.count)
            return ExchangedBin(edges[i], edges[end], counts[i..<end].reduce(0, +))
        }
    }

    /// Ten bins of equal numbers of rows.
    package static func quantiles(_ column: JSONValue) -> [ExchangedBin] {
        let deciles = column["deciles"].elements.compactMap(position)
        guard deciles.count > 1 else { return [] }
        let share = ((column["count"].double ?? 0) - (column["infinite"].double ?? 0)) / Double(deciles.count - 1)
        return zip(deciles, deciles.dropFirst()).map { ExchangedBin($0, $1, share) }
    }

    /// A value on the column's scale as a number.
    static func position(_ value: JSONValue) -> Double? { value.double ?? value.text.flatMap { Timestamp($0)?.seconds } }
}
