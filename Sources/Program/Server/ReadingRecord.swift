import Access
import Events
import Projects
import Support
import Synchronization

/// Puts reads of lists of predictions into the record. The first of a caller is an event at once; repetitions within a minute are counted and told
/// with the next, so that a page which is looked at all day does not fill the disk.
final class ReadingRecord: Sendable {
    private struct Count {
        var since: Double
        var untold = 0
    }

    private static let window = 60.0
    /// The callers that are told apart at a time; beyond that every read is an event.
    private static let capacity = 1000

    private let counts = Mutex<[String: Count]>([:])

    /// Counts a read, and records it where one is due.
    func add(_ caller: Caller, endpoint: String, predictions: Int, in project: Project) throws(MartletError) {
        guard predictions > 0, let repeated = due("\(caller.id) \(caller.via) \(endpoint)") else { return }
        var body: JSONValue = ["predictions": JSONValue(predictions)]
        if repeated > 0 { body["repeated"] = JSONValue(repeated) }
        try project.events.acting(as: caller.id.rawValue, via: caller.via).record("predictions.listed", "endpoint:\(endpoint)", body)
    }

    /// How many were counted since the last event, where one is due now; nil where this one is only counted.
    private func due(_ key: String) -> Int? {
        let now = monotonicSeconds()
        return counts.withLock { counts in
            if counts.count >= ReadingRecord.capacity { counts = counts.filter { now - $0.value.since < ReadingRecord.window } }
            guard let count = counts[key], now - count.since < ReadingRecord.window else {
                let untold = counts[key]?.untold ?? 0
                if counts.count < ReadingRecord.capacity || counts[key] != nil { counts[key] = Count(since: now) }
                return untold
            }
            counts[key]?.untold += 1
            return nil
        }
    }
}
