import Support
import Synchronization

/// How long versions take for so many rows, from what they took before.
final class ModelPace: Sendable {
    /// Up to how many microseconds an answer is worth waiting for: another thread would take about as long to wake.
    static let quick = 50.0
    /// How many sizes of requests are told apart: by the binary digits of the number of rows.
    private static let sizes = 24

    /// Microseconds by version and size, smoothed over some thirty answers; NaN where nothing is known.
    private let typical = Mutex([Int: [Double]]())

    /// Whether a version answers so many rows quickly; not where it was never asked that many.
    func isQuick(_ rows: Int, for version: Int) -> Bool {
        typical.withLock { typical in typical[version].map { $0[ModelPace.place(rows)] <= ModelPace.quick } ?? false }
    }

    /// Does something and learns how long it took.
    func timed<Value>(_ rows: Int, by version: Int, _ answer: () throws(MartletError) -> Value) throws(MartletError) -> Value {
        let start = monotonicSeconds()
        let value = try answer()
        let taken = (monotonicSeconds() - start) * 1e6
        typical.withLock { typical in
            let place = ModelPace.place(rows)
            let last = typical[version]?[place] ?? .nan
            typical[version, default: Array(repeating: .nan, count: ModelPace.sizes)][place] = last.isNaN ? taken : last + (taken - last) / 32
        }
        return value
    }

    private static func place(_ rows: Int) -> Int { min(sizes - 1, Int.bitWidth - rows.leadingZeroBitCount) }
}
