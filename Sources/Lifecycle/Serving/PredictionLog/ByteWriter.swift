import Support

/// Appends values in little-endian order to a growing array of bytes.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append<Word: FixedWidthInteger>(_ value: Word) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ id: TimeOrderedID) {
        append(id.high)
        append(id.low)
    }

    /// So many words, one after the other.
    @inline(__always)
    mutating func append<Word: FixedWidthInteger & BitwiseCopyable>(count: Int, _ word: (Int) -> Word) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count * MemoryLayout<Word>.size))
        bytes.withUnsafeMutableBytes { raw in
            for place in 0..<count {
                raw.storeBytes(of: word(place).littleEndian, toByteOffset: start + place * MemoryLayout<Word>.size, as: Word.self)
            }
        }
    }

    /// Makes room for so many bytes more, so that they need not move while they are written.
    mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

    /// Puts bytes in the place of as many.
    mutating func replace(at start: Int, with new: [UInt8]) { bytes.replaceSubrange(start..<start + new.count, with: new) }

    /// Bytes of memory, used or not.
    var room: Int { bytes.capacity }

    /// Forgets what was written, and keeps its room.
    mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    mutating func append(raw: [UInt8]) { bytes.append(contentsOf: raw) }

    /// A length in bytes, then UTF-8.
    mutating func append(text: String) {
        append(UInt32(clamping: text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// A length in bytes, then what the closure writes.
    mutating func section(_ write: (inout ByteWriter) -> Void) {
        let start = bytes.count
        append(UInt32(0))
        write(&self)
        let length = UInt32(clamping: bytes.count - start - 4)
        withUnsafeBytes(of: length.littleEndian) { length in
            for i in 0..<4 { bytes[start + i] = length[i] }
        }
    }

    /// The checksum of everything from `start` on.
    mutating func seal(from start: Int = 0) { append(Checksum.crc32c(bytes, in: start..<bytes.count)) }
}
