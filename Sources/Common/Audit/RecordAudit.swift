internal import Digests
package import Events
package import Objects
package import Support

/// What became of the comparison with one anchor.
package struct AnchorFinding: Sendable, Equatable {
    package enum State: String, Sendable {
        /// The record up to there is what it was when the anchor was set.
        case matches
        /// It is not.
        case differs
        /// The place could not be read, or no longer holds the anchor: it says nothing.
        case unreachable
    }

    package var anchor: Anchor
    package var state: State
    package var note: String?
}

/// What verification found: of the chain, of its end, and of what stands for it outside.
package struct RecordAudit: Sendable, Equatable {
    /// How many records follow from each other.
    package var records: Int
    package var head: AuditHead?
    /// The first record that is not what it was.
    package var fault: ChainState.Fault?
    package var anchors: [AnchorFinding]
    /// What the database holds and the record does not tell of, or the other way round, in sentences.
    package var discrepancies: [String] = []
    /// Sentences beside the verdict.
    package var notes: [String]

    /// Whether nothing speaks against the record, nor the record against the database.
    package var holds: Bool { fault == nil && discrepancies.isEmpty }

    /// The finding for `--json`.
    package var json: JSONValue {
        [
            "holds": .bool(holds), "records": JSONValue(records), "head": JSONValue(head?.hash),
            "first_bad": JSONValue(fault?.sequence), "reason": JSONValue(fault.map { "record \($0.sequence): \($0.reason)" }),
            "anchors": .array(
                anchors.map { finding in
                    var value = finding.anchor.json
                    value["state"] = .string(finding.state.rawValue)
                    value["note"] = JSONValue(finding.note)
                    return value
                }),
            "discrepancies": JSONValue(discrepancies), "notes": JSONValue(notes),
        ]
    }
}

extension RecordAudit {
    /// Goes through the record and holds it against its second head and against anchors.
    /// - Parameters:
    ///   - recorded: the anchors that are known to have been set; those that their places no longer hold count as unreachable.
    ///   - outside: the anchors that were read at their places.
    package init(
        _ log: EventLog, recorded: [Anchor], outside: [Anchor], objects: any ObjectStore
    ) throws(MartletError) {
        let stamps = recorded.compactMap { RecordAudit.stamp($0, objects) }
        let claims = outside + stamps.compactMap(\.claim)
        let kept = log.headFile?.read()
        var wanted = Set(claims.map(\.head.sequence))
        if case .head(let head) = kept { wanted.insert(head.sequence) }
        let state = try log.verify(noting: wanted)
        records = state.count
        head = state.head
        fault = state.fault
        anchors = claims.map { RecordAudit.compare($0, state) }.sorted { $0.anchor.head.sequence < $1.anchor.head.sequence }
        anchors += stamps.compactMap(\.lost) + RecordAudit.lost(recorded, outside)
        notes = []
        try judge(kept, state, log)
        judgeAnchors()
    }

    /// A time stamp whose reply is there claims what the reply covers; what was written down about it is not asked.
    private static func stamp(_ anchor: Anchor, _ objects: any ObjectStore) -> (claim: Anchor?, lost: AnchorFinding?)? {
        guard case .timeStamp(_, let digest) = anchor.place else { return nil }
        do throws(MartletError) {
            let reply = try TimeStampReply(try objects.bytes(digest))
            var claim = anchor
            claim.head.hash = reply.digest.rawValue
            claim.at = reply.at
            return (claim, nil)
        } catch { return (nil, AnchorFinding(anchor: anchor, state: .unreachable, note: error.message)) }
    }

    private static func compare(_ anchor: Anchor, _ state: ChainState) -> AnchorFinding {
        if let hash = state.hashes[anchor.head.sequence] {
            return AnchorFinding(anchor: anchor, state: hash == anchor.head.hash ? .matches : .differs)
        }
        guard state.fault == nil else {
            return AnchorFinding(anchor: anchor, state: .unreachable, note: "The record is broken before it.")
        }
        return AnchorFinding(anchor: anchor, state: .differs, note: "The record ends before it.")
    }

    /// Anchors in files and notes that were set and are no longer found there.
    private static func lost(_ recorded: [Anchor], _ outside: [Anchor]) -> [AnchorFinding] {
        let found = Set(outside.map { "\($0.placeText) \($0.head.sequence) \($0.head.hash)" })
        return recorded.compactMap { anchor in
            if case .timeStamp = anchor.place { return nil }
            guard !found.contains("\(anchor.placeText) \(anchor.head.sequence) \(anchor.head.hash)") else { return nil }
            return AnchorFinding(anchor: anchor, state: .unreachable, note: "It cannot be read there, or is no longer there.")
        }
    }

    /// Holds the end of the record against the head that is kept beside it.
    private mutating func judge(_ kept: HeadFile.Content?, _ state: ChainState, _ log: EventLog) throws(MartletError) {
        guard fault == nil, let kept else { return }
        switch kept {
        case .missing where try state.count > log.headKeptSince():
            fault = ChainState.Fault(
                sequence: state.count + 1, reason: "nothing tells whether it was there: \(HeadFile.name), which holds the end of the record, is gone."
            )
        case .missing:
            if state.count > 0 { notes.append("Nothing is kept beside the record that tells its end yet; the next event begins with it.") }
        case .unreadable:
            fault = ChainState.Fault(sequence: state.count + 1, reason: "nothing tells whether it was there: \(HeadFile.name) cannot be read.")
        case .head(let head) where head.sequence > state.count:
            fault = ChainState.Fault(
                sequence: state.count + 1, reason: "it is missing: the record ends here, but \(HeadFile.name) knows \(head.sequence) records.")
        case .head(let head):
            guard state.hashes[head.sequence] != head.hash else { return }
            fault = ChainState.Fault(
                sequence: head.sequence,
                reason: "it is not the one that \(HeadFile.name) holds: it, or one before it, was written anew with new hashes.")
        }
    }

    /// Takes up the first anchor that does not match, where the chain itself showed nothing.
    private mutating func judgeAnchors() {
        let differing = anchors.filter { $0.state == .differs }
        guard let first = differing.min(by: { $0.anchor.head.sequence < $1.anchor.head.sequence })?.anchor else { return }
        let good = anchors.filter { $0.state == .matches && $0.anchor.head.sequence < first.head.sequence }.map(\.anchor.head.sequence).max() ?? 0
        let range = good == 0 ? "it, or one before it," : "it, or one after record \(good), which an anchor confirms,"
        guard first.head.sequence <= records else {
            let reason = "it is missing: the record ends here, but \(first.placeText) of \(first.at) knows \(first.head.sequence) records."
            fault = fault ?? ChainState.Fault(sequence: records + 1, reason: reason)
            return
        }
        let reason = "it is not the one that \(first.placeText) of \(first.at) holds: \(range) was written anew with new hashes."
        if let fault, fault.sequence <= first.head.sequence { return }
        fault = ChainState.Fault(sequence: first.head.sequence, reason: reason)
    }
}
