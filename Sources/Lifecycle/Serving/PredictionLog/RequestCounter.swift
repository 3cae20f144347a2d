import Support

/// Counts the requests of an endpoint by the minute, in files that outlive the process. Lives inside a mutex.
///
/// Counting never fails an answer: while a file cannot be written, for instance on a full disk, requests are not counted.
struct RequestCounter {
    /// Counts are kept at most so long, in seconds, also where predictions are kept for ever.
    static let longestKept = 400 * 86_400.0

    private let path: String
    private var month: RequestMonth?
    private var file: OpenFile?
    /// Where the record of the minute at hand is, or the next one will be.
    private var offset = 0
    private var minute: Int64?
    private var counts = RequestCounts()
    /// A minute in which writing failed; it is tried again in the next.
    private var failedMinute: Int64?

    init(path: String) { self.path = path }

    mutating func count(_ outcome: RequestCounts.Outcome, at now: Timestamp) {
        let current = now.microseconds.flooredQuotient(by: 60_000_000)
        guard current != failedMinute else { return }
        do throws(MartletError) {
            if current != minute { try begin(current, at: now) }
            counts.count(outcome)
            try file?.write(RequestMonth.record(current, counts), at: offset)
        } catch {
            failedMinute = current
            minute = nil
            file = nil
        }
    }

    private mutating func begin(_ current: Int64, at now: Timestamp) throws(MartletError) {
        let month = RequestMonth(of: now)
        if file == nil || month != self.month {
            (file, offset) = try month.open(in: path)
            self.month = month
        } else if minute != nil {
            offset += RequestMonth.recordSize
        }
        minute = current
        counts = RequestCounts()
        failedMinute = nil
    }

    /// Removes the months of which everything is older than `keep`, in seconds.
    static func applyRetention(_ path: String, keep: Double?, now: Timestamp) {
        let limit = now.advanced(bySeconds: -min(keep ?? longestKept, longestKept))
        for month in (try? RequestMonth.months(in: path)) ?? [] where month.end < limit { try? LogFolder.remove("\(path)/\(month.file)") }
    }
}

extension Int64 {
    /// Division that rounds towards minus infinity, by a positive number.
    func flooredQuotient(by divisor: Int64) -> Int64 { self / divisor - (self % divisor < 0 ? 1 : 0) }
}
