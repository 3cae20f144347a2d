package import Digests
package import Support

/// What a tracked folder holds, as DVC keeps it: a JSON list of paths and MD5s. The MD5 of its bytes names the version of the folder, so they are written
/// exactly as Python's `json.dumps(…, sort_keys=True)` does: in the order of paths, `", "` and `": "` between, ASCII only. Neither sizes, permissions
/// nor empty folders are part of it.
package struct FolderListing: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package var path: TreePath
        package var digest: MD5Digest

        package init(path: TreePath, digest: MD5Digest) {
            self.path = path
            self.digest = digest
        }
    }

    /// In the order of paths, each once.
    package let entries: [Entry]

    /// - Parameter entries: each path once, in any order.
    package init(_ entries: [Entry]) { self.entries = entries.sorted { $0.path < $1.path } }

    /// The most bytes that a listing may have: about ten million files.
    package static let limit = 1 << 30

    /// Reads a listing.
    /// - Throws: `invalidInput` for what is none: other JSON, a path that leads out of the folder, one that stands twice or is both file and folder.
    package init(parsing bytes: [UInt8]) throws(MartletError) {
        var reader = FolderListingReader(bytes)
        let read = try reader.entries()
        entries = FolderListing.isSorted(read) ? read : read.sorted { $0.path < $1.path }
        try checkPaths()
    }

    private static func isSorted(_ entries: [Entry]) -> Bool { zip(entries, entries.dropFirst()).allSatisfy { $0.path < $1.path } }

    private func checkPaths() throws(MartletError) {
        for (first, second) in zip(entries, entries.dropFirst()) where first.path == second.path {
            throw MartletError(.invalidInput, "The listing of a folder names “\(first.path)” twice. It was not written by DVC.")
        }
        let files = Set(entries.map(\.path))
        var seen: Set<TreePath> = []
        for entry in entries {
            var folder = entry.path.parent
            while let path = folder, seen.insert(path).inserted {
                guard !files.contains(path) else {
                    throw MartletError(.invalidInput, "The listing of a folder names “\(path)” both as a file and as a folder.")
                }
                folder = path.parent
            }
        }
    }

    /// The JSON text.
    package var bytes: [UInt8] {
        var text: [UInt8] = [UInt8(ascii: "[")]
        text.reserveCapacity(entries.count * 96)
        for (i, entry) in entries.enumerated() {
            text += i == 0 ? #"{"md5": ""#.utf8 : #", {"md5": ""#.utf8
            text += entry.digest.description.utf8
            text += #"", "relpath": ""#.utf8
            FolderListing.write(entry.path, into: &text)
            text += #""}"#.utf8
        }
        text.append(UInt8(ascii: "]"))
        return text
    }

    private static func write(_ path: TreePath, into text: inout [UInt8]) {
        if path.bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            text += path.bytes
            return
        }
        for point in path.codePoints {
            switch point {
            case 0x22: text += #"\""#.utf8
            case 0x5C: text += #"\\"#.utf8
            case 0x0A: text += #"\n"#.utf8
            case 0x0D: text += #"\r"#.utf8
            case 0x09: text += #"\t"#.utf8
            case 0x08: text += #"\b"#.utf8
            case 0x0C: text += #"\f"#.utf8
            case 0x20..<0x7F: text.append(UInt8(point))
            case 0x10000...:
                escape(0xD800 + (point - 0x10000) >> 10, into: &text)
                escape(0xDC00 + (point - 0x10000) & 0x3FF, into: &text)
            default: escape(point, into: &text)
            }
        }
    }

    private static func escape(_ unit: UInt32, into text: inout [UInt8]) {
        let digits = String(unit, radix: 16)
        text += #"\u"#.utf8
        text += repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)
        text += digits.utf8
    }
}
