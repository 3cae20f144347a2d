internal import Dispatch
package import Support
internal import Synchronization

/// Work on many things by several threads: as many as there are processors, or more where they wait for networks and disks.
package enum Parallel {
    private static let most = 64

    /// Does something for each number from 0 up to `count`, and returns when all is done. After the first error nothing new is begun.
    /// - Parameter width: how many at once; at most 64.
    /// - Throws: the first error; `cancelled` where `isCancelled` says so.
    package static func each(
        _ count: Int, width: Int = Processors.available, isCancelled: @Sendable () -> Bool = { false },
        _ work: @Sendable (Int) throws(MartletError) -> Void
    ) throws(MartletError) {
        let next = Atomic<Int>(0)
        let failure = Mutex<MartletError?>(nil)
        let hasFailed = Atomic<Bool>(false)
        onThreads(max(1, min(width, count, most))) {
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

    /// Runs the same on several threads at once, and waits for all. Dispatch's own loop has no more threads than there are processors.
    private static func onThreads(_ count: Int, _ work: @Sendable () -> Void) {
        if count <= Processors.available { return DispatchQueue.concurrentPerform(iterations: count) { _ in work() } }
        withoutActuallyEscaping(work) { work in
            let group = DispatchGroup()
            let queue = DispatchQueue(label: "martlet.parallel", attributes: .concurrent)
            for _ in 1..<count { queue.async(group: group) { work() } }
            work()
            group.wait()
        }
    }
}
