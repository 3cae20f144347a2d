package import Support

/// The head of a file in an archive of the kind that every `tar` reads and writes (POSIX ustar, GNU's for sizes above 8 GB): only files and folders with
/// short names, as contents have.
package struct TarHead: Sendable, Equatable {
    package var name: String
    /// Bytes.
    package var size: Int
    /// Whether it is a file with bytes of its own; folders and what describes other entries are passed over.
    package var isFile = true

    package static let size = 512

    /// How many bytes stand behind a file of a size, so that the next head begins at a whole block.
    static func padding(_ size: Int) -> Int { (512 - size % 512) % 512 }

    /// The two empty blocks at the end of an archive.
    static let end = [UInt8](repeating: 0, count: 1024)

    package init(name: String, size: Int) {
        self.name = name
        self.size = size
    }

    /// The block.
    package var bytes: [UInt8] {
        var block = [UInt8](repeating: 0, count: TarHead.size)
        func put(_ text: String, at start: Int) { for (i, byte) in text.utf8.enumerated() { block[start + i] = byte } }
        put(name, at: 0)
        put("0000444\0", at: 100)
        put("0000000\0", at: 108)
        put("0000000\0", at: 116)
        if size < 1 << 33 {
            put(TarHead.octal(size, digits: 11) + "\0", at: 124)
        } else {
            block[124] = 0x80
            for i in 0..<8 { block[128 + i] = UInt8(truncatingIfNeeded: size >> (8 * (7 - i))) }
        }
        put("00000000000\0", at: 136)
        put("        0", at: 148)
        put("ustar\0" + "00", at: 257)
        put(TarHead.octal(block.reduce(0) { $0 + Int($1) }, digits: 6) + "\0 ", at: 148)
        return block
    }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// Reads a block; nil for an empty one, which stands at the end.
    /// - Throws: `unavailable` for what is no head.
    package init?(parsing block: ArraySlice<UInt8>) throws(MartletError) {
        guard block.contains(where: { $0 != 0 }) else { return nil }
        let bytes = Array(block)
        func text(_ start: Int, _ count: Int) -> String {
            String(decoding: bytes[start..<start + count].prefix { $0 != 0 }, as: UTF8.self)
        }
        let sum = bytes.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element)) }
        guard bytes.count == TarHead.size, TarHead.number(text(148, 8)) == sum else { throw TarHead.failure }
        if bytes[124] & 0x80 != 0 {
            guard bytes[125..<128].allSatisfy({ $0 == 0 }), bytes[128] < 0x40 else { throw TarHead.failure }
            size = bytes[128..<136].reduce(0) { $0 << 8 | Int($1) }
        } else {
            guard let number = TarHead.number(text(124, 12)) else { throw TarHead.failure }
            size = number
        }
        let prefix = text(257, 5) == "ustar" ? text(345, 155) : ""
        name = prefix.isEmpty || bytes[262] != 0 ? text(0, 100) : "\(prefix)/\(text(0, 100))"
        isFile = [0, UInt8(ascii: "0"), UInt8(ascii: "7")].contains(bytes[156])
    }

    private static func number(_ text: String) -> Int? {
        let digits = text.split(separator: " ").first.map(String.init) ?? ""
        return digits.isEmpty ? nil : Int(digits, radix: 8).flatMap { $0 >= 0 ? $0 : nil }
    }

    private static let failure = MartletError(.unavailable, "What came is no archive of tar. The other machine needs a usual “tar”.")
}
