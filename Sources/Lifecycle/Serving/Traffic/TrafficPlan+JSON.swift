package import Support

extension TrafficPlan {
    /// The plan for `--json`, events and the database.
    package var json: JSONValue {
        [
            "id": JSONValue(id), "kind": .string(kind.rawValue),
            "versions": .array(shares.map { ["version": JSONValue($0.version), "share": JSONValue($0.share)] }), "key": JSONValue(key),
            "since": .string(since.description), "until": JSONValue(until?.description),
        ]
    }

    /// The plan in a few words: `canary v3 10 % by person_id`.
    package var sentence: String {
        let parts = shares.map { "v\($0.version) \(TrafficPlan.percent($0.share))" }.joined(separator: ", ")
        return "\(kind.rawValue) \(parts)\(key.map { " by \($0)" } ?? "")\(until.map { " until \($0)" } ?? "")"
    }

    /// `10 %`, `0.5 %`.
    package static func percent(_ share: Double) -> String { "\(JSONValue.text(of: (share * 10_000).rounded() / 100)) %" }
}
