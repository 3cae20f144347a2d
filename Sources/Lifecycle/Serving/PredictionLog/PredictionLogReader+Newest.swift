package import Support

extension PredictionLogReader {
    /// The newest predictions in the order of writing, at most `limit` rows in at most `blocks` blocks: what a page can afford to read,
    /// however long the log is.
    /// - Parameters:
    ///   - columns: the input columns wanted; nil for all.
    ///   - keys: false leaves the caller's keys out.
    package func newest(
        _ limit: Int, blocks most: Int = .max, columns: Set<String>? = nil, keys: Bool = true
    ) throws(MartletError) -> [PredictionBlock] {
        var blocks: [PredictionBlock] = []
        var missing = limit
        for name in try PredictionLogReader.segments(in: path).reversed() where missing > 0 && blocks.count < most {
            guard let file = try open(name), let segment = try SegmentReader(file) else { continue }
            for entry in try segment.entries().reversed() where missing > 0 && blocks.count < most {
                guard var block = try segment.decoder(entry)?.block(columns: columns, keys: keys) else { continue }
                if block.rowCount > missing { block = block.rows(Array(block.rowCount - missing..<block.rowCount)) }
                missing -= block.rowCount
                blocks.append(block)
            }
        }
        return blocks.reversed()
    }

    /// The predictions of each day in UTC, for the last so many days up to that of the newest prediction, oldest first; days without any are
    /// left out. Segments and blocks within one day are counted by their bounds; only a block that crosses midnight is read.
    package func days(last count: Int) throws(MartletError) -> [(day: String, predictions: Int)] {
        var days: [Int64: Int] = [:]
        for name in try PredictionLogReader.segments(in: path).reversed() {
            guard let file = try open(name) else { continue }
            let footer = try SegmentFooter.read(file)
            if let newest = days.keys.max(), let footer, LogDay.number(footer.bounds.maxTime) <= newest - Int64(count) { break }
            if let footer, let day = LogDay.only(footer.bounds) {
                days[day, default: 0] += footer.rows
                continue
            }
            guard let segment = try SegmentReader(file) else { continue }
            for entry in try segment.entries() {
                if let day = LogDay.only(entry.header.bounds) {
                    days[day, default: 0] += entry.header.rows
                } else {
                    for time in try segment.decoder(entry)?.times() ?? [] { days[LogDay.number(time), default: 0] += 1 }
                }
            }
        }
        let first = (days.keys.max() ?? 0) - Int64(count)
        return days.filter { $0.key > first }.sorted { $0.key < $1.key }.map { (LogDay.name($0.key), $0.value) }
    }

    /// How many requests were answered, refused and failed in a period [from, to), counted by the minute: a minute that lies partly within
    /// counts whole. Unlike the predictions they are never sampled.
    package func requests(_ period: Range<Timestamp> = always) throws(MartletError) -> RequestCounts {
        var sum = RequestCounts()
        for month in try RequestMonth.months(in: path) where month.start < period.upperBound && month.end > period.lowerBound {
            do { sum.add(try month.counts(in: path, period)) } catch {
                guard error.code == .notFound else { throw error }
            }
        }
        return sum
    }

    /// A segment; nil where retention has removed it meanwhile.
    private func open(_ name: String) throws(MartletError) -> OpenFile? {
        do { return try OpenFile("\(path)/\(name)", .read) } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}

/// Days in UTC, numbered from 1970.
private enum LogDay {
    private static let microseconds: Int64 = 86_400_000_000

    static func number(_ time: Int64) -> Int64 { time.flooredQuotient(by: microseconds) }

    /// The day in which all rows lie; nil where there are several.
    static func only(_ bounds: RowBounds) -> Int64? { number(bounds.minTime) == number(bounds.maxTime) ? number(bounds.minTime) : nil }

    static func name(_ number: Int64) -> String { Timestamp(microseconds: number.multipliedReportingOverflow(by: microseconds).partialValue).date }
}
