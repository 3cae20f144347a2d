/// The quantile of ascending values, interpolated linearly between neighbours (numpy's default, Hyndman & Fan type 7). `values` must not be
/// empty; `q` outside 0...1 is pulled in.
func quantile(ofSorted values: [Double], _ q: Double) -> Double {
    let position = min(max(q, 0), 1) * Double(values.count - 1)
    let below = Int(position)
    guard below + 1 < values.count else { return values[values.count - 1] }
    let fraction = position - Double(below)
    let (a, b) = (values[below], values[below + 1])
    // From the nearer end, as numpy does, so that a quantile of equal values is exactly that value.
    return fraction >= 0.5 ? b - (b - a) * (1 - fraction) : a + (b - a) * fraction
}

/// Quantiles of values that may hold NaN (missing, left out), interpolated linearly as numpy's `quantile` does. Nil where nothing is left.
package func quantiles(of values: [Double], _ probabilities: [Double]) -> [Double]? {
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard !sorted.isEmpty else { return nil }
    return probabilities.map { quantile(ofSorted: sorted, $0) }
}
