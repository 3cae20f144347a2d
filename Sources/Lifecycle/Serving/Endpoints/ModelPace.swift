import Support
import Synchronization

/// How long versions take for so many rows, from what they took before.
final class ModelPace: Sendable {
    /// Up to how many microseconds an answer is worth waiting for: another thread would take about as long to wake.
    static let quick = 50.0
    /// The same for a request of many rows, which would gain nothing from company: with its values read once more, the other thread takes so long.
    static let quickWithMany = 300.0
    static let many = 32
    /// How many sizes of requests are told apart: by the binary digits of the number of rows.
    private static let sizes = 24

    /// Microseconds by version and size, smoothed over some thirty answers; NaN where nothing is known.
    private let typical = Mutex([Int: [Double]]())

    /// Whether a version answers so many rows quickly; not where it was never asked that many.
    func isQuick(_ rows: Int, for version: Int) -> Bool { typical.withLock { isQuick($0[version], ModelPace.place(rows)) } }

    /// Whether a version answers any number of rows quickly.
    func isEverQuick(for version: Int) -> Bool {
        typical.withLock { typical in (0..<ModelPace.sizes).contains { isQuick(typical[version], $0) } }
    }

    private func isQuick(_ times: [Double]?, _ place: Int) -> Bool {
        times.map { $0[place] <= (place < ModelPace.place(ModelPace.many) ? ModelPace.quick : ModelPace.quickWithMany) } ?? false
    }

    /// Does something and learns how long it took.
    func timed<Value, Failure: Error>(_ rows: Int, by version: Int, _ answer: () throws(Failure) -> Value) throws(Failure) -> Value {
        let start = monotonicSeconds()
        let value = try answer()
        let taken = (monotonicSeconds() - start) * 1e6
        typical.withLock { typical in
            let place = ModelPace.place(rows)
            let last = typical[version]?[place] ?? .nan
            // A thread that was interrupted tells nothing of the model: one answer counts for at most a few usual ones.
            let next = last.isNaN ? taken : last + (min(taken, 4 * last) - last) / 32
            typical[version, default: Array(repeating: .nan, count: ModelPace.sizes)][place] = next
        }
        return value
    }

    /// How many rows a version answers in so many microseconds, each about as quickly as one alone; at most twice as many as were ever tried.
    func rows(within microseconds: Double, by version: Int) -> Int {
        guard let typical = typical.withLock({ $0[version] }), !typical[1].isNaN else { return 1 }
        var rows = 1
        for place in 2..<ModelPace.sizes {
            let most = 1 << place - 1
            if typical[place].isNaN { return most }
            guard typical[place] <= microseconds, typical[place] <= 1.25 * typical[1] * Double(most) else { return rows }
            rows = most
        }
        return rows
    }

    private static func place(_ rows: Int) -> Int { min(sizes - 1, Int.bitWidth - rows.leadingZeroBitCount) }
}
