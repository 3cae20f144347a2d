internal import Support

/// Reads an archive of contents as it comes, in whatever parts, and passes its files on.
struct TarReader {
    private var head: [UInt8] = []
    /// Bytes of the current file that are still to come, and of what stands behind it.
    private var rest = 0
    private var padding = 0
    private var isWanted = false

    /// - Throws: `unavailable` for what is no archive; what `intake` throws.
    mutating func read(_ bytes: ArraySlice<UInt8>, into intake: FrameIntake) throws(MartletError) {
        var bytes = bytes
        while !bytes.isEmpty {
            if rest > 0 {
                let part = bytes.prefix(rest)
                if isWanted { try intake.read(Array(part)) }
                (rest, bytes) = (rest - part.count, bytes.dropFirst(part.count))
            } else if padding > 0 {
                let part = bytes.prefix(padding)
                (padding, bytes) = (padding - part.count, bytes.dropFirst(part.count))
            } else {
                let part = bytes.prefix(TarHead.size - head.count)
                head += part
                bytes = bytes.dropFirst(part.count)
                guard head.count == TarHead.size else { return }
                try begin(intake)
            }
        }
    }

    private mutating func begin(_ intake: FrameIntake) throws(MartletError) {
        defer { head.removeAll(keepingCapacity: true) }
        guard let file = try TarHead(parsing: head[...]) else { return }
        (rest, padding) = (file.size, TarHead.padding(file.size))
        let name = ContentName(checking: file.name.split(separator: "/").filter { $0 != "." }.joined())
        isWanted = file.isFile && name != nil
        guard isWanted, let name else { return }
        try intake.read(ContentFrames.head(name, size: file.size))
    }
}
