internal import Dispatch
internal import Foundation
internal import Synchronization

/// The hash of a file that is being written. Beyond the first megabyte a thread of its own computes it, from what the system still holds of the file, so
/// that whoever writes need not wait for it.
final class TrailingHash: Sendable {
    private let hash: Mutex<ContentHash>
    private let queue = DispatchQueue(label: "martlet.hash")
    /// The error of reading back what was written: the system's number.
    private let failure = Mutex<Int32>(0)
    private let isStopped = Atomic<Bool>(false)
    private let count = Atomic<Int>(0)

    static let piece = 1 << 20

    init(_ layout: ContentStore.Layout) { hash = Mutex(ContentHash(layout)) }

    /// Takes bytes in at once: before any that are to be read.
    func update(_ bytes: UnsafeRawBufferPointer) {
        hash.withLock { $0.update(bytes) }
        count.add(bytes.count, ordering: .relaxed)
    }

    /// Takes bytes in that were written. The file stays open until `wait` has returned.
    func follow(_ descriptor: Int32, _ range: Range<Int>) { queue.async { [self] in read(descriptor, range) } }

    private func read(_ descriptor: Int32, _ range: Range<Int>) {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: TrailingHash.piece, alignment: 4096)
        defer { room.deallocate() }
        var at = range.lowerBound
        while at < range.upperBound, !isStopped.load(ordering: .relaxed) {
            let count = pread(descriptor, room.baseAddress, min(room.count, range.upperBound - at), off_t(at))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return failure.withLock { $0 = count < 0 ? errno : EIO } }
            update(UnsafeRawBufferPointer(rebasing: room[..<count]))
            at += count
        }
    }

    /// How many bytes were taken in so far.
    var taken: Int { count.load(ordering: .relaxed) }

    /// Waits until all is taken in.
    /// - Parameter tick: called a few times a second meanwhile, and at the end.
    /// - Returns: the system's number of an error, 0 for none.
    func wait(_ tick: () -> Void) -> Int32 {
        let isDone = DispatchSemaphore(value: 0)
        queue.async { isDone.signal() }
        while isDone.wait(timeout: .now() + .milliseconds(200)) == .timedOut { tick() }
        tick()
        return failure.withLock { $0 }
    }

    /// Waits until nothing is read any more; the hash is no good then.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        queue.sync {}
    }

    /// Of all that was taken in.
    var value: ContentHash { hash.withLock { $0 } }
}
