import Support

/// The records of a TFRecord file: a length with its checksum, the bytes with theirs.
struct RecordFile {
    private let window: FileWindow
    /// Where the next record begins.
    private(set) var offset: Int
    /// Where what follows cannot be read, and why; nil where it can, or is only not there yet.
    private(set) var damage: String?

    /// The longest record that is read, in bytes; longer ones (graphs of networks) are passed over.
    private static let longest = 256 << 20

    /// - Parameter offset: where a record begins.
    init(_ window: FileWindow, from offset: Int) {
        self.window = window
        self.offset = offset
    }

    /// Calls a block with the bytes of the next record.
    /// - Returns: false where there is none, or not yet the whole of it.
    mutating func next(_ body: (UnsafeRawBufferPointer) throws(MartletError) -> Void) throws(MartletError) -> Bool {
        while damage == nil {
            guard let head = try window.bytes(at: offset, 12) else { return false }
            let count = UInt64(littleEndian: head.loadUnaligned(as: UInt64.self))
            let sum = UInt32(littleEndian: head.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
            guard Checksum.masked(Checksum.castagnoli.value(of: UnsafeRawBufferPointer(rebasing: head[..<8]))) == sum else {
                damage = "the length of the record at byte \(offset) has another checksum"
                return false
            }
            guard let length = Int(exactly: count), length < 1 << 20 || length <= (FileWindow.size(of: window.path) ?? 0) - offset - 16 else {
                return false
            }
            let next = offset + length + 16
            guard length <= RecordFile.longest else {
                offset = next
                continue
            }
            guard let record = try window.bytes(at: offset + 12, length + 4) else { return false }
            let bytes = UnsafeRawBufferPointer(rebasing: record[..<length])
            guard
                Checksum.masked(Checksum.castagnoli.value(of: bytes))
                    == UInt32(littleEndian: record.loadUnaligned(fromByteOffset: length, as: UInt32.self))
            else {
                damage = "the record at byte \(offset) has another checksum"
                return false
            }
            offset = next
            try body(bytes)
            return true
        }
        return false
    }
}
