import Support
import Synchronization

/// How long a model takes for so many rows, from what it took before.
final class ModelPace: Sendable {
    /// Up to how many microseconds an answer is worth waiting for: another thread would take about as long to wake.
    static let quick = 50.0

    /// Microseconds by the number of binary digits of the rows, smoothed over some thirty answers; NaN where nothing is known.
    private let typical = Mutex([Double](repeating: .nan, count: 24))

    /// Whether so many rows were answered quickly; not where that many were never asked.
    func isQuick(_ rows: Int) -> Bool { typical.withLock { $0[ModelPace.place(rows)] <= ModelPace.quick } }

    /// Does something and learns how long it took.
    func timed<Value>(_ rows: Int, _ answer: () throws(MartletError) -> Value) throws(MartletError) -> Value {
        let start = monotonicSeconds()
        let value = try answer()
        let taken = (monotonicSeconds() - start) * 1e6
        typical.withLock { typical in
            let place = ModelPace.place(rows)
            typical[place] = typical[place].isNaN ? taken : typical[place] + (taken - typical[place]) / 32
        }
        return value
    }

    private static func place(_ rows: Int) -> Int { min(23, Int.bitWidth - rows.leadingZeroBitCount) }
}
