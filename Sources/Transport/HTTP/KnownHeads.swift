internal import NIOCore
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Heads of requests that the decoder has read, and what they came to. Callers send the same head again and again; one that is the same to the byte
/// need not be read again. Every other goes to the decoder, which stays the only reader of HTTP.
///
/// For one event loop: nothing is locked.
final class KnownHeads {
    /// A request whose head was read before, and that is there whole.
    struct Known {
        fileprivate let head: [UInt8]
        let visit: PromptRoutes.Visit
        /// The bytes of its body.
        let length: Int

        /// Where the body begins.
        var headLength: Int { head.count }
    }

    /// How many heads are kept; when there are more, all are forgotten and read anew.
    private static let most = 1024
    /// Up to how many bytes a head is kept.
    private static let longest = 2048

    /// By a hash of their bytes, under a secret of the process.
    private var heads: [Int: Known] = [:]

    /// The request whose head stands at the beginning of the bytes, if that is known.
    func find(in bytes: ByteBuffer) -> Known? {
        guard !heads.isEmpty else { return nil }
        return bytes.withUnsafeReadableBytes { raw in
            guard let head = KnownHeads.head(of: raw), let known = heads[KnownHeads.hash(head)], known.head.elementsEqual(head) else { return nil }
            return known
        }
    }

    /// Keeps what a head came to.
    func learn(_ head: [UInt8], _ visit: PromptRoutes.Visit) {
        if heads.count >= KnownHeads.most { heads.removeAll(keepingCapacity: true) }
        heads[head.withUnsafeBytes(KnownHeads.hash)] = Known(head: head, visit: visit, length: visit.length)
    }

    /// The head at the beginning of the bytes, if it ends there where the decoder too sees its end, whatever it thinks of lines that end otherwise: it has no
    /// empty line before its first, and each of its lines ends with CR and LF, which stand nowhere else.
    static func plainHead(of bytes: ByteBuffer) -> [UInt8]? {
        bytes.withUnsafeReadableBytes { raw in
            guard let head = head(of: raw), head.first != UInt8(ascii: "\r"), head.first != UInt8(ascii: "\n") else { return nil }
            let areLinesPlain = head.indices.allSatisfy { place in
                switch head[place] {
                case UInt8(ascii: "\r"): place + 1 < head.endIndex && head[place + 1] == UInt8(ascii: "\n")
                case UInt8(ascii: "\n"): place > 0 && head[place - 1] == UInt8(ascii: "\r")
                default: true
                }
            }
            return areLinesPlain ? Array(head) : nil
        }
    }

    /// All up to the first empty line, and that.
    private static func head(of raw: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let base = raw.baseAddress else { return nil }
        let end = min(raw.count, longest)
        var at = 0
        while at + 4 <= end, let found = memchr(base + at, 0x0D, end - at - 3) {
            at = UnsafeRawPointer(found) - base
            if memcmp(found, "\r\n\r\n", 4) == 0 { return UnsafeRawBufferPointer(start: base, count: at + 4) }
            at += 1
        }
        return nil
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        return hasher.finalize()
    }
}

/// The heads that a server knows, by event loop.
final class HeadMemory: Sendable {
    private let loops = Mutex<[ObjectIdentifier: NIOLoopBound<KnownHeads>]>([:])

    /// Those of a loop, on that loop.
    func heads(of loop: any EventLoop) -> KnownHeads {
        loops.withLock { loops in
            if let known = loops[ObjectIdentifier(loop)] { return known.value }
            let new = NIOLoopBound(KnownHeads(), eventLoop: loop)
            loops[ObjectIdentifier(loop)] = new
            return new.value
        }
    }
}
