package import Support
import Tables

/// Reads the prediction log of one endpoint, also while another process writes it.
package struct PredictionLogReader: Sendable {
    static let suffix = ".predictions"
    let path: String

    /// - Parameter folder: the project's `predictions` folder. A log that does not exist is empty.
    /// - Throws: `invalidInput` for a name that cannot be a folder's.
    package init(folder: String, endpoint: String) throws(MartletError) {
        path = try PredictionLogReader.path(folder: folder, endpoint: endpoint)
    }

    init(path: String) { self.path = path }

    /// The endpoints that have a log in the project's `predictions` folder, sorted.
    package static func endpoints(in folder: String) throws(MartletError) -> [String] {
        var names: [String] = []
        for name in try LogFolder.names(in: folder) where isName(name) { names.append(name) }
        return names
    }

    /// The prediction with an identifier, whichever endpoint answered it.
    package static func find(_ id: TimeOrderedID, in folder: String) throws(MartletError) -> PredictionRecord? {
        for endpoint in try endpoints(in: folder) {
            if let record = try PredictionLogReader(folder: folder, endpoint: endpoint).find(id) { return record }
        }
        return nil
    }

    // MARK: Searching

    /// The prediction with an identifier, found by the bounds of segments and blocks; the newest segments first.
    package func find(_ id: TimeOrderedID) throws(MartletError) -> PredictionRecord? {
        for file in try files().reversed() {
            if let footer = try SegmentFooter.read(file), !footer.bounds.contains(id) { continue }
            guard let segment = try SegmentReader(file) else { continue }
            for entry in try segment.entries() where entry.header.bounds.contains(id) {
                guard let decoder = try segment.decoder(entry), let row = try decoder.ids().firstIndex(of: id) else { continue }
                return try decoder.block().record(row)
            }
        }
        return nil
    }

    /// The latest predictions for a caller's key, newest first. Blocks without the key are passed over by their filters.
    package func find(key: String, limit: Int = 100) throws(MartletError) -> [PredictionRecord] {
        var found: [PredictionRecord] = []
        for file in try files().reversed() {
            guard let segment = try SegmentReader(file) else { continue }
            for entry in try segment.entries().reversed() where try segment.mayHold(key: key, entry) {
                guard let block = try segment.decoder(entry)?.block(), let keys = block.keys else { continue }
                for row in (0..<block.rowCount).reversed() where keys[row] == key { found.append(block.record(row)) }
                if found.count >= limit { return Array(found.prefix(limit)) }
            }
        }
        return found
    }

    // MARK: Scanning

    /// All time.
    package static let always = Timestamp(microseconds: .min)..<Timestamp(microseconds: .max)

    /// Hands out the predictions of a period [from, to), block by block in the order of writing.
    /// - Parameters:
    ///   - columns: the input columns wanted; nil for all.
    ///   - keys: false leaves the caller's keys out.
    package func scan(
        _ period: Range<Timestamp> = always, columns: Set<String>? = nil, keys: Bool = true,
        _ visit: (PredictionBlock) throws(MartletError) -> Void
    ) throws(MartletError) {
        for file in try files() {
            if let footer = try SegmentFooter.read(file), !footer.bounds.overlaps(period) { continue }
            guard let segment = try SegmentReader(file) else { continue }
            for entry in try segment.entries() where entry.header.bounds.overlaps(period) {
                guard var block = try segment.decoder(entry)?.block(columns: columns, keys: keys) else { continue }
                if !entry.header.bounds.isWithin(period) { block = block.rows(block.times.indices.filter { period.contains(block.times[$0]) }) }
                if block.rowCount > 0 { try visit(block) }
            }
        }
    }

    /// The number of predictions of a period [from, to).
    package func count(_ period: Range<Timestamp> = always) throws(MartletError) -> Int {
        var count = 0
        for file in try files() {
            let footer = try SegmentFooter.read(file)
            if let footer, footer.bounds.isWithin(period) { count += footer.rows }
            if let footer, footer.bounds.isWithin(period) || !footer.bounds.overlaps(period) { continue }
            guard let segment = try SegmentReader(file) else { continue }
            for entry in try segment.entries() where entry.header.bounds.overlaps(period) {
                if entry.header.bounds.isWithin(period) {
                    count += entry.header.rows
                } else if let times = try segment.decoder(entry)?.times() {
                    count += times.count { period.contains(Timestamp(microseconds: $0)) }
                }
            }
        }
        return count
    }

    /// The times of the first and the last prediction; nil for an empty log.
    package func span() throws(MartletError) -> ClosedRange<Timestamp>? {
        var low = Int64.max
        var high = Int64.min
        for file in try files() {
            guard let segment = try SegmentReader(file) else { continue }
            for entry in try segment.entries() {
                low = min(low, entry.header.bounds.minTime)
                high = max(high, entry.header.bounds.maxTime)
            }
        }
        return low <= high ? Timestamp(microseconds: low)...Timestamp(microseconds: high) : nil
    }

    /// What became of the rows handed to this log, as its writer counts them; nil for a log that was never opened.
    package func counts() throws(MartletError) -> PredictionLogCounts? {
        guard try LogFolder.names(in: path).contains("counters"), let page = try CounterPage.read("\(path)/counters") else { return nil }
        var counts = PredictionLogCounts()
        counts.accepted = Int(clamping: page[CounterPage.Counter.accepted.rawValue])
        counts.dropped = Int(clamping: page[CounterPage.Counter.dropped.rawValue])
        counts.failed = Int(clamping: page[CounterPage.Counter.failed.rawValue])
        counts.lost = Int(clamping: page[CounterPage.Counter.lost.rawValue])
        return counts
    }

    // MARK: Files

    /// The segments, opened, oldest first. One that retention removes meanwhile is left out.
    private func files() throws(MartletError) -> [OpenFile] {
        var files: [OpenFile] = []
        for name in try PredictionLogReader.segments(in: path) {
            do { files.append(try OpenFile("\(path)/\(name)", .read)) } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        return files
    }

    /// The names of the segments in a log's folder, oldest first.
    static func segments(in path: String) throws(MartletError) -> [String] { try LogFolder.names(in: path).filter { number(of: $0) != nil } }

    static func number(of name: String) -> Int? { name.hasSuffix(suffix) ? Int(name.dropLast(suffix.count)) : nil }

    /// The folder of an endpoint's log.
    static func path(folder: String, endpoint: String) throws(MartletError) -> String {
        guard isName(endpoint) else {
            throw MartletError(
                .invalidInput,
                "An endpoint cannot be called “\(endpoint)”. Use up to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit."
            )
        }
        return "\(folder)/\(endpoint)"
    }

    private static func isName(_ text: String) -> Bool {
        func isLetterOrDigit(_ byte: UInt8) -> Bool { "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8.contains(byte) }
        guard let first = text.utf8.first, text.utf8.count <= 64, isLetterOrDigit(first) else { return false }
        return text.utf8.allSatisfy { isLetterOrDigit($0) || "._-".utf8.contains($0) }
    }
}
