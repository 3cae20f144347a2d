/// Rates of every group and gaps between them, for any multiplicity of the rows. Groups without rows are dropped at the start.
struct FairnessScorer: Sendable {
    /// Rows of one group by truth and decision, weighted.
    private struct Cells {
        var trueNegative = 0.0
        var falsePositive = 0.0
        var falseNegative = 0.0
        var truePositive = 0.0

        /// Selection rate, true-positive rate, false-positive rate, precision; NaN where the denominator is zero.
        var rates: (Double, Double, Double, Double) {
            let selected = truePositive + falsePositive
            return (
                selected / (selected + falseNegative + trueNegative), truePositive / (truePositive + falseNegative),
                falsePositive / (falsePositive + trueNegative), truePositive / selected
            )
        }
    }

    private static let ratesPerGroup = 4

    private let labels: [String]
    /// For each row its place in the table of cells, 4 to a group: truth * 2 + decision. The last place collects rows without a group.
    private let cells: [Int32]
    private let weights: [Double]
    private let minimumGroupSize: Int
    /// Rows in each place, unweighted.
    private let rowCounts: [Int]
    /// For each rate the groups whose rates make the gap.
    private let eligible: [[Int]]

    init(truth: [UInt8], selected: [Bool], groups: Segmentation, weights: [Double]?, minimumGroupSize: Int) {
        var used = [Bool](repeating: false, count: groups.labels.count)
        for code in groups.codes where code >= 0 && Int(code) < used.count { used[Int(code)] = true }
        let present = used.indices.filter { used[$0] }
        var place = [Int](repeating: -1, count: used.count)
        for (at, code) in present.enumerated() { place[code] = at }
        labels = present.map { groups.labels[$0] }
        let outside = present.count * 4
        let cells = groups.codes.indices.map { row -> Int32 in
            let code = Int(groups.codes[row])
            guard code >= 0, code < place.count else { return Int32(outside) }
            return Int32(place[code] * 4 + Int(truth[row]) * 2 + (selected[row] ? 1 : 0))
        }
        self.cells = cells
        self.weights = weights ?? [Double](repeating: 1, count: truth.count)
        self.minimumGroupSize = minimumGroupSize
        var counts = [Int](repeating: 0, count: outside + 1)
        for cell in cells { counts[Int(cell)] += 1 }
        rowCounts = counts
        eligible = FairnessScorer.eligibleGroups(cells: cells, weights: self.weights, counts: counts, groupCount: present.count, minimumGroupSize)
    }

    /// The groups that are large enough and have a defined rate, for each of the first three rates.
    private static func eligibleGroups(cells: [Int32], weights: [Double], counts: [Int], groupCount: Int, _ minimum: Int) -> [[Int]] {
        var sums = [Double](repeating: 0, count: counts.count)
        for (cell, weight) in zip(cells, weights) { sums[Int(cell)] += weight }
        let large = (0..<groupCount).filter { counts[$0 * 4..<$0 * 4 + 4].reduce(0, +) >= minimum }
        return [
            large.filter { sums[$0 * 4..<$0 * 4 + 4].reduce(0, +) > 0 },
            large.filter { sums[$0 * 4 + 2] + sums[$0 * 4 + 3] > 0 },
            large.filter { sums[$0 * 4] + sums[$0 * 4 + 1] > 0 },
        ]
    }

    /// Numbers computed: four rates a group, then the gaps.
    var width: Int { labels.count * FairnessScorer.ratesPerGroup + FairnessMetric.allCases.count }

    /// Computes every rate and gap; NaN where undefined.
    func score(counts: UnsafePointer<UInt16>, into results: UnsafeMutablePointer<Double>) {
        var sums = [Double](repeating: 0, count: rowCounts.count)
        sums.withUnsafeMutableBufferPointer { sums in
            cells.withUnsafeBufferPointer { cells in
                weights.withUnsafeBufferPointer { weights in
                    for row in 0..<cells.count { sums[Int(cells[row])] += Double(counts[row]) * weights[row] }
                }
            }
        }
        let stride = FairnessScorer.ratesPerGroup
        for group in labels.indices {
            let cells = Cells(
                trueNegative: sums[group * 4], falsePositive: sums[group * 4 + 1], falseNegative: sums[group * 4 + 2],
                truePositive: sums[group * 4 + 3])
            (results[group * stride], results[group * stride + 1], results[group * stride + 2], results[group * stride + 3]) = cells.rates
        }
        let gaps = (0..<3).map { rate in gap(eligible[rate].map { results[$0 * stride + rate] }) }
        let start = labels.count * stride
        results[start] = gaps[0]
        results[start + 1] = gaps[1]
        results[start + 2] = gaps[1].isNaN || gaps[2].isNaN ? .nan : max(gaps[1], gaps[2])
    }

