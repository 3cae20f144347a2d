import Support

/// The whole lines of a text file from an offset on; a last one without its end is not there yet.
struct LineFile {
    private let window: FileWindow
    /// How much of the file there is, in bytes.
    private let size: Int
    /// Where the next line begins.
    private(set) var offset: Int
    private var width = 1 << 16

    private static let longest = 64 << 20

    init(_ path: String, from offset: Int) throws(MartletError) {
        window = try FileWindow(path)
        size = FileWindow.size(of: path) ?? 0
        self.offset = offset
    }

    /// Calls a block with the next line, without its end.
    /// - Returns: false where there is none.
    mutating func next(_ body: (UnsafeRawBufferPointer) throws(MartletError) -> Void) throws(MartletError) -> Bool {
        while offset < size, let bytes = try window.bytes(at: offset, min(width, size - offset)) {
            if let end = bytes.firstIndex(of: 0x0A) {
                offset += end + 1
                try body(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
                return true
            }
            guard bytes.count == width, width < LineFile.longest else { return false }
            width *= 2
        }
        return false
    }
}
