import Digests
package import Ingestion
package import Support

/// What is known of a source: what was agreed, and what came.
package struct SourceReport: Sendable {
    package var source: NamedSource
    package var standing: SourceStanding
    /// Those that count.
    package var batches: [SourceBatch]
    package var freshness: SourceFreshness

    /// Nil where a file's rows were not counted.
    package var rows: Int? { batches.isEmpty ? 0 : batches.reduce(Int?(0)) { sum, batch in sum.flatMap { sum in batch.rows.map { sum + $0 } } } }
    package var bytes: Int { batches.reduce(0) { $0 + $1.bytes } }

    /// What somebody should see at once; empty where all is well.
    package var remark: String {
        if let error = standing.error { return "failed: \(error)" }
        return freshness.holds == false ? freshnessSentence : ""
    }

    package var freshnessSentence: String {
        let limit = freshness.limit.map(SourceReport.span) ?? "any age"
        guard let age = freshness.age else { return "nothing came yet; rows may be \(limit) old at most." }
        return "the newest row is \(SourceReport.span(age)) old; it may be \(limit)."
    }

    /// What was agreed and how it stands, in lines for a person.
    package var facts: [(String, String)] {
        var facts = [("source", source.reference), ("kind", source.kind), ("origin", source.origin.rawValue)]
        if let owner = source.owner { facts.append(("owner", owner)) }
        if let licence = source.licence { facts.append(("licence", licence)) }
        if let keep = source.keep { facts.append(("kept", SourceReport.span(keep))) }
        if !source.key.isEmpty { facts.append(("key", source.key.joined(separator: ", "))) }
        if let checked = standing.checked { facts.append(("asked last", checked.description)) }
        if freshness.limit != nil { facts.append(("freshness", freshnessSentence)) }
        if let watermark = standing.state["watermark"].text ?? standing.state["last"].text { facts.append(("up to", watermark)) }
        if let error = standing.error { facts.append(("failed", "\(standing.failed?.description ?? "") \(error)")) }
        return facts
    }

    package var json: JSONValue {
        [
            "source": .string(source.name), "kind": .string(source.kind), "origin": .string(source.origin.rawValue), "owner": JSONValue(source.owner),
            "licence": JSONValue(source.licence), "keep_seconds": JSONValue(source.keep), "key": JSONValue(source.key), "rows": JSONValue(rows),
            "bytes": JSONValue(bytes), "checked": JSONValue(standing.checked?.description), "newest": JSONValue(freshness.newest?.description),
            "age_seconds": JSONValue(freshness.age), "fresh_seconds": JSONValue(freshness.limit),
            "is_fresh": freshness.holds.map { .bool($0) } ?? nil,
            "error": JSONValue(standing.error),
            "batches": .array(
                batches.map {
                    [
                        "sequence": JSONValue($0.sequence), "name": .string($0.name), "digest": .string($0.digest.rawValue),
                        "rows": JSONValue($0.rows),
                        "bytes": JSONValue($0.bytes), "at": .string($0.at.description),
                    ]
                }),
        ]
    }

    /// A time span in its largest unit.
    static func span(_ seconds: Double) -> String {
        for (unit, length) in [("year", 31_557_600.0), ("day", 86_400), ("hour", 3600), ("minute", 60)] where seconds >= length {
            let count = (seconds / length * 10).rounded(.down) / 10
            return "\(JSONValue.text(of: count)) \(unit)\(count == 1 ? "" : "s")"
        }
        return "\(JSONValue.text(of: seconds.rounded(.down))) seconds"
    }
}

extension SourceSync.Outcome {
    package var json: JSONValue {
        ["source": .string(source), "changed": .bool(isChanged), "rows": JSONValue(rows), "bytes": JSONValue(bytes), "repeated": JSONValue(repeated)]
    }

    /// What came, for a person.
    package var sentence: String {
        let left = repeated > 0 ? " \(repeated) came before and were left out." : ""
        guard isChanged else { return "nothing new.\(left)" }
        return (rows.map { "\($0) \($0 == 1 ? "row" : "rows")" } ?? "\(bytes) bytes") + ".\(left)"
    }
}

extension Project {
    /// What is known of a source.
    package func report(on source: NamedSource) throws(MartletError) -> SourceReport {
        let (standing, batches) = (try sources.standing(source.name), try sources.batches(source.name))
        return SourceReport(
            source: source, standing: standing, batches: batches, freshness: SourceFreshness(source, standing, batches, now: clock.now()))
    }
}