    /// The greatest minus the smallest; NaN with fewer than two rates, or where one is undefined.
    private func gap(_ rates: [Double]) -> Double {
        guard rates.count >= 2, !rates.contains(where: \.isNaN), let high = rates.max(), let low = rates.min() else { return .nan }
        return high - low
    }

    // MARK: - Report

    /// The report on the rows as they are, with the intervals of the resamples, one a result.
    func report(column: String, intervals: [Interval?]) -> FairnessReport {
        let ones = [UInt16](repeating: 1, count: max(1, cells.count))
        var values = [Double](repeating: .nan, count: width)
        ones.withUnsafeBufferPointer { ones in
            values.withUnsafeMutableBufferPointer { values in
                if let counts = ones.baseAddress, let start = values.baseAddress { score(counts: counts, into: start) }
            }
        }
        let intervals = intervals.isEmpty ? [Interval?](repeating: nil, count: width) : intervals
        let gaps = FairnessMetric.allCases.enumerated().map { at, metric in
            let index = labels.count * FairnessScorer.ratesPerGroup + at
            return gapEstimate(metric, values, values[index], intervals[index])
        }
        return FairnessReport(column: column, groups: labels.indices.map { group($0, values, intervals) }, gaps: gaps, missing: rowCounts.last ?? 0)
    }

    private func group(_ group: Int, _ values: [Double], _ intervals: [Interval?]) -> GroupFairness {
        let counts = rowCounts[group * 4..<group * 4 + 4].map(\.self)
        let rows = counts.reduce(0, +)
        let estimates = (0..<FairnessScorer.ratesPerGroup).map { rate -> RateEstimate in
            let index = group * FairnessScorer.ratesPerGroup + rate
            let isDefined = values[index].isFinite
            return RateEstimate(value: isDefined ? values[index] : nil, interval: isDefined ? intervals[index] : nil)
        }
        return GroupFairness(
            label: labels[group], rows: rows, positives: counts[2] + counts[3], selected: counts[1] + counts[3], isTooSmall: rows < minimumGroupSize,
            selectionRate: estimates[0], truePositiveRate: estimates[1], falsePositiveRate: estimates[2], precision: estimates[3])
    }

    private func gapEstimate(_ metric: FairnessMetric, _ values: [Double], _ value: Double, _ interval: Interval?) -> GapEstimate {
        let rate = decidingRate(metric, values)
        let groups = metric == .equalizedOddsDifference ? eligible[1].filter(eligible[2].contains) : eligible[rate]
        let leftOut = labels.indices.filter { !groups.contains($0) }.map { labels[$0] }
        guard value.isFinite else {
            return GapEstimate(
                metric: metric, leftOut: leftOut, reason: "fewer than two groups have \(minimumGroupSize) rows and the rows that the rate needs")
        }
        let ordered = eligible[rate].sorted { values[$0 * FairnessScorer.ratesPerGroup + rate] < values[$1 * FairnessScorer.ratesPerGroup + rate] }
        return GapEstimate(
            metric: metric, value: value, interval: interval, highest: ordered.last.map { labels[$0] }, lowest: ordered.first.map { labels[$0] },
            leftOut: leftOut)
    }

    /// The rate whose extremes make the gap: 0 selection, 1 true positives, 2 false positives.
    private func decidingRate(_ metric: FairnessMetric, _ values: [Double]) -> Int {
        let rates = (1...2).map { rate in gap(eligible[rate].map { values[$0 * FairnessScorer.ratesPerGroup + rate] }) }
        switch metric {
        case .demographicParityDifference: return 0
        case .equalOpportunityDifference: return 1
        case .equalizedOddsDifference: return rates[1] > rates[0] ? 2 : 1
        }
    }
}
