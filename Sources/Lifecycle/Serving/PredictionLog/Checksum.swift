/// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78, RFC 3720 appendix B.4), eight bytes a step.
enum Checksum {
    /// Tables for slicing by eight: `table[k * 256 + b]` advances byte `b` by `k` further zero bytes.
    private static let table: [UInt32] = {
        var table = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
            table[byte] = value
        }
        for byte in 0..<256 {
            for k in 1..<8 {
                let before = table[(k - 1) * 256 + byte]
                table[k * 256 + byte] = before >> 8 ^ table[Int(before & 0xFF)]
            }
        }
        return table
    }()

    /// The checksum of a range of bytes, which must lie within `bytes`.
    /// - Parameter before: the checksum of the bytes before them, where it is to be of both.
    static func crc32c(_ bytes: [UInt8], in range: Range<Int>? = nil, after before: UInt32 = 0) -> UInt32 {
        let range = range ?? 0..<bytes.count
        return bytes.withUnsafeBytes { raw in
            table.withUnsafeBufferPointer { table in update(~before, UnsafeRawBufferPointer(rebasing: raw[range]), table) }
        }
    }

    private static func update(_ start: UInt32, _ bytes: UnsafeRawBufferPointer, _ table: UnsafeBufferPointer<UInt32>) -> UInt32 {
        var crc = start
        var at = 0
        while at + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) ^ UInt64(crc)
            var next: UInt32 = 0
            for k in 0..<8 { next ^= table[(7 - k) * 256 + Int(word >> UInt64(8 * k) & 0xFF)] }
            crc = next
            at += 8
        }
        while at < bytes.count {
            crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[at])) & 0xFF)]
            at += 1
        }
        return ~crc
    }
}
