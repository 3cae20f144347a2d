import Support

/// The lowest and highest identifier and time of some rows.
struct RowBounds: Equatable {
    var minID: TimeOrderedID
    var maxID: TimeOrderedID
    /// In microseconds since 1970.
    var minTime: Int64
    var maxTime: Int64

    mutating func extend(by other: RowBounds) {
        minID = min(minID, other.minID)
        maxID = max(maxID, other.maxID)
        minTime = min(minTime, other.minTime)
        maxTime = max(maxTime, other.maxTime)
    }

    func contains(_ id: TimeOrderedID) -> Bool { minID <= id && id <= maxID }

    /// Whether a row may lie in [from, to).
    func overlaps(_ period: Range<Timestamp>) -> Bool {
        minTime < period.upperBound.microseconds && maxTime >= period.lowerBound.microseconds
    }

    /// Whether every row lies in [from, to).
    func isWithin(_ period: Range<Timestamp>) -> Bool {
        minTime >= period.lowerBound.microseconds && maxTime < period.upperBound.microseconds
    }

    func write(to out: inout ByteWriter) {
        out.append(minID)
        out.append(maxID)
        out.append(minTime)
        out.append(maxTime)
    }

    static func read(from reader: inout ByteReader) throws(MartletError) -> RowBounds {
        RowBounds(minID: try reader.id(), maxID: try reader.id(), minTime: try reader.word(), maxTime: try reader.word())
    }
}

/// The 80 bytes before a block: `MBLK`, lengths of payload and key filter, rows (u32 each), bounds (48 bytes), the number of rows accepted by
/// the log up to the end of this block (u64), CRC-32C of the payload after the filter, CRC-32C of this header.
struct BlockHeader: Equatable {
    static let magic: UInt32 = 0x4B4C_424D  // “MBLK”
    static let size = 80

    /// Bytes after the header, the key filter included.
    var length: Int
    var filterLength: Int
    var rows: Int
    var bounds: RowBounds
    /// Rows accepted since the log was first opened, these included.
    var endOrdinal: UInt64
    var checksum: UInt32

    func write(to out: inout ByteWriter) {
        var header = ByteWriter()
        header.append(BlockHeader.magic)
        header.append(UInt32(clamping: length))
        header.append(UInt32(clamping: filterLength))
        header.append(UInt32(clamping: rows))
        bounds.write(to: &header)
        header.append(endOrdinal)
        header.append(checksum)
        header.seal()
        out.append(raw: header.bytes)
    }

    /// Reads a header; nil where the bytes are none (torn, damaged, or the footer).
    static func read(_ bytes: [UInt8], at start: Int) throws(MartletError) -> BlockHeader? {
        guard start + size <= bytes.count else { return nil }
        var reader = ByteReader(bytes, in: start..<start + size)
        guard try reader.word() == magic else { return nil }
        let (length, filter, rows) = (Int(try reader.word(UInt32.self)), Int(try reader.word(UInt32.self)), Int(try reader.word(UInt32.self)))
        let bounds = try RowBounds.read(from: &reader)
        let ordinal: UInt64 = try reader.word()
        let checksum: UInt32 = try reader.word()
        guard try reader.word() == Checksum.crc32c(bytes, in: start..<start + size - 4), filter <= length, rows > 0 else { return nil }
        return BlockHeader(length: length, filterLength: filter, rows: rows, bounds: bounds, endOrdinal: ordinal, checksum: checksum)
    }
}

/// A block and where its header starts in the file.
struct BlockEntry: Equatable {
    var offset: Int
    var header: BlockHeader

    var end: Int { offset + BlockHeader.size + header.length }
}
