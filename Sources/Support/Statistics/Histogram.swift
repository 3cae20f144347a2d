#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Counts of values in adjacent bins. Bin i holds the values from `edges[i]` on and below `edges[i + 1]`; the last also holds its upper edge.
package struct Histogram: Sendable, Equatable, Codable {
    package var edges: [Double]
    package var counts: [Double]

    package init(edges: [Double], counts: [Double]) {
        self.edges = edges
        self.counts = counts
    }
}

/// A histogram of equal-width bins for a chart; NaN and infinities are left out. `bins` nil means Sturges' number, as numpy computes it.
/// Nil where there are no values, or where their range does not fit a double.
package func histogram(of values: [Double], bins: Int? = nil) -> Histogram? {
    let sorted = values.filter(\.isFinite).sorted()
    guard let edges = bins.map({ equalEdges(sorted, bins: min(max($0, 1), 10_000)) }) ?? sturgesEdges(sorted) else { return nil }
    return Histogram(edges: edges, counts: binned(sorted, edges))
}

/// The counts of values in given bins, for two samples on one axis; values outside are left out. `edges` must ascend.
package func histogram(of values: [Double], edges: [Double]) -> Histogram {
    Histogram(edges: edges, counts: binned(values.filter(\.isFinite).sorted(), edges))
}

/// Edges by Sturges' rule as `numpy.histogram_bin_edges(values, bins="sturges")` computes them for doubles.
func sturgesEdges(_ sorted: [Double]) -> [Double]? {
    guard let first = sorted.first, let last = sorted.last else { return nil }
    return sturgesEdges(from: first, to: last, count: sorted.count)
}

/// Sturges' edges for that many values between two ends.
func sturgesEdges(from first: Double, to last: Double, count: Int) -> [Double]? {
    let width = (last - first) / (log2(Double(count)) + 1)
    guard width.isFinite else { return nil }
    let bins = width > 0 ? ((last - first) / width).rounded(.up) : 1
    return edges(from: first, to: last, bins: Int(bins))
}

private func equalEdges(_ sorted: [Double], bins: Int) -> [Double]? {
    guard let first = sorted.first, let last = sorted.last, (last - first).isFinite else { return nil }
    return edges(from: first, to: last, bins: bins)
}

/// `bins + 1` numbers as numpy's `linspace` gives them; a range of no width is widened by one half on each side.
private func edges(from first: Double, to last: Double, bins: Int) -> [Double] {
    let (low, high) = first == last ? (first - 0.5, last + 0.5) : (first, last)
    let step = (high - low) / Double(bins)
    return (0..<bins).map { Double($0) * step + low } + [high]
}

/// How many of the ascending values fall into each bin.
func binned(_ sorted: [Double], _ edges: [Double]) -> [Double] {
    guard edges.count >= 2 else { return [] }
    let starts = edges.enumerated().map { i, edge in i == edges.count - 1 ? upperBound(sorted, edge) : lowerBound(sorted, edge) }
    return zip(starts, starts.dropFirst()).map { Double(max(0, $1 - $0)) }
}

/// The number of ascending values below `value`.
private func lowerBound(_ sorted: [Double], _ value: Double) -> Int { partition(sorted) { $0 < value } }

/// The number of ascending values that are at most `value`.
private func upperBound(_ sorted: [Double], _ value: Double) -> Int { partition(sorted) { $0 <= value } }

private func partition(_ sorted: [Double], _ isBefore: (Double) -> Bool) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
        let middle = (low + high) / 2
        if isBefore(sorted[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
}
