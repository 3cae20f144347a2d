package import Support
import Tables

/// A row of the log, without what was asked and answered: enough to say later that it was there.
package struct LoggedRow: Sendable, Equatable {
    package var id: TimeOrderedID
    package var endpoint: String
    package var time: Timestamp
    package var model: ModelStamp
    /// The caller's key.
    package var key: String?
}

extension PredictionLogReader {
    /// The rows whose key fits, in the order of writing. Each key of a block is asked about once.
    package func rows(_ period: Range<Timestamp> = always, withKey fits: (String) -> Bool) throws(MartletError) -> [LoggedRow] {
        var found: [LoggedRow] = []
        try scan(period, columns: []) { block throws(MartletError) in
            for row in block.rows(withKey: fits) {
                found.append(
                    LoggedRow(id: block.ids[row], endpoint: block.endpoint, time: block.times[row], model: block.model, key: block.keys?[row]))
            }
        }
        return found
    }
}

extension PredictionBlock {
    /// The places of the rows whose key fits.
    func rows(withKey fits: (String) -> Bool) -> [Int] {
        guard let keys else { return [] }
        let wanted = keys.dictionary.map(fits)
        guard wanted.contains(true) else { return [] }
        return keys.codes.indices.filter { keys.codes[$0] >= 0 && wanted[Int(keys.codes[$0])] }
    }
}

extension LogWriter {
    /// Removes rows by their identifiers. The open segment is closed first.
    /// - Returns: the number of rows that went.
    mutating func remove(_ ids: Set<TimeOrderedID>) throws(MartletError) -> Int {
        closeSegment()
        var count = 0
        for name in try PredictionLogReader.segments(in: path) {
            guard let rewrite = try SegmentRewrite("\(path)/\(name)") else { continue }
            count += try rewrite.removing(where: { bounds in ids.contains(where: bounds.contains) }) { block in
                block.ids.indices.filter { ids.contains(block.ids[$0]) }
            }
        }
        return count
    }

    /// Removes the rows that were answered before a moment, except those of keys that are held.
    /// - Returns: how many rows went, and how many stayed because they are held.
    mutating func remove(before limit: Timestamp, holding held: Set<String>) throws(MartletError) -> (removed: Int, held: Int) {
        RequestCounter.applyRetention(path, keep: clock.now().seconds - limit.seconds, now: clock.now())
        if holdsOpen(before: limit) { closeSegment() }
        var (removed, kept) = (0, 0)
        for name in try PredictionLogReader.segments(in: path) {
            guard let rewrite = try SegmentRewrite("\(path)/\(name)") else { continue }
            removed += try rewrite.removing(where: { $0.minTime < limit.microseconds }) { block in
                let old = block.times.indices.filter { block.times[$0] < limit }
                guard !held.isEmpty else { return old }
                let staying = Set(block.rows(withKey: held.contains))
                kept += old.count { staying.contains($0) }
                return old.filter { !staying.contains($0) }
            }
        }
        return (removed, kept)
    }
}
