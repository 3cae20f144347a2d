/// A cyclic redundancy check of 32 bits, eight bytes at a time by tables (M. E. Kounavis and F. L. Berry, “Novel Table Lookup-Based Algorithms
/// for High-Performance CRC Generation”): files of gigabytes are checked record by record.
struct Checksum: Sendable {
    /// CRC-32C (Castagnoli).
    static let castagnoli = Checksum(reversedPolynomial: 0x82F6_3B78)
    /// CRC-32 as in zlib (IEEE 802.3).
    static let ieee = Checksum(reversedPolynomial: 0xEDB8_8320)

    /// Eight tables of 256 numbers, one behind the other.
    private let tables: [UInt32]

    private init(reversedPolynomial polynomial: UInt32) {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for i in 0..<256 {
            var crc = UInt32(i)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
            tables[i] = crc
        }
        for i in 256..<tables.count { tables[i] = tables[i - 256] >> 8 ^ tables[Int(tables[i - 256] & 0xFF)] }
        self.tables = tables
    }

    /// The checksum of bytes.
    /// - Parameter previous: that of the bytes before them.
    func value(of bytes: UnsafeRawBufferPointer, after previous: UInt32 = 0) -> UInt32 {
        tables.withUnsafeBufferPointer { table in
            var crc = ~previous
            var at = 0
            while bytes.count - at >= 8 {
                let low = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)) ^ crc
                let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self))
                crc = table[1792 + Int(low & 0xFF)] ^ table[1536 + Int(low >> 8 & 0xFF)] ^ table[1280 + Int(low >> 16 & 0xFF)]
                crc ^= table[1024 + Int(low >> 24)] ^ table[768 + Int(high & 0xFF)] ^ table[512 + Int(high >> 8 & 0xFF)]
                crc ^= table[256 + Int(high >> 16 & 0xFF)] ^ table[Int(high >> 24)]
                at += 8
            }
            while at < bytes.count {
                crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[at])) & 0xFF)]
                at += 1
            }
            return ~crc
        }
    }

    /// A checksum as TFRecord files hold it: turned by 15 bits and moved, so that checking bytes that hold a checksum is no problem.
    static func masked(_ crc: UInt32) -> UInt32 { (crc >> 15 | crc << 17) &+ 0xA282_EAD8 }
}
