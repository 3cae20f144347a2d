import Support

/// A segment as a reader sees it, closed or still being written by another process.
struct SegmentReader {
    let file: OpenFile
    let schema: SegmentSchema
    /// Nil while the segment is open.
    let footer: SegmentFooter?
    /// Where the first block begins: the end of the head.
    let firstBlock: Int

    /// - Returns: nil where the head is torn: a segment that was never begun.
    init?(_ file: OpenFile) throws(MartletError) {
        guard let (schema, end) = try SegmentSchema.read(file) else { return nil }
        self.file = file
        self.schema = schema
        firstBlock = end
        footer = try SegmentFooter.read(file)
    }

    /// The blocks in the order of writing. In an open segment what is not complete yet is left out.
    func entries() throws(MartletError) -> [BlockEntry] {
        if let footer { return try footer.blocks(file) }
        return try walk()
    }

    /// Goes from header to header through an open segment, over a window of bytes so that small blocks cost no call each.
    private func walk() throws(MartletError) -> [BlockEntry] {
        let size = try file.size()
        var entries: [BlockEntry] = []
        var offset = firstBlock
        var window: [UInt8] = []
        var windowStart = 0
        while offset + BlockHeader.size <= size {
            if offset < windowStart || offset + BlockHeader.size > windowStart + window.count {
                let large = (entries.last?.header.length ?? 0) > 65_536
                window = try file.read(at: offset, count: large ? BlockHeader.size : 1 << 20)
                windowStart = offset
            }
            guard let header = try BlockHeader.read(window, at: offset - windowStart) else { break }
            let entry = BlockEntry(offset: offset, header: header)
            guard entry.end <= size else { break }
            entries.append(entry)
            offset = entry.end
        }
        return entries
    }

    /// The block's rows, ready to be decoded.
    /// - Returns: nil for the last block of an open segment whose bytes are not all there yet.
    /// - Throws: `corrupted` for a damaged block.
    func decoder(_ entry: BlockEntry) throws(MartletError) -> BlockDecoder? {
        let payload = try file.read(at: entry.offset + BlockHeader.size, count: entry.header.length)
        do { return try BlockDecoder(schema: schema, header: entry.header, payload: payload) } catch {
            if footer == nil, try file.size() <= entry.end { return nil }
            throw MartletError(
                .corrupted,
                "A block of \(entry.header.rows) predictions in \(file.path) at byte \(entry.offset) is damaged. Restore the file from a backup.")
        }
    }

    /// Whether all bytes of a block are there and as they were written.
    func isWhole(_ entry: BlockEntry) throws(MartletError) -> Bool {
        let payload = try file.read(at: entry.offset + BlockHeader.size, count: entry.header.length)
        guard payload.count == entry.header.length else { return false }
        return Checksum.crc32c(payload, in: entry.header.filterLength..<payload.count) == entry.header.checksum
    }

    /// Whether the block may hold a key, judged by its filter alone.
    func mayHold(key: String, _ entry: BlockEntry) throws(MartletError) -> Bool {
        let length = entry.header.filterLength
        guard length > 4 else { return false }
        let bytes = try file.read(at: entry.offset + BlockHeader.size, count: length)
        guard bytes.count == length else { return false }
        var check = ByteReader(bytes, in: length - 4..<length)
        guard try check.word() == Checksum.crc32c(bytes, in: 0..<length - 4), let filter = KeyFilter(bits: Array(bytes.dropLast(4))) else {
            return true
        }
        return filter.mayContain(key)
    }
}
