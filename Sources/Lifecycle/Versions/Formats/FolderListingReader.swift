internal import Digests
internal import Support

/// Reads the JSON of a folder's listing. A reader of its own, since names that are no UTF-8 stand in it as lone surrogates, which other readers refuse,
/// and since 20,000 entries are read at each look at a folder.
struct FolderListingReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Throws: `invalidInput`.
    mutating func entries() throws(MartletError) -> [FolderListing.Entry] {
        var entries: [FolderListing.Entry] = []
        entries.reserveCapacity(min(bytes.count / 60, 1_000_000))
        try take(UInt8(ascii: "["))
        if !takes(UInt8(ascii: "]")) {
            repeat { entries.append(try entry()) } while takes(UInt8(ascii: ","))
            try take(UInt8(ascii: "]"))
        }
        skipSpace()
        guard at == bytes.count else { throw failure("text after its end") }
        return entries
    }

    private mutating func entry() throws(MartletError) -> FolderListing.Entry {
        var path: TreePath?
        var digest: MD5Digest?
        try take(UInt8(ascii: "{"))
        repeat {
            let key = try string()
            try take(UInt8(ascii: ":"))
            if key.elementsEqual("relpath".utf8) {
                let bytes = try string()
                guard let checked = TreePath(checking: bytes) else {
                    throw failure("“\(TreePath(bytes))” leads out of the folder or is no name of a file")
                }
                path = checked
            } else if key.elementsEqual("md5".utf8) {
                digest = MD5Digest(checking: try string())
            } else {
                try skipValue()
            }
        } while takes(UInt8(ascii: ","))
        try take(UInt8(ascii: "}"))
        guard let path, let digest else { throw failure("an entry without “md5” or “relpath”") }
        return FolderListing.Entry(path: path, digest: digest)
    }

    /// A value of a key that says nothing here: text, a number, true, false or null.
    private mutating func skipValue() throws(MartletError) {
        skipSpace()
        if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
            _ = try string()
            return
        }
        let start = at
        while at < bytes.count, !",}]".utf8.contains(bytes[at]), !"{[\"".utf8.contains(bytes[at]) { at += 1 }
        guard at > start else { throw failure("something else where a value should be") }
    }

    // MARK: - Text

    private mutating func string() throws(MartletError) -> [UInt8] {
        try take(UInt8(ascii: "\""))
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\") { at += 1 }
        if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
            at += 1
            return Array(bytes[start..<at - 1])
        }
        var text = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): try escaped(&text)
            default: text.append(byte)
            }
        }
        throw failure("a text without an end")
    }

    private mutating func escaped(_ text: inout [UInt8]) throws(MartletError) {
        guard at < bytes.count else { throw failure("a text without an end") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"): try codePoint(&text)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        default: throw failure("an escape that JSON does not have")
        }
    }

    /// A letter by its number: two halves for one beyond U+FFFF, a lone low surrogate for a byte that is no letter.
    private mutating func codePoint(_ text: inout [UInt8]) throws(MartletError) {
        var point = try unit()
        if (0xD800..<0xDC00).contains(point), bytes[at...].starts(with: #"\u"#.utf8) {
            at += 2
            let low = try unit()
            guard (0xDC00..<0xE000).contains(low) else { throw failure("half a letter") }
            point = 0x10000 + (point - 0xD800) << 10 + (low - 0xDC00)
        }
        if let scalar = Unicode.Scalar(point) {
            text += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        } else {
            guard (0xDC80...0xDCFF).contains(point) else { throw failure("half a letter") }
            text.append(UInt8(point - 0xDC00))
        }
    }

    private mutating func unit() throws(MartletError) -> UInt32 {
        guard at + 4 <= bytes.count, bytes[at..<at + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
        else { throw failure("an escape without four digits") }
        at += 4
        return unit
    }

    // MARK: - Signs

    private mutating func skipSpace() { while at < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[at]) { at += 1 } }

    private mutating func takes(_ sign: UInt8) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == sign else { return false }
        at += 1
        return true
    }

    private mutating func take(_ sign: UInt8) throws(MartletError) {
        guard takes(sign) else { throw failure("no “\(Character(Unicode.Scalar(sign)))” where one should be") }
    }

    private func failure(_ what: String) -> MartletError {
        MartletError(.invalidInput, "The listing of a folder (.dir) cannot be read at byte \(at): \(what). It was not written by DVC, or is damaged.")
    }
}
