internal import Events
internal import Serving
internal import Support

extension Project {
    /// Where the traffic plans in the database are not, one after the other, those that the record tells of: whoever shares requests past the program
    /// leaves no event.
    func trafficDiscrepancies() throws(MartletError) -> [String] {
        let kinds = ["endpoint.shared", "endpoint.cleared", "endpoint.rolled_back"]
        let events = try events.find(EventFilter(kind: "endpoint"), limit: .max).filter { kinds.contains($0.kind) }
        let told = Dictionary(grouping: events.sorted { $0.sequence < $1.sequence }, by: \.subject)
        let endpoints = Set(try traffic.endpoints().map { "endpoint:\($0)" }).union(told.keys)
        var found: [String] = []
        for subject in endpoints.sorted() {
            let endpoint = String(subject.dropFirst("endpoint:".count))
            let held = try traffic.history(endpoint, limit: .max).map { [$0.plan?.json.compact ?? JSONValue.null.compact, $0.actor, $0.reason] }
            let recorded = (told[subject] ?? []).map { [$0.body["plan"].compact, $0.actor, $0.body["reason"].text ?? ""] }
            guard held != recorded else { continue }
            found.append("The traffic plans of “\(endpoint)” in the database are not those that the record tells of.")
        }
        return found
    }
}
