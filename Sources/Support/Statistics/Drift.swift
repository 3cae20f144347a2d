package import Support

/// Whether a column has drifted, by which method, and how clearly.
package struct DriftResult: Sendable, Equatable, Codable {
    package var method: DriftMethod
    /// The distance, or the statistic of the test; nil where it is undefined or infinite, which `note` explains.
    package var statistic: Double?
    /// The p-value of a test; nil for a distance.
    package var pValue: Double?
    /// The p-value after correction for many columns; nil before it, or for a distance.
    package var adjustedPValue: Double?
    package var threshold: Double
    package var drifted: Bool
    /// What a reader should know: why there is no figure, or what makes it extreme.
    package var note: String?
    /// Rows with a value.
    package var referenceCount: Int
    package var currentCount: Int
    /// Rows without one.
    package var referenceMissing: Int
    package var currentMissing: Int

    /// What Evidently calls the drift score: the p-value of a test, the distance otherwise.
    package var score: Double? { method.isTest ? pValue : statistic }

    package var json: JSONValue {
        var object: JSONValue = [
            "method": .string(method.rawValue), "statistic": JSONValue(statistic), "p_value": JSONValue(pValue),
            "adjusted_p_value": JSONValue(adjustedPValue), "threshold": JSONValue(threshold), "drifted": .bool(drifted),
            "reference_rows": JSONValue(referenceCount), "current_rows": JSONValue(currentCount),
            "reference_missing": JSONValue(referenceMissing), "current_missing": JSONValue(currentMissing),
        ]
        if let note { object["note"] = .string(note) }
        return object
    }
}

/// Compares a column now with the same column then. Without a method, Evidently's default for the kind and size of the reference is used;
/// without a threshold, Evidently's for the method. A sample without values gives no figure and no drift, with a note.
/// - Throws: `invalidInput` where one sample is numeric and the other is not, or the method needs numbers and there are none.
package func drift(reference: DriftSample, current: DriftSample, method: DriftMethod? = nil, threshold: Double? = nil) throws(MartletError)
    -> DriftResult
{
    guard reference.isNumeric == current.isNumeric else {
        throw MartletError(
            .invalidInput, "One sample of the column holds numbers and the other text, so they cannot be compared. Read both as one type.")
    }
    let method = method ?? DriftMethod.chosen(reference: reference, current: current)
    guard reference.isNumeric || !method.needsNumbers else {
        throw MartletError(
            .invalidInput, "The drift method \(method.rawValue) needs numbers, and the column holds text. Use chisquare, jensenshannon or psi.")
    }
    var result = DriftResult(
        method: method, threshold: threshold ?? method.defaultThreshold, drifted: false, referenceCount: reference.count,
        currentCount: current.count, referenceMissing: reference.missing, currentMissing: current.missing)
    guard reference.count > 0, current.count > 0 else {
        result.note = "no values in the \(reference.count == 0 ? "reference" : "current sample")"
        return result
    }
    result.measure(reference, current)
    result.judge()
    return result
}

extension DriftResult {
    /// Computes statistic and p-value.
    fileprivate mutating func measure(_ reference: DriftSample, _ current: DriftSample) {
        switch method {
        case .chiSquare: record(chiSquareTest(reference, current))
        case .zTest: record(proportionTest(reference, current))
        case .totalVariation: statistic = totalVariation(reference, current)
        case .kolmogorovSmirnov, .wasserstein:
            guard case .numbers(let a) = reference.values, case .numbers(let b) = current.values else { return }
            if method == .wasserstein { statistic = normedWasserstein(a, b) } else { record(kolmogorovSmirnov(a, b)) }
        case .jensenShannon, .psi, .klDivergence:
            guard let (p, q) = binnedShares(reference, current) else { break }
            statistic = method == .psi ? populationStability(p, q) : method == .klDivergence ? klDivergence(p, q) : jensenShannonDistance(p, q)
        }
        guard let value = statistic, value.isFinite else {
            note = pValue == 0 ? "the current sample has a value that the reference never had" : "the range of the values is too wide to compare"
            statistic = nil
            return
        }
    }

    private mutating func record(_ test: (statistic: Double, pValue: Double)) { (statistic, pValue) = test }

    /// Whether the figure passes the threshold, by the corrected p-value where there is one. As in Evidently, a p-value equal to the threshold is
    /// drift for Kolmogorov–Smirnov only, and a distance equal to it always.
    fileprivate mutating func judge() {
        guard method.isTest else {
            drifted = statistic.map { $0 >= threshold } ?? false
            return
        }
        guard let p = adjustedPValue ?? pValue else { return }
        drifted = method == .kolmogorovSmirnov ? p <= threshold : p < threshold
    }
}

/// How p-values of many columns are corrected, so that hundred sound columns do not raise five alarms.
package enum DriftCorrection: String, Sendable, Codable, CaseIterable {
    /// Bounds the expected share of false alarms among the alarms (Benjamini & Hochberg 1995).
    case benjaminiHochberg = "benjamini-hochberg"
    /// Bounds the probability of any false alarm.
    case bonferroni
    /// No correction, as in Evidently.
    case none
}

/// The results of several columns, p-values corrected for their number and columns judged anew. Distances are left as they are.
package func corrected(_ results: [DriftResult], by correction: DriftCorrection = .benjaminiHochberg) -> [DriftResult] {
    let tested = results.indices.filter { results[$0].pValue != nil }
    let adjusted = adjustedPValues(tested.compactMap { results[$0].pValue }, by: correction)
    var results = results
    for (index, p) in zip(tested, adjusted) {
        results[index].adjustedPValue = correction == .none ? nil : p
        results[index].judge()
    }
    return results
}

/// P-values adjusted for their number, in the same order: each is the smallest level at which its test would still reject.
package func adjustedPValues(_ values: [Double], by correction: DriftCorrection) -> [Double] {
    let count = Double(values.count)
    switch correction {
    case .none: return values
    case .bonferroni: return values.map { min(1, $0 * count) }
    case .benjaminiHochberg:
        var adjusted = values
        var least = 1.0
        for (rank, index) in values.indices.sorted(by: { values[$0] > values[$1] }).enumerated() {
            least = min(least, values[index] * count / (count - Double(rank)))
            adjusted[index] = least
        }
        return adjusted
    }
}

/// The share of columns that drifted; Evidently calls a data set drifted from one half on. Nil without columns.
package func driftedShare(_ results: [DriftResult]) -> Double? {
    results.isEmpty ? nil : Double(results.count { $0.drifted }) / Double(results.count)
}
