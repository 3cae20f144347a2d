/// The chi-square test of the current counts of each value against the reference's, scaled to the same number of rows; one degree of freedom
/// less than there are values. A value that the reference does not have makes the statistic infinite and the p-value 0.
func chiSquareTest(_ reference: DriftSample, _ current: DriftSample) -> (statistic: Double, pValue: Double) {
    let counts = countsByValue(reference, current)
    let scale = Double(current.count) / Double(reference.count)
    let statistic = zip(counts.reference, counts.current).reduce(0.0) { sum, pair in
        let expected = pair.0 * scale
        return sum + (pair.1 - expected) * (pair.1 - expected) / expected
    }
    guard counts.reference.count > 1 else { return (0, 1) }
    return (statistic, chiSquareSurvival(statistic, degrees: Double(counts.reference.count - 1)))
}

/// The z-test of two proportions with the pooled variance: the share of rows that are not the smallest value of either sample.
func proportionTest(_ reference: DriftSample, _ current: DriftSample) -> (statistic: Double, pValue: Double) {
    let counts = countsByValue(reference, current)
    guard counts.reference.count > 1 else { return (0, 1) }
    let (n, m) = (Double(reference.count), Double(current.count))
    let (first, second) = (1 - counts.reference[0] / n, 1 - counts.current[0] / m)
    let pooled = (n - counts.reference[0] + m - counts.current[0]) / (n + m)
    let statistic = (first - second) / (pooled * (1 - pooled) * (1 / n + 1 / m)).squareRoot()
    return (statistic, twoSidedNormal(statistic))
}
