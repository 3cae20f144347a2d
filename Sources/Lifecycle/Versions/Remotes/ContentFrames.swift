package import Support

/// Many contents in one stream, as our own client and server exchange them: for each a line `NAME SIZE`, then its bytes; `NAME -` for one that is not there;
/// a line `.` at the end, without which the stream was cut off.
package enum ContentFrames {
    /// The line before a content.
    /// - Parameter size: in bytes; nil for one that is not there.
    package static func head(_ name: ContentName, size: Int?) -> [UInt8] { Array("\(name) \(size.map { "\($0)" } ?? "-")\n".utf8) }

    /// The line at the end.
    package static let end: [UInt8] = Array(".\n".utf8)

    /// Names, one a line.
    package static func list(_ names: some Sequence<ContentName>) -> [UInt8] {
        names.reduce(into: []) { text, name in
            text += name.description.utf8
            text.append(0x0A)
        }
    }

    /// Reads names, one a line.
    /// - Throws: `invalidInput` where a line is none.
    package static func names(_ text: [UInt8]) throws(MartletError) -> [ContentName] {
        var names: [ContentName] = []
        names.reserveCapacity(text.count / 33)
        for line in text.split(separator: 0x0A) {
            guard let name = ContentName(checking: String(decoding: line.prefix(40), as: UTF8.self)), line.count <= 36 else {
                throw MartletError(
                    .invalidInput, "“\(String(decoding: line.prefix(40), as: UTF8.self))” is no name of a content. Send one MD5 a line.")
            }
            names.append(name)
        }
        return names
    }
}

/// Reads such a stream as it comes, in whatever parts.
package struct ContentFrameReader: Sendable {
    /// What a part of the stream says.
    package enum Event {
        /// A content follows, of so many bytes.
        case begin(ContentName, size: Int)
        /// More of its bytes.
        case bytes(UnsafeRawBufferPointer)
        /// It is whole.
        case end(ContentName)
        /// The other side has none of that name.
        case missing(ContentName)
    }

    private var line: [UInt8] = []
    private var current: ContentName?
    private var rest = 0

    /// Whether the line at the end was read.
    package private(set) var isOver = false

    package init() {}

    /// - Parameter take: told what the bytes say, in their order.
    /// - Throws: `invalidInput` for what is no such stream; what `take` throws.
    package mutating func read(_ bytes: UnsafeRawBufferPointer, _ take: (Event) throws(MartletError) -> Void) throws(MartletError) {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            if let name = current {
                let count = min(rest, bytes.count)
                try take(.bytes(UnsafeRawBufferPointer(rebasing: bytes.prefix(count))))
                bytes = bytes.dropFirst(count)
                rest -= count
                if rest == 0 {
                    current = nil
                    try take(.end(name))
                }
                continue
            }
            let head = bytes.prefix { $0 != 0x0A }
            line += head
            guard line.count <= 64, !isOver else { throw ContentFrameReader.failure }
            bytes = bytes.dropFirst(head.count)
            guard !bytes.isEmpty else { return }
            bytes = bytes.dropFirst()
            try readLine(take)
        }
    }

    private mutating func readLine(_ take: (Event) throws(MartletError) -> Void) throws(MartletError) {
        let text = String(decoding: line, as: UTF8.self)
        line.removeAll(keepingCapacity: true)
        if text == "." {
            isOver = true
            return
        }
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let name = ContentName(checking: parts[0]) else { throw ContentFrameReader.failure }
        if parts[1] == "-" { return try take(.missing(name)) }
        guard let size = Int(parts[1]), size >= 0 else { throw ContentFrameReader.failure }
        try take(.begin(name, size: size))
        guard size > 0 else { return try take(.end(name)) }
        (current, rest) = (name, size)
    }

    private static let failure = MartletError(.invalidInput, "The stream of contents cannot be read: a line “MD5 SIZE” was expected.")
}
