/// Follows a file in pieces that are shorter than the longest line, and tells whether any of its lines is longer than that one.
struct LineLength {
    /// Bytes since the last line end.
    private var open = 0
    private(set) var isTooLong = false

    /// Whether a line ends with a byte.
    static func ends(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    mutating func pass(_ bytes: UnsafeRawBufferPointer) {
        let first = bytes.firstIndex(where: LineLength.ends)
        open += first ?? bytes.count
        isTooLong = isTooLong || open > SourceScan.longestLine
        guard first != nil, let last = bytes.lastIndex(where: LineLength.ends) else { return }
        open = bytes.count - last - 1
    }
}
