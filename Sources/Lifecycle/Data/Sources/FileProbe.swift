import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Looks at the bytes of a file before an engine does: what it is, and what it cannot be.
struct FileProbe {
    let file: SourceFile
    private let head: [UInt8]

    /// Reads the first 64 KB.
    /// - Throws: `invalidInput` for an empty file, `notFound`, `inputOutput`.
    init(_ file: SourceFile) throws(MartletError) {
        self.file = file
        guard file.size > 0 else { throw MartletError(.invalidInput, "\(file.name) is empty. Give a file with rows.") }
        head = try FileProbe.chunks(of: file) { bytes, _ in bytes.isEmpty ? nil : Array(bytes.prefix(65_536)) } ?? []
    }

    /// gzip or zstd, by the first bytes; nil for a plain file.
    var compression: String? {
        if head.starts(with: [0x1F, 0x8B]) { return "gzip" }
        return head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) ? "zstd" : nil
    }

    /// How the rows are written: by the first bytes, then by the name.
    var layout: SourceLayout {
        if head.starts(with: Array("PAR1".utf8)) { return .parquet }
        let name = file.name.lowercased()
        let plain = [".gz", ".zst"].first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) } ?? name
        if [".jsonl", ".ndjson", ".json"].contains(where: plain.hasSuffix) { return .jsonLines }
        return .delimited
    }

    /// Refuses what is not a table in text.
    /// - Throws: `invalidInput` with what the file is and what to do.
    func refuseForeignFormats(encoding: String) throws(MartletError) {
        let known: [([UInt8], String)] = [
            (Array("PK\u{3}\u{4}".utf8), "a ZIP archive or an Excel workbook. Export the sheet as CSV"),
            ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel or Office file. Export the sheet as CSV"),
            (Array("%PDF".utf8), "a PDF. Give the table as CSV"),
            (Array("SQLite format 3".utf8), "an SQLite database. Export the table as CSV"),
            (Array("ARROW1".utf8), "an Arrow file. Write it as Parquet"),
            (Array("BZh".utf8), "compressed with bzip2. Unpack it, or use gzip"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed with xz. Unpack it, or use gzip"),
        ]
        if let (_, what) = known.first(where: { head.starts(with: $0.0) }) { throw MartletError(.invalidInput, "\(file.name) is \(what).") }
        guard layout != .parquet, compression == nil, encoding != "utf-16" else { return }
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
            throw MartletError(
                .invalidInput, "\(file.name) is written in UTF-16. Set “encoding: utf-16” in “source”, or give init --encoding utf-16.")
        }
        if head.count(where: { $0 == 0 }) > max(16, head.count / 20) {
            throw MartletError(.invalidInput, "\(file.name) is a binary file, not a table in text.")
        }
        try refuseUnreadableLines()
    }

    /// Looks through the whole file for a NUL byte, and for a line so long that the engine would pass over it without a word.
    private func refuseUnreadableLines() throws(MartletError) {
        var length = LineLength()
        let isDelimited = layout == .delimited
        let isFound: Bool? = try FileProbe.chunks(of: file) { bytes, _ in
            guard let base = bytes.baseAddress else { return nil }
            if isDelimited { length.pass(bytes) }
            return memchr(base, 0, bytes.count) != nil || length.isTooLong ? true : nil
        }
        guard isFound == true else { return }
        var (line, column) = (1, 1)
        let place: SourcePlace? = try FileProbe.chunks(of: file) { bytes, _ in
            for byte in bytes {
                if byte == 0 || (isDelimited && column > SourceScan.longestLine) { return SourcePlace(file: file.name, line: line, column: column) }
                (line, column) = LineLength.ends(byte) ? (line + 1, 1) : (line, column + 1)
            }
            return nil
        }
        guard let place, column <= SourceScan.longestLine else {
            throw MartletError(
                .invalidInput, "This line is longer than \(SourceScan.longestLine >> 20) MB; a line end may be missing. Correct the file.",
                place: place.map { SourcePlace(file: $0.file, line: $0.line, column: nil) })
        }
        throw MartletError(.invalidInput, "There is a NUL byte here (the column counts bytes). Remove it: a text file has none.", place: place)
    }

    /// Whether lines end in more than one way outside quotes. Looks at the bytes, so neither at a compressed file nor at UTF-16.
    func hasMixedLineEnds(_ plan: SourcePlan) throws(MartletError) -> Bool {
        guard layout == .delimited, compression == nil, plan.encoding != "utf-16" else { return false }
        let hasReturn: Bool? = try FileProbe.chunks(of: file) { bytes, _ in
            bytes.baseAddress.flatMap { memchr($0, 0x0D, bytes.count) }.map { _ in true }
        }
        guard hasReturn == true else { return false }
        var ends = LineEnds(plan)
        let areMixed: Bool? = try FileProbe.chunks(of: file) { bytes, _ in
            ends.pass(bytes)
            return ends.kinds.areMixed ? true : nil
        }
        ends.finish()
        return areMixed ?? ends.kinds.areMixed
    }

    /// The lines that bytes stand in, by their places in the file; both count from 1.
    func lines(at places: [Int]) throws(MartletError) -> [Int: Int] {
        var rest = Set(places).sorted()[...]
        var found: [Int: Int] = [:]
        var line = 1
        let _: Bool? = try FileProbe.chunks(of: file) { bytes, offset in
            var start = 0
            while let next = rest.first, next - 1 - offset < bytes.count {
                let end = max(start, next - 1 - offset)
                line += bytes[start..<end].count { $0 == 0x0A }
                (found[next], start) = (line, end)
                rest.removeFirst()
            }
            line += bytes[start...].count { $0 == 0x0A }
            return rest.isEmpty ? true : nil
        }
        return found
    }

    /// Reads a file in pieces of 4 MB until the body answers.
    static func chunks<Answer>(of file: SourceFile, _ body: (UnsafeRawBufferPointer, Int) -> Answer?) throws(MartletError) -> Answer? {
        let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw MartletError.system("read", file.path) }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: min(4_194_304, max(65_536, file.size)))
        var offset = 0
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw MartletError.system("read", file.path) }
            if count == 0 { return nil }
            if let answer = buffer.withUnsafeBytes({ body(UnsafeRawBufferPointer(rebasing: $0[..<count]), offset) }) { return answer }
            offset += count
        }
    }
}
