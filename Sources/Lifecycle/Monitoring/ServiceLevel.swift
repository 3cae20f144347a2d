package import Planning
package import Serving
package import Support

/// How fast and how much an endpoint answered in a period, from the prediction log.
package struct ServiceLevel: Sendable, Equatable {
    /// Latencies in microseconds, ascending.
    private let latencies: [Int]
    private let seconds: Double

    package init(_ log: PredictionLogReader, _ period: Range<Timestamp>) throws(MartletError) {
        var all: [Int] = []
        try log.scan(period, columns: [], keys: false) { block throws(MartletError) in all += block.latencies }
        latencies = all.sorted()
        seconds = max(1, period.upperBound.seconds - period.lowerBound.seconds)
    }

    /// The value of a metric; nil where nothing was answered, or where the log cannot know it.
    package func value(of metric: ServiceMetric) -> Double? {
        guard !latencies.isEmpty else { return nil }
        switch metric {
        case .p50: return milliseconds(0.5)
        case .p95: return milliseconds(0.95)
        case .p99: return milliseconds(0.99)
        case .throughput: return Double(latencies.count) / seconds
        case .errorRate: return nil
        }
    }

    /// The nearest-rank percentile.
    private func milliseconds(_ share: Double) -> Double {
        Double(latencies[min(latencies.count - 1, Int((Double(latencies.count) * share).rounded(.up)) - 1)]) / 1000
    }
}
