internal import Events
internal import Serving
internal import Support

extension Project {
    /// Where the traffic plans in the database are not, one after the other, those that the record tells of: whoever shares requests past the program
    /// leaves no event.
    func trafficDiscrepancies() throws(MartletError) -> [String] {
        let endpoint = file.serving.endpoint
        let kinds = ["endpoint.shared", "endpoint.cleared", "endpoint.rolled_back"]
        let events = try events.find(EventFilter(kind: "endpoint", subject: "endpoint:\(endpoint)"), limit: .max)
        let told = events.filter { kinds.contains($0.kind) }.sorted { $0.sequence < $1.sequence }.map { event in
            [event.body["plan"].compact, event.actor, event.body["reason"].text ?? ""]
        }
        let held = try traffic.history(endpoint, limit: .max).map { [$0.plan?.json.compact ?? JSONValue.null.compact, $0.actor, $0.reason] }
        return told == held ? [] : ["The traffic plans of “\(endpoint)” in the database are not those that the record tells of."]
    }
}
