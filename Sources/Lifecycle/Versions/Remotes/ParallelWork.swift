internal import Dispatch
internal import Support
internal import Synchronization

/// Work on many things by several threads, which wait for networks and disks.
enum ParallelWork {
    /// Does something with each element, in their order of beginning, and returns when all is done.
    /// - Parameter width: how many at once, at most 64.
    /// - Throws: the first error, after which no further element is begun.
    static func each<Element: Sendable>(
        _ elements: [Element], width: Int, _ work: @Sendable (Element) throws(MartletError) -> Void
    ) throws(MartletError) {
        let failure = Mutex<MartletError?>(nil)
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentThreads(min(width, elements.count, 64)) {
            while failure.withLock({ $0 == nil }) {
                let at = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard at < elements.count else { return }
                do throws(MartletError) { try work(elements[at]) } catch { failure.withLock { $0 = $0 ?? error } }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}

extension DispatchQueue {
    /// Runs the same on several threads at once, however few processors there are, and waits for all.
    fileprivate static func concurrentThreads(_ count: Int, _ work: @Sendable () -> Void) {
        guard count > 1 else { return count > 0 ? work() : () }
        withoutActuallyEscaping(work) { work in
            let group = DispatchGroup()
            let queue = DispatchQueue(label: "martlet.remote", attributes: .concurrent)
            for _ in 1..<count { queue.async(group: group) { work() } }
            work()
            group.wait()
        }
    }
}

extension ContentStore {
    /// The bytes of a small content, which have its name.
    /// - Throws: `notFound`, `corrupted`, `inputOutput`.
    func checkedBytes(_ name: ContentName, _ layout: Layout) throws(MartletError) -> [UInt8] {
        let bytes = try bytes(name, layout)
        var hash = ContentHash(layout)
        bytes.withUnsafeBytes { hash.update($0) }
        guard hash.has(name) else { throw CheckedCopy.damaged(name, path(name, layout)) }
        return bytes
    }
}
