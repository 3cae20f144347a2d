import Support
import Tables

/// A closed segment without some of its rows. The new file takes the place of the old one in one step; blocks of which nothing goes are
/// taken over byte by byte.
struct SegmentRewrite {
    private let path: String
    private let file: OpenFile
    private let segment: SegmentReader

    /// - Returns: nil for a segment that was never begun.
    init?(_ path: String) throws(MartletError) {
        self.path = path
        file = try OpenFile(path, .read)
        guard let segment = try SegmentReader(file) else { return nil }
        self.segment = segment
    }

    /// Writes the segment without the rows that are named; the file goes where none is left.
    /// - Parameters:
    ///   - mayHold: whether a block can hold such a row, judged by its bounds.
    ///   - removed: the rows of a block that go, as places in it.
    /// - Returns: the number of rows that went.
    func removing(
        where mayHold: (RowBounds) -> Bool, _ removed: (PredictionBlock) -> [Int]
    ) throws(MartletError) -> Int {
        let entries = try segment.entries()
        var gone: [Int: (block: PredictionBlock, rows: [Int])] = [:]
        for (i, entry) in entries.enumerated() where mayHold(entry.header.bounds) {
            guard let block = try segment.decoder(entry)?.block() else { continue }
            let rows = removed(block)
            if !rows.isEmpty { gone[i] = (block, rows) }
        }
        guard !gone.isEmpty else { return 0 }
        try write(entries, without: gone)
        return gone.values.reduce(0) { $0 + $1.rows.count }
    }

    private func write(_ entries: [BlockEntry], without gone: [Int: (block: PredictionBlock, rows: [Int])]) throws(MartletError) {
        try LogFolder.remove(LogSegment.table(of: path))
        let new = "\(path).rewriting"
        try LogFolder.remove(new)
        let target = try OpenFile(new, .write, create: true)
        var offset = segment.firstBlock
        try target.write(try file.read(at: 0, count: offset), at: 0)
        var kept: [BlockEntry] = []
        for (i, entry) in entries.enumerated() {
            guard let (header, bytes) = try content(of: entry, without: gone[i]) else { continue }
            try target.write(bytes, at: offset)
            kept.append(BlockEntry(offset: offset, header: header))
            offset += bytes.count
        }
        guard let footer = SegmentFooter.encode(kept, listOffset: offset) else {
            try LogFolder.remove(new)
            return try LogFolder.remove(path)
        }
        try target.write(footer, at: offset)
        try target.flush()
        try LogFolder.replace(path, by: new)
    }

    /// The bytes of a block, its header included; nil where no row is left.
    private func content(of entry: BlockEntry, without gone: (block: PredictionBlock, rows: [Int])?) throws(MartletError) -> (BlockHeader, [UInt8])? {
        guard let gone else {
            return (entry.header, try file.read(at: entry.offset, count: BlockHeader.size + entry.header.length))
        }
        let going = Set(gone.rows)
        let rows = (0..<gone.block.rowCount).filter { !going.contains($0) }
        var builder = BlockBuilder(model: gone.block.model, columns: segment.schema.columns)
        builder.append(gone.block.rows(rows))
        return builder.encoded(endOrdinal: entry.header.endOrdinal)
    }
}
