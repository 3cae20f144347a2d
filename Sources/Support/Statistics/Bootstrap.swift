import Dispatch
import Synchronization

/// How intervals are computed: the percentile bootstrap over rows (Efron 1979), with shared resamples, so that one pass over a resample gives
/// every metric. The result depends on the seed alone, not on the number of threads.
package struct Bootstrap: Sendable, Equatable {
    /// How many resamples are drawn of up to 200,000 rows. Above that there are fewer, in proportion, but at least 200: with so many rows the
    /// interval is narrow, and its ends need not be known to three digits.
    package var resamples: Int
    package var seed: UInt64
    /// The confidence of the intervals, between 0 and 1.
    package var level: Double
    /// How many threads may work at once.
    package var threads: Int

    package init(resamples: Int = 1000, seed: UInt64 = 7, level: Double = 0.95, threads: Int = 1) {
        self.resamples = max(1, resamples)
        self.seed = seed
        self.level = min(max(level, 0.5), 0.9999)
        self.threads = max(1, threads)
    }

    /// The number of resamples drawn of that many rows.
    package func resampleCount(rows: Int) -> Int {
        guard rows > 200_000 else { return resamples }
        let affordable = Int(Double(resamples) * 200_000 / Double(rows))
        return min(resamples, max(200, affordable))
    }

    /// Calls `compute` for each resample with how often each row was drawn and room for `width` results.
    /// - Returns: the results, resample after resample; NaN where undefined.
    func resample(rows: Int, width: Int, _ compute: @Sendable (UnsafePointer<UInt16>, UnsafeMutablePointer<Double>) -> Void) -> [Double] {
        guard rows > 0, width > 0 else { return [] }
        let total = resampleCount(rows: rows)
        let workers = min(threads, total)
        guard workers > 1 else { return part(of: total, worker: 0, of: 1, rows: rows, width: width, compute) }
        let parts = Mutex([[Double]](repeating: [], count: workers))
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            let part = part(of: total, worker: worker, of: workers, rows: rows, width: width, compute)
            parts.withLock { $0[worker] = part }
        }
        return parts.withLock { $0.flatMap(\.self) }
    }

    /// The results of one worker's resamples, a contiguous range of them.
    private func part(
        of total: Int, worker: Int, of workers: Int, rows: Int, width: Int, _ compute: (UnsafePointer<UInt16>, UnsafeMutablePointer<Double>) -> Void
    ) -> [Double] {
        let range = total * worker / workers..<total * (worker + 1) / workers
        var counts = [UInt16](repeating: 0, count: rows)
        var results = [Double](repeating: .nan, count: range.count * width)
        counts.withUnsafeMutableBufferPointer { counts in
            results.withUnsafeMutableBufferPointer { results in
                guard let drawn = counts.baseAddress, let start = results.baseAddress else { return }
                for (i, resample) in range.enumerated() {
                    var draws = ResampleDraws(seed: seed, resample: resample)
                    draws.count(into: counts)
                    compute(drawn, start + i * width)
                }
            }
        }
        return results
    }

    /// One interval a column of results that `resample` returned.
    func intervals(_ results: [Double], width: Int) -> [Interval?] {
        (0..<width).map { column in
            Interval(percentilesOf: stride(from: column, to: results.count, by: width).map { results[$0] }, level: level)
        }
    }
}
