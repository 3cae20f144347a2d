internal import Dispatch
internal import Foundation
internal import Support
internal import Synchronization

/// Parts of a file that is written to an object store.
enum S3Parts {
    private static let piece = 1 << 18

    /// Does something for each number from 0 up to `count`, some at once; after the first error nothing new is begun.
    static func each(_ count: Int, width: Int, _ work: @Sendable (Int) throws(MartletError) -> Void) throws(MartletError) {
        let failure = Mutex<MartletError?>(nil)
        let next = Atomic<Int>(0)
        withoutActuallyEscaping(work) { work in
            let group = DispatchGroup()
            for _ in 0..<max(1, min(width, count)) {
                DispatchQueue.global().async(group: group) {
                    while failure.withLock({ $0 == nil }) {
                        let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
                        guard number < count else { return }
                        do throws(MartletError) { try work(number) } catch { failure.withLock { $0 = $0 ?? error } }
                    }
                }
            }
            group.wait()
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Reads a part of a file piece by piece.
    /// - Throws: `inputOutput`, also where the file has become shorter.
    static func read(
        _ path: String, from start: Int, count: Int, _ take: (UnsafeRawBufferPointer) throws(MartletError) -> Void
    ) throws(MartletError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system("read", path) }
        defer { close(file) }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 64)
        defer { room.deallocate() }
        var (offset, rest) = (start, count)
        while rest > 0 {
            let got = pread(file, room.baseAddress, min(piece, rest), off_t(offset))
            if got < 0, errno == EINTR { continue }
            guard got > 0 else {
                throw got < 0 ? .system("read", path) : MartletError(.inputOutput, "\(path) became shorter while it was read. Try again.")
            }
            try take(UnsafeRawBufferPointer(rebasing: room[..<got]))
            (offset, rest) = (offset + got, rest - got)
        }
    }
}
