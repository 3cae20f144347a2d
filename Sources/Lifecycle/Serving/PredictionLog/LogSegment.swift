package import Support

/// A closed segment, held open for a copy of it that other programs read: `0000000012.parquet` beside `0000000012.predictions`. The copy is derived:
/// it goes before the segment changes, and may be made anew at any time.
package struct LogSegment: Sendable {
    /// The file's name.
    package let name: String
    /// Where the copy is written before it takes its place.
    package let unfinished: String
    let file: OpenFile
    private let segment: SegmentReader

    fileprivate static let suffix = ".parquet"
    static let unfinishedSuffix = ".parquet.writing"

    /// - Returns: nil where there is no such segment, or it is open.
    init?(_ name: String, in path: String) throws(MartletError) {
        do { file = try OpenFile("\(path)/\(name)", .read) } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
        guard let segment = try SegmentReader(file), segment.footer != nil else { return nil }
        self.segment = segment
        self.name = name
        unfinished = LogSegment.table(of: "\(path)/\(name)") + ".writing"
    }

    /// Hands out the blocks in the order of writing; those that are damaged are left out.
    package func scan(_ visit: (PredictionBlock) throws(MartletError) -> Void) throws(MartletError) {
        for entry in try segment.entries() {
            guard let block = try? segment.decoder(entry)?.block() else { continue }
            try visit(block)
        }
    }

    /// The path of a segment's copy.
    static func table(of segment: String) -> String {
        String(segment.dropLast(PredictionLogReader.suffix.count)) + LogSegment.suffix
    }

    /// Removes copies of segments that are gone, and what was not finished.
    static func sweep(_ path: String) throws(MartletError) {
        let names = Set(try LogFolder.names(in: path))
        for name in names {
            let isOrphan = name.hasSuffix(suffix) && !names.contains(name.dropLast(suffix.count) + PredictionLogReader.suffix)
            if isOrphan || name.hasSuffix(unfinishedSuffix) { try LogFolder.remove("\(path)/\(name)") }
        }
    }
}

extension PredictionLogReader {
    /// The paths of the copies that are there, oldest first.
    package func tables() throws(MartletError) -> [String] {
        try LogFolder.names(in: path).filter { $0.hasSuffix(LogSegment.suffix) }.map { "\(path)/\($0)" }
    }

    /// The oldest closed segment that has no copy; nil where all have.
    package func segmentWithoutTable() throws(MartletError) -> LogSegment? {
        let names = Set(try LogFolder.names(in: path))
        for name in try PredictionLogReader.segments(in: path) where !names.contains(LogSegment.table(of: name)) {
            if let segment = try LogSegment(name, in: path) { return segment }
        }
        return nil
    }
}

extension LogWriter {
    /// Puts a finished copy in its place, unless the segment has changed since it was read.
    func publish(_ segment: LogSegment) throws(MartletError) -> Bool {
        guard segment.file.isAt("\(path)/\(segment.name)") else {
            try LogFolder.remove(segment.unfinished)
            return false
        }
        try OpenFile(segment.unfinished, .write).protect()
        try LogFolder.replace(LogSegment.table(of: "\(path)/\(segment.name)"), by: segment.unfinished)
        return true
    }
}
