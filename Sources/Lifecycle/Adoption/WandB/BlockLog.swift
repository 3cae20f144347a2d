import Support

/// The records of a `.wandb` file: LevelDB's log of 32 KB blocks, in which a record may be split, with plain checksums of zlib's kind.
struct BlockLog {
    private let window: FileWindow
    /// Where the next record begins.
    private(set) var offset: Int
    /// Why what follows cannot be read; nil where it can, or is only not there yet.
    private(set) var damage: String?
    /// The pieces of a record that is split.
    private var joined: [UInt8] = []

    private static let block = 32_768
    /// What a file begins with: `:W&B`, a magic number and the version.
    private static let start: [UInt8] = [0x3A, 0x57, 0x26, 0x42, 0xE1, 0xBE, 0]
    private static let longest = 256 << 20

    /// - Parameter offset: where a record begins; 0 for the beginning of the file.
    /// - Throws: `invalidInput` for what is no such file.
    init(_ window: FileWindow, from offset: Int) throws(MartletError) {
        self.window = window
        self.offset = max(offset, BlockLog.start.count)
        if let bytes = try window.bytes(at: 0, BlockLog.start.count), !bytes.elementsEqual(BlockLog.start) {
            throw MartletError(.invalidInput, "\(window.path) does not begin as W&B’s files do, or is of a newer form.")
        }
    }

    /// Calls a block with the next record.
    /// - Returns: false where there is none, or not yet the whole of it.
    mutating func next(_ body: (UnsafeRawBufferPointer) throws(MartletError) -> Void) throws(MartletError) -> Bool {
        joined.removeAll(keepingCapacity: true)
        var at = offset
        while damage == nil {
            let left = BlockLog.block - at % BlockLog.block
            if left < 7 {
                at += left
                continue
            }
            guard let (type, piece) = try piece(at) else { return false }
            at += 7 + piece.count
            if type == 1 {
                offset = at
                try body(piece)
                return true
            }
            guard joined.count + piece.count <= BlockLog.longest, (type == 2) == joined.isEmpty else {
                damage = "a record at byte \(offset) is put together wrongly"
                return false
            }
            joined.append(contentsOf: piece)
            guard type == 4 else { continue }
            offset = at
            try give(body)
            return true
        }
        return false
    }

    private func give(_ body: (UnsafeRawBufferPointer) throws(MartletError) -> Void) throws(MartletError) {
        let outcome: Result<Void, MartletError> = joined.withUnsafeBytes { bytes in
            do throws(MartletError) { return .success(try body(bytes)) } catch { return .failure(error) }
        }
        try outcome.get()
    }

    /// One piece of a record: 1 the whole, 2 the first, 3 one between, 4 the last. nil where it is not (yet) there, or damaged.
    private mutating func piece(_ at: Int) throws(MartletError) -> (type: UInt8, bytes: UnsafeRawBufferPointer)? {
        guard let head = try window.bytes(at: at, 7) else { return nil }
        let sum = UInt32(littleEndian: head.loadUnaligned(as: UInt32.self))
        let length = Int(UInt16(littleEndian: head.loadUnaligned(fromByteOffset: 4, as: UInt16.self)))
        // Zeros are space that was made before anything was written into it.
        if sum == 0, length == 0, head[6] == 0 { return nil }
        guard length <= BlockLog.block - at % BlockLog.block - 7, (1...4).contains(head[6]) else {
            damage = "there is no record at byte \(at)"
            return nil
        }
        guard let bytes = try window.bytes(at: at + 6, length + 1) else { return nil }
        guard Checksum.ieee.value(of: bytes) == sum else {
            damage = "the record at byte \(at) has another checksum"
            return nil
        }
        return (bytes[0], UnsafeRawBufferPointer(rebasing: bytes[1...]))
    }
}
