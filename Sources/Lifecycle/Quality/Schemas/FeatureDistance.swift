import Exploration
internal import Foundation
import Statistics
import Support

/// How far a column lies from the same column of another table: by the counts of its texts, or by the bins of its numbers.
struct FeatureDistance {
    private let texts: (own: [String: Double], control: [String: Double])
    private let bins: (own: [ExchangedBin], control: [ExchangedBin])

    /// - Parameter kind: what the schema says, which decides how times and truth values are read.
    init(
        _ column: String, _ observed: FeatureJudge.Observed, _ kind: SchemaFeature.Kind?, of table: JudgedTable, to control: JudgedTable,
        byQuantiles: Bool
    ) throws(MartletError) {
        let other = control.kind(column).map { FeatureJudge.observed($0, asked: kind) }
        texts = (
            observed == .string ? try Self.counts(column, table) : [:], other == .string ? try Self.counts(column, control) : [:]
        )
        bins = (
            observed == .string ? [] : try table.bins(column, byQuantiles: byQuantiles),
            other == .string ? [] : try control.bins(column, byQuantiles: byQuantiles)
        )
    }

    private static func counts(_ column: String, _ table: JudgedTable) throws(MartletError) -> [String: Double] {
        Dictionary(try table.valueCounts(column).map { ($0.value, Double($0.count)) }) { first, _ in first }
    }

    /// A distance, and the value that differs most where one is known; nil where it cannot be measured.
    func measured(_ measure: AnomalyReport.Measurement.Measure) -> (value: Double, most: String?)? {
        let sums = (texts.own.values.reduce(0, +), texts.control.values.reduce(0, +))
        switch measure {
        case .infinityNorm: return greatestDifference(sums.0, sums.1)
        case .normalizedDifference: return greatestDifference(sums.0 + sums.1, sums.0 + sums.1)
        case .jensenShannon: return divergence().map { ($0, nil) }
        }
    }

    /// Of numbers 0, as nothing is counted by value.
    private func greatestDifference(_ ownTotal: Double, _ controlTotal: Double) -> (Double, String?) {
        var greatest: (Double, String?) = (0, nil)
        for name in Set(texts.own.keys).union(texts.control.keys).sorted() {
            let own = ownTotal > 0 ? (texts.own[name] ?? 0) / ownTotal : 0
            let control = controlTotal > 0 ? (texts.control[name] ?? 0) / controlTotal : 0
            if abs(own - control) > greatest.0 { greatest = (abs(own - control), name) }
        }
        return greatest
    }

    /// In bits, from 0 to 1.
    private func divergence() -> Double? {
        var shares: (own: [Double], control: [Double]) = ([], [])
        if !texts.own.isEmpty, !texts.control.isEmpty {
            for name in Set(texts.own.keys).union(texts.control.keys).sorted() {
                shares.own.append(texts.own[name] ?? 0)
                shares.control.append(texts.control[name] ?? 0)
            }
        } else {
            shares = AlignedBins.counts(bins.own, bins.control)
        }
        guard shares.own.contains(where: { $0 > 0 }), shares.control.contains(where: { $0 > 0 }) else { return nil }
        let distance = jensenShannonDistance(shares.own, shares.control)
        return min(1, distance * distance / log(2))
    }
}

/// Two histograms over the bins that the edges of both make; what is in a bin is spread evenly over its parts. Bins without width stay by themselves.
enum AlignedBins {
    /// The counts of both, bin by bin.
    static func counts(_ a: [ExchangedBin], _ b: [ExchangedBin]) -> (own: [Double], control: [Double]) {
        let wide = (a.filter { $0.low < $0.high }, b.filter { $0.low < $0.high })
        let edges = Set((wide.0 + wide.1).flatMap { [$0.low, $0.high] }).sorted()
        let points = Set((a + b).filter { $0.low == $0.high }.map(\.low)).sorted()
        return (
            spread(wide.0, over: edges) + points.map { mass(at: $0, in: a) }, spread(wide.1, over: edges) + points.map { mass(at: $0, in: b) }
        )
    }

    private static func mass(at point: Double, in bins: [ExchangedBin]) -> Double {
        bins.reduce(0) { $0 + ($1.low == point && $1.high == point ? $1.count : 0) }
    }

    private static func spread(_ bins: [ExchangedBin], over edges: [Double]) -> [Double] {
        zip(edges, edges.dropFirst()).map { low, high in
            bins.reduce(0) { sum, bin in
                guard bin.low <= low, high <= bin.high else { return sum }
                return sum + bin.count * ((high - low) / (bin.high - bin.low))
            }
        }
    }
}
