internal import Dispatch
package import Support
internal import Synchronization

/// Work on many files, by as many threads as there are processors.
package enum Parallel {
    /// Does something for each number from 0 up to `count`. After the first error nothing new is begun.
    /// - Throws: the first error; `cancelled` where `isCancelled` says so.
    package static func each(
        _ count: Int, width: Int = Processors.available, isCancelled: @Sendable () -> Bool = { false },
        _ work: @Sendable (Int) throws(MartletError) -> Void
    ) throws(MartletError) {
        let next = Atomic<Int>(0)
        let failure = Mutex<MartletError?>(nil)
        let hasFailed = Atomic<Bool>(false)
        DispatchQueue.concurrentPerform(iterations: max(1, min(width, count))) { _ in
            while true {
                let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if i >= count || hasFailed.load(ordering: .relaxed) { return }
                do throws(MartletError) {
                    if isCancelled() { throw MartletError(.cancelled, "Stopped. What was finished stays; run the same command to go on.") }
                    try work(i)
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                    hasFailed.store(true, ordering: .relaxed)
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// The values for each number from 0 up to `count`, in order.
    /// - Throws: as ``each(_:width:isCancelled:_:)``.
    package static func map<Value: Sendable>(
        _ count: Int, width: Int = Processors.available, isCancelled: @Sendable () -> Bool = { false },
        _ work: @Sendable (Int) throws(MartletError) -> Value
    ) throws(MartletError) -> [Value] {
        let values = Mutex<[Value?]>(Array(repeating: nil, count: count))
        try each(count, width: width, isCancelled: isCancelled) { i throws(MartletError) in
            let value = try work(i)
            values.withLock { $0[i] = value }
        }
        return values.withLock { $0 }.compactMap(\.self)
    }
}
