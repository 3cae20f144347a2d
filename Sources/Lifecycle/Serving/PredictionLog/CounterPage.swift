import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Counters in memory that is a file: what is stored survives the death of the process, without a system call on the hot path.
///
/// One page of 4096 bytes: `MARTCNT1`, then u64 counters. Only the process that holds the log's lock changes them.
final class CounterPage {
    /// Which counter; the raw value is its place in the page.
    enum Counter: Int {
        /// Rows taken into the queue since the log was first opened.
        case accepted = 1
        /// Of those, up to which row each has been counted as failed or lost, or is safely in a closed segment; rows after it are
        /// found by looking at the segments.
        case settled
        /// Rows turned away because the queue was full.
        case dropped
        /// Accepted rows that the disk did not take.
        case failed
        /// Accepted rows that died with a process.
        case lost
    }

    private static let magic: UInt64 = 0x3154_4E43_5452_414D  // “MARTCNT1”
    private static let size = 4096
    private let base: UnsafeMutableRawPointer

    /// Opens the page, or makes it with all counters at zero. Every byte is written first, so that storing can not fail for a full disk.
    init(_ path: String) throws(MartletError) {
        let file = try OpenFile(path, .write, create: true)
        let bytes = try file.read(at: 0, count: CounterPage.size)
        var reader = ByteReader(bytes)
        let magic: UInt64 = bytes.count == CounterPage.size ? try reader.word() : 0
        if magic != CounterPage.magic {
            var page = ByteWriter()
            page.append(CounterPage.magic)
            page.append(raw: [UInt8](repeating: 0, count: CounterPage.size - 8))
            try file.write(page.bytes, at: 0)
        }
        base = try file.map(CounterPage.size)
    }

    deinit { munmap(base, CounterPage.size) }

    subscript(counter: Counter) -> UInt64 {
        get { UInt64(littleEndian: base.load(fromByteOffset: counter.rawValue * 8, as: UInt64.self)) }
        set { base.storeBytes(of: newValue.littleEndian, toByteOffset: counter.rawValue * 8, as: UInt64.self) }
    }

    /// At the start: books the rows that were accepted and are neither in the files nor counted as failed.
    /// - Parameter written: the ordinal of the last row in the files.
    /// - Returns: the number of rows lost.
    func settle(written: UInt64) -> Int {
        let settled = max(self[.settled], written)
        let lost = self[.accepted] > settled ? self[.accepted] - settled : 0
        self[.lost] += lost
        self[.accepted] = max(self[.accepted], settled)
        self[.settled] = self[.accepted]
        return Int(clamping: lost)
    }

    /// The counters of a log, read from outside; nil where there are none.
    static func read(_ path: String) throws(MartletError) -> [UInt64]? {
        let bytes = try OpenFile(path, .read).read(at: 0, count: size)
        var reader = ByteReader(bytes)
        guard bytes.count == size, try reader.word() == magic else { return nil }
        return [magic] + (try reader.words(5, UInt64.self))
    }
}
