import Support

/// A segment that is being written, by one process, one block after the other.
final class SegmentWriter {
    let schema: SegmentSchema
    let created: Timestamp
    private let file: OpenFile
    private(set) var size: Int
    private(set) var blocks: [BlockEntry] = []

    /// Makes a new segment file; none is left behind where that fails.
    init(path: String, schema: SegmentSchema, created: Timestamp) throws(MartletError) {
        self.schema = schema
        self.created = created
        file = try OpenFile(path, .write, create: true)
        let head = schema.encoded(created: created)
        size = head.count
        do { try file.write(head, at: 0) } catch {
            try? LogFolder.remove(path)
            throw error
        }
    }

    /// Appends a block.
    /// - Throws: `storageFull` or `inputOutput`; the segment is as before then.
    /// - Parameters:
    ///   - bytes: the block, its header included.
    ///   - pause: called again and again in between.
    func append(_ header: BlockHeader, _ bytes: [UInt8], pausing pause: () -> Void) throws(MartletError) {
        do { try file.write(bytes, at: size, pausing: pause) } catch {
            try? file.truncate(to: size)
            throw error
        }
        blocks.append(BlockEntry(offset: size, header: header))
        size += bytes.count
    }

    /// Closes the segment with its list of blocks. Where the disk is full it stays open, and the next start closes it.
    func close() throws(MartletError) {
        guard let footer = SegmentFooter.encode(blocks, listOffset: size) else { return }
        do { try file.write(footer, at: size) } catch {
            try? file.truncate(to: size)
            throw error
        }
    }

    /// Closes a segment that a dead process left open: cuts off the torn tail, leaves out damaged blocks, removes a segment without rows.
    /// - Returns: the footer, nil for a removed segment, and the number of bytes cut off.
    static func repair(_ path: String) throws(MartletError) -> (footer: SegmentFooter?, cut: Int) {
        let file = try OpenFile(path, .write)
        let size = try file.size()
        guard let segment = try SegmentReader(file) else {
            try LogFolder.remove(path)
            return (nil, size)
        }
        if let footer = segment.footer { return (footer, 0) }
        let entries = try segment.entries()
        var whole: [BlockEntry] = []
        for entry in entries where try segment.isWhole(entry) { whole.append(entry) }
        let end = whole.last?.end ?? 0
        guard let footer = SegmentFooter.encode(whole, listOffset: end) else {
            try LogFolder.remove(path)
            return (nil, size)
        }
        try file.truncate(to: end)
        try file.write(footer, at: end)
        return (try SegmentFooter.read(file), size - end)
    }
}
