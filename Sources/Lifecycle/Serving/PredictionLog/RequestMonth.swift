import Support

/// The requests of one month, minute by minute, in a file beside the segments: `2026-11.requests`, at most a few megabytes.
///
/// Bytes: `MARTREQS` (u64), version and CRC-32C of both (u32 each); then records of 36 bytes: the minute (i64, since 1970), answered, refused,
/// failed (u64 each), CRC-32C (u32). A record is written anew with every request of its minute, so that a killed process loses none. A minute
/// has several records where a server was started in it, or the clock was set back.
struct RequestMonth: Equatable {
    static let suffix = ".requests"
    static let headSize = 16
    static let recordSize = 36
    private static let magic: UInt64 = 0x5351_4552_5452_414D  // “MARTREQS”
    private static let version: UInt32 = 1
    private static let longest = 31 * 86_400.0

    /// The month as it stands in the file's name: `2026-11`.
    let name: String
    let start: Timestamp

    /// The month of a moment.
    init(of moment: Timestamp) {
        name = String(moment.date.prefix(7))
        start = Timestamp("\(name)-01") ?? moment
    }

    /// Nil for the name of another file.
    init?(file: String) {
        guard file.hasSuffix(RequestMonth.suffix), let start = Timestamp("\(file.dropLast(RequestMonth.suffix.count))-01") else { return nil }
        name = String(file.dropLast(RequestMonth.suffix.count))
        self.start = start
    }

    var file: String { name + RequestMonth.suffix }

    /// A moment at which the month is over.
    var end: Timestamp { start.advanced(bySeconds: RequestMonth.longest) }

    /// The months that have a file in a log's folder.
    static func months(in path: String) throws(MartletError) -> [RequestMonth] { try LogFolder.names(in: path).compactMap { RequestMonth(file: $0) } }

    /// Opens the month's file for writing, or makes it.
    /// - Returns: the file, and where the next record goes: after the last whole one.
    func open(in path: String) throws(MartletError) -> (file: OpenFile, end: Int) {
        let opened = try OpenFile("\(path)/\(file)", .write, create: true)
        let size = try opened.size()
        guard size < RequestMonth.headSize else {
            return (opened, size - (size - RequestMonth.headSize) % RequestMonth.recordSize)
        }
        var head = ByteWriter()
        head.append(RequestMonth.magic)
        head.append(RequestMonth.version)
        head.seal()
        try opened.write(head.bytes, at: 0)
        return (opened, RequestMonth.headSize)
    }

    static func record(_ minute: Int64, _ counts: RequestCounts) -> [UInt8] {
        var record = ByteWriter()
        record.append(minute)
        for count in [counts.answered, counts.refused, counts.failed] { record.append(UInt64(count)) }
        record.seal()
        return record.bytes
    }

    /// The requests of a period. A minute that lies partly within it counts whole; a damaged record is left out.
    func counts(in path: String, _ period: Range<Timestamp>) throws(MartletError) -> RequestCounts {
        let opened = try OpenFile("\(path)/\(file)", .read)
        let bytes = try opened.read(at: 0, count: try opened.size())
        var sum = RequestCounts()
        var reader = ByteReader(bytes)
        guard bytes.count >= RequestMonth.headSize, try reader.word() == RequestMonth.magic else { return sum }
        let version: UInt32 = try reader.word()
        guard version == RequestMonth.version else {
            throw MartletError(
                .invalidInput, "\(opened.path) has format \(version); this program reads format \(RequestMonth.version). Use a newer one.")
        }
        var at = RequestMonth.headSize
        while at + RequestMonth.recordSize <= bytes.count {
            if let (minute, counts) = try RequestMonth.record(bytes, at), minute.overlaps(period) { sum.add(counts) }
            at += RequestMonth.recordSize
        }
        return sum
    }

    private static func record(_ bytes: [UInt8], _ start: Int) throws(MartletError) -> (minute: Range<Timestamp>, counts: RequestCounts)? {
        let end = start + recordSize
        var reader = ByteReader(bytes, in: start..<end)
        let minute: Int64 = try reader.word()
        let counts = try reader.words(3, UInt64.self).map { Int(clamping: $0) }
        guard try reader.word() == Checksum.crc32c(bytes, in: start..<end - 4) else { return nil }
        let from = Timestamp(seconds: Double(minute) * 60)
        return (from..<from.advanced(bySeconds: 60), RequestCounts(answered: counts[0], refused: counts[1], failed: counts[2]))
    }
}
