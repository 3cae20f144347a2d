import Support

/// Reads values in little-endian order; running past the end is an error, never a trap.
struct ByteReader {
    let bytes: [UInt8]
    private(set) var at: Int
    private let end: Int

    init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
        self.bytes = bytes
        at = range?.lowerBound ?? 0
        end = min(range?.upperBound ?? bytes.count, bytes.count)
    }

    var remaining: Int { end - at }

    static var damaged: MartletError { MartletError(.corrupted, "The bytes of a prediction log are not what they were when written.") }

    mutating func word<Word: FixedWidthInteger>(_: Word.Type = Word.self) throws(MartletError) -> Word {
        let size = MemoryLayout<Word>.size
        guard size <= remaining else { throw ByteReader.damaged }
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: Word.self) }
        at += size
        return Word(littleEndian: value)
    }

    mutating func id() throws(MartletError) -> TimeOrderedID { TimeOrderedID(high: try word(), low: try word()) }

    /// The range of the next `count` bytes, stepped over.
    mutating func take(_ count: Int) throws(MartletError) -> Range<Int> {
        guard count >= 0, count <= remaining else { throw ByteReader.damaged }
        at += count
        return at - count..<at
    }

    mutating func text() throws(MartletError) -> String {
        let range = try take(Int(try word(UInt32.self)))
        return String(decoding: bytes[range], as: UTF8.self)
    }

    /// A reader of the next length-prefixed section, stepped over.
    mutating func section() throws(MartletError) -> ByteReader {
        let range = try take(Int(try word(UInt32.self)))
        return ByteReader(bytes, in: range)
    }

    /// The next `count` words as an array.
    mutating func words<Word: FixedWidthInteger>(_ count: Int, _: Word.Type = Word.self) throws(MartletError) -> [Word] {
        let size = MemoryLayout<Word>.size
        guard count >= 0, count <= remaining / size else { throw ByteReader.damaged }
        let start = try take(count * size).lowerBound
        return bytes.withUnsafeBytes { raw in
            [Word](unsafeUninitializedCapacity: count) { out, made in
                for i in 0..<count {
                    out.initializeElement(at: i, to: Word(littleEndian: raw.loadUnaligned(fromByteOffset: start + i * size, as: Word.self)))
                }
                made = count
            }
        }
    }
}
