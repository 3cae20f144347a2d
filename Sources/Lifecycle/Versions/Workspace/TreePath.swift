#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The path of a file below a tracked folder: names with `/` between them, as the bytes that the file system has, which need not be UTF-8. Two spellings
/// of one letter (NFC and NFD) are two paths. Ordered by code points, in which bytes that are no UTF-8 count as Python's surrogates U+DC80 to U+DCFF: the
/// order of DVC's listings.
package struct TreePath: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let bytes: [UInt8]
    /// Whether every byte is part of a letter.
    package let isText: Bool

    /// Takes the bytes as they are; see ``init(checking:)`` for paths from outside.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        isText = bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }

    package init(_ text: String) {
        bytes = Array(text.utf8)
        isText = true
    }

    /// Reads a path that somebody else wrote; nil for one that leads elsewhere (`/x`, `a/../x`), has an empty name, a zero byte, or more than 4,096 bytes.
    package init?(checking bytes: [UInt8]) {
        guard !bytes.isEmpty, bytes.count <= 4096, !bytes.contains(0) else { return nil }
        for name in bytes.split(separator: TreePath.slash, omittingEmptySubsequences: false) {
            if name.isEmpty || name.elementsEqual([TreePath.dot]) || name.elementsEqual([TreePath.dot, TreePath.dot]) { return nil }
        }
        self.init(bytes)
    }

    package static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")

    /// The path of something in the folder at this path.
    package func appending(_ name: [UInt8]) -> TreePath { TreePath(bytes.isEmpty ? name : bytes + [TreePath.slash] + name) }

    /// The folder that it lies in; nil at the top.
    package var parent: TreePath? { bytes.lastIndex(of: TreePath.slash).map { TreePath(Array(bytes[..<$0])) } }

    /// The path below a folder; nil where it does not lie in it.
    package func below(_ folder: TreePath) -> TreePath? {
        guard bytes.count > folder.bytes.count + 1, bytes.starts(with: folder.bytes), bytes[folder.bytes.count] == TreePath.slash else { return nil }
        return TreePath(Array(bytes[(folder.bytes.count + 1)...]))
    }

    /// For people: bytes that are no letters, and what would break a line, are written as `\xNN`.
    package var description: String {
        if isText, !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return String(decoding: bytes, as: UTF8.self) }
        return codePoints.reduce(into: "") { text, point in
            if let scalar = Unicode.Scalar(point), point >= 0x20, point != 0x7F {
                text.unicodeScalars.append(scalar)
            } else {
                let byte = String(point >= 0xDC00 && point < 0xE000 ? point - 0xDC00 : point, radix: 16)
                text += "\\x" + (byte.utf8.count < 2 ? "0" : "") + byte
            }
        }
    }

    package static func < (a: TreePath, b: TreePath) -> Bool {
        guard a.isText, b.isText else { return a.codePoints.lexicographicallyPrecedes(b.codePoints) }
        // In UTF-8 the order of bytes is that of code points.
        let shorter = min(a.bytes.count, b.bytes.count)
        let order = a.bytes.withUnsafeBytes { left in
            b.bytes.withUnsafeBytes { right in
                if let left = left.baseAddress, let right = right.baseAddress { memcmp(left, right, shorter) } else { Int32(0) }
            }
        }
        return order != 0 ? order < 0 : a.bytes.count < b.bytes.count
    }

    /// The letters, and `0xDC00 + byte` for each byte that is part of none.
    package var codePoints: [UInt32] {
        var points: [UInt32] = []
        var at = 0
        while at < bytes.count {
            let length = TreePath.letterLength(bytes, at)
            if length > 0, let letter = String(validating: bytes[at..<at + length], as: UTF8.self)?.unicodeScalars.first {
                points.append(letter.value)
                at += length
            } else {
                points.append(0xDC00 + UInt32(bytes[at]))
                at += 1
            }
        }
        return points
    }

    /// How many bytes the letter has that begins here; 0 where none does.
    private static func letterLength(_ bytes: [UInt8], _ at: Int) -> Int {
        let length =
            switch bytes[at] {
            case 0..<0x80: 1
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        return at + length <= bytes.count ? length : 0
    }
}
