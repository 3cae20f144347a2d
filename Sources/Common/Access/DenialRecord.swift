internal import Database
internal import Events
internal import Support
internal import Synchronization

/// Puts denied attempts into the record. The first of a kind is an event at once; its repetitions within a minute are counted and told with
/// the next, so that nobody fills the disk by being refused.
final class DenialRecord: Sendable {
    private struct Kind: Hashable {
        var who: String
        var permission: String
        var claim: String?
    }

    private struct Count {
        var since: Double
        var untold = 0
    }

    private static let window = 60.0
    /// The kinds that are told apart at a time.
    private static let capacity = 1000

    private let database: any MetadataDatabase
    private let events: EventLog
    private let counts = Mutex<[Kind: Count]>([:])

    init(database: any MetadataDatabase, events: EventLog) {
        self.database = database
        self.events = events
    }

    /// Counts an attempt. A failure to write is no reason to let anybody in, and the refusal stands whatever happens here.
    /// - Parameter claim: who somebody unknown says to be, as an object.
    /// - Returns: whether it became an event.
    @discardableResult
    func add(_ who: String, _ permission: String, subject: String, reason: String? = nil, claim: JSONValue? = nil) -> Bool {
        let kind = Kind(who: who, permission: permission, claim: claim?.compact)
        guard let repeated = due(kind) else { return false }
        var body: JSONValue = ["permission": .string(permission)]
        if repeated > 0 { body["repeated"] = JSONValue(repeated) }
        for member in claim?.members ?? [] { body[member.key] = member.value }
        if let reason { body["reason"] = .string(String(reason.prefix(500))) }
        if !write(who, subject, body) { takeBack(kind, repeated + 1) }
        return true
    }

    /// Tells what was counted and not told yet.
    /// - Parameter all: also what was counted within the last minute, as at the end of a server.
    func tellRest(all: Bool) {
        let now = monotonicSeconds()
        let rest = counts.withLock { counts in
            let due = counts.filter { $0.value.untold > 0 && (all || now - $0.value.since >= DenialRecord.window) }
            for kind in due.keys { counts[kind] = nil }
            return due
        }
        for (kind, count) in rest where !write(kind.who, "access", ["permission": .string(kind.permission), "repeated": JSONValue(count.untold)]) {
            takeBack(kind, count.untold)
        }
    }

    /// - Parameter subject: as the caller sent it. What cannot be stored in it is spelled out: a strange name hides no attempt.
    /// - Returns: whether it is in the record.
    private func write(_ who: String, _ subject: String, _ body: JSONValue) -> Bool {
        let plain = String(subject.prefix(300)).spelledOut
        return (try? database.write { try events.acting(as: who).append("access.denied", plain, body, in: $0) }) != nil
    }

    private func takeBack(_ kind: Kind, _ count: Int) {
        counts.withLock { $0[kind] = Count(since: -DenialRecord.window, untold: ($0[kind]?.untold ?? 0) + count) }
    }

    /// How many were counted since the last event, where one is due now; nil where this one is only counted.
    private func due(_ kind: Kind) -> Int? {
        let now = monotonicSeconds()
        return counts.withLock { counts in
            if counts.count >= DenialRecord.capacity { counts = counts.filter { now - $0.value.since < DenialRecord.window } }
            let kind = counts.count < DenialRecord.capacity || counts[kind] != nil ? kind : Kind(who: "others", permission: "any")
            guard let count = counts[kind], now - count.since < DenialRecord.window else {
                let untold = counts[kind]?.untold ?? 0
                counts[kind] = Count(since: now)
                return untold
            }
            counts[kind]?.untold += 1
            return nil
        }
    }
}
