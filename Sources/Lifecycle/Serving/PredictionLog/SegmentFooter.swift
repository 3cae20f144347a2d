import Support

/// What closes a segment: the list of its blocks, then 96 bytes with the bounds of the whole, so that a search opens only what it needs.
///
/// Bytes: per block its offset (u64) and a copy of its header (80); then `MARTFOOT` (u64), version, number of blocks (u32), rows,
/// ordinal of the last row (u64), bounds (48 bytes), offset of the list (u64), CRC-32C of the list and of the last 96 bytes.
struct SegmentFooter: Equatable {
    static let magic: UInt64 = 0x544F_4F46_5452_414D  // “MARTFOOT”
    static let size = 96
    private static let entrySize = 8 + BlockHeader.size

    var blockCount: Int
    var rows: Int
    var endOrdinal: UInt64
    var bounds: RowBounds
    /// Where the list of blocks starts.
    var listOffset: Int
    private var listChecksum: UInt32 = 0

    /// The footer of a segment with these blocks; nil where there are none.
    init?(_ blocks: [BlockEntry], listOffset: Int) {
        guard let first = blocks.first else { return nil }
        var bounds = first.header.bounds
        for block in blocks { bounds.extend(by: block.header.bounds) }
        self.bounds = bounds
        self.listOffset = listOffset
        blockCount = blocks.count
        rows = blocks.reduce(0) { $0 + $1.header.rows }
        endOrdinal = blocks.map(\.header.endOrdinal).max() ?? 0
    }

    /// The list and the footer as they stand at the end of the file.
    static func encode(_ blocks: [BlockEntry], listOffset: Int) -> [UInt8]? {
        guard let footer = SegmentFooter(blocks, listOffset: listOffset) else { return nil }
        var out = ByteWriter()
        for block in blocks {
            out.append(UInt64(block.offset))
            block.header.write(to: &out)
        }
        let listChecksum = Checksum.crc32c(out.bytes)
        let start = out.bytes.count
        out.append(magic)
        out.append(SegmentSchema.version)
        out.append(UInt32(clamping: footer.blockCount))
        out.append(UInt64(footer.rows))
        out.append(footer.endOrdinal)
        footer.bounds.write(to: &out)
        out.append(UInt64(listOffset))
        out.append(listChecksum)
        out.seal(from: start)
        return out.bytes
    }

    /// The footer of a closed segment; nil where the segment is open, torn or damaged at its end.
    static func read(_ file: OpenFile) throws(MartletError) -> SegmentFooter? {
        let total = try file.size()
        guard total > size else { return nil }
        let bytes = try file.read(at: total - size, count: size)
        var reader = ByteReader(bytes)
        guard bytes.count == size, try reader.word() == magic, Checksum.crc32c(bytes, in: 0..<size - 4) == lastWord(of: bytes) else { return nil }
        _ = try reader.word(UInt32.self)
        return try SegmentFooter(reader: &reader)
    }

    private init(reader: inout ByteReader) throws(MartletError) {
        blockCount = Int(try reader.word(UInt32.self))
        rows = Int(clamping: try reader.word(UInt64.self))
        endOrdinal = try reader.word()
        bounds = try RowBounds.read(from: &reader)
        listOffset = Int(clamping: try reader.word(UInt64.self))
        listChecksum = try reader.word()
    }

    private static func lastWord(of bytes: [UInt8]) -> UInt32 {
        bytes.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The blocks of a closed segment, in the order in which they were written.
    /// - Throws: `corrupted` where the list is damaged.
    func blocks(_ file: OpenFile) throws(MartletError) -> [BlockEntry] {
        let bytes = try file.read(at: listOffset, count: blockCount * SegmentFooter.entrySize)
        guard bytes.count == blockCount * SegmentFooter.entrySize, Checksum.crc32c(bytes) == listChecksum else {
            throw MartletError(
                .corrupted, "The list of blocks in \(file.path) is damaged. Restore the file from a backup, or remove it to go on without it.")
        }
        var blocks: [BlockEntry] = []
        blocks.reserveCapacity(blockCount)
        for i in 0..<blockCount {
            var reader = ByteReader(bytes, in: i * SegmentFooter.entrySize..<bytes.count)
            let offset = Int(clamping: try reader.word(UInt64.self))
            guard let header = try BlockHeader.read(bytes, at: i * SegmentFooter.entrySize + 8) else { throw ByteReader.damaged }
            blocks.append(BlockEntry(offset: offset, header: header))
        }
        return blocks
    }
}
