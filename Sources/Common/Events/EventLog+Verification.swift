internal import Database
internal import Digests
package import Support

/// What going through the whole record showed.
package struct ChainState: Sendable, Equatable {
    /// The first record that is not what it was, and why.
    package struct Fault: Sendable, Equatable {
        package var sequence: Int
        package var reason: String

        package init(sequence: Int, reason: String) {
            self.sequence = sequence
            self.reason = reason
        }
    }

    /// How many records follow from each other, from the first on.
    package var count = 0
    /// The last of them; nil for an empty record.
    package var head: AuditHead?
    package var fault: Fault?
    /// The hashes of the records that were asked for, as far as they were reached.
    package var hashes: [Int: String] = [:]
}

extension EventLog {
    /// Goes through the record from its beginning to its end, page by page, beside whoever writes.
    /// - Parameter wanted: numbers of records whose hashes are to be told.
    package func verify(noting wanted: Set<Int> = []) throws(MartletError) -> ChainState {
        var walk = ChainWalk(wanted: wanted)
        var isAtEnd = false
        while !isAtEnd {
            let after = walk.last
            let before = walk
            (walk, isAtEnd) = try database.read { session in
                var page = before
                var rows = 0
                try session.scan(
                    "SELECT seq, at, actor, kind, subject, body, previous, hash FROM event WHERE seq > ? ORDER BY seq LIMIT \(ChainWalk.page)",
                    [.integer(after)]
                ) { columns in
                    rows += 1
                    page.step(columns)
                }
                return (page, rows < ChainWalk.page || page.state.fault != nil)
            }
        }
        return walk.finished
    }

    /// The number of the first record that is not what it was; nil where the chain holds.
    package func firstBroken() throws(MartletError) -> Int? { try verify().fault?.sequence }

    /// The record before which no head was kept beside the database.
    package func headKeptSince() throws(MartletError) -> Int {
        try database.read { try $0.row("SELECT seq FROM audit_start")?.int("seq") ?? 0 }
    }
}

/// A walk along the chain.
private struct ChainWalk: Sendable {
    /// Records read in one transaction.
    static let page = 20_000

    var state = ChainState()
    /// The number of the last row that was looked at.
    var last = Int64.min
    private let wanted: Set<Int>
    private var previous: [UInt8] = []
    private var digits: [UInt8] = []
    private var record = RecordBytes()

    init(wanted: Set<Int>) { self.wanted = wanted }

    /// Looks at the next row.
    mutating func step(_ row: SQLColumns) {
        guard state.fault == nil else { return }
        let expected = state.count + 1
        let number = row.integer(0) ?? 0
        last = number
        guard number == Int64(expected) else {
            return fail(
                expected, number > expected ? "it is missing: the next record is number \(number)." : "a record numbered \(number) stands before it.")
        }
        guard let (follows, fits) = compare(row, number) else {
            return fail(expected, "its columns hold values of another kind: it was changed.")
        }
        guard follows else {
            return fail(
                expected,
                expected == 1
                    ? "it is not the first: what stood before it is gone."
                    : "it does not follow record \(expected - 1): one of the two was changed, or a record was removed, added or moved.")
        }
        guard fits else { return fail(expected, "its content does not fit its hash: it was changed.") }
        swap(&previous, &digits)
        state.count = expected
        if wanted.contains(expected) { state.hashes[expected] = String(decoding: previous, as: UTF8.self) }
    }

    /// Whether a row follows the one before it, and whether its hash is that of its content; nil for columns of another kind.
    private mutating func compare(_ row: SQLColumns, _ number: Int64) -> (follows: Bool, fits: Bool)? {
        guard let at = row.integer(1) else { return nil }
        record.begin(previous: previous)
        record.add(number)
        record.add(at)
        for column in 2...5 { guard row.withText(column, { record.add($0) }) else { return nil } }
        record.end()
        Digest.write(of: record.bytes, into: &digits)
        var (follows, fits) = (false, false)
        guard row.withText(6, { follows = $0.elementsEqual(previous) }), row.withText(7, { fits = $0.elementsEqual(digits) }) else { return nil }
        return (follows, fits)
    }

    private mutating func fail(_ sequence: Int, _ reason: String) { state.fault = ChainState.Fault(sequence: sequence, reason: reason) }

    /// What was found, with the last record that holds as its head.
    var finished: ChainState {
        var state = state
        if state.count > 0 { state.head = AuditHead(sequence: state.count, hash: String(decoding: previous, as: UTF8.self)) }
        return state
    }
}
