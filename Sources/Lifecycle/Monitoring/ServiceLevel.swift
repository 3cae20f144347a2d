package import Planning
package import Serving
package import Support

/// How fast, how much and how reliably an endpoint answered in a period, from the prediction log and the requests counted beside it.
package struct ServiceLevel: Sendable, Equatable {
    /// Latencies in microseconds, ascending.
    private let latencies: [Int]
    private let seconds: Double
    private let requests: RequestCounts

    /// - Parameters:
    ///   - latencies: false leaves the predictions unread: for the error rate alone.
    ///   - version: whose answers are looked at; of all versions where it is nil. Requests are counted for all in any case.
    package init(_ log: PredictionLogReader, _ period: Range<Timestamp>, latencies wanted: Bool = true, version: Int? = nil) throws(MartletError) {
        var all: [Int] = []
        if wanted {
            try log.scan(period, columns: [], keys: false) { block throws(MartletError) in
                if version == nil || version == block.model.version { all += block.latencies }
            }
        }
        latencies = all.sorted()
        requests = try log.requests(period)
        seconds = max(1, period.upperBound.seconds - period.lowerBound.seconds)
    }

    /// The rows that were answered.
    package var answers: Int { latencies.count }

    /// The value of a metric; nil where nothing was answered or, for the error rate, where the server was asked nothing that it should have answered.
    package func value(of metric: ServiceMetric) -> Double? {
        switch metric {
        case .errorRate: return requests.errorRate
        case _ where latencies.isEmpty: return nil
        case .p50: return milliseconds(0.5)
        case .p95: return milliseconds(0.95)
        case .p99: return milliseconds(0.99)
        case .throughput: return Double(latencies.count) / seconds
        }
    }

    /// The nearest-rank percentile.
    private func milliseconds(_ share: Double) -> Double {
        Double(latencies[min(latencies.count - 1, Int((Double(latencies.count) * share).rounded(.up)) - 1)]) / 1000
    }
}
