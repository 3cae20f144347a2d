import Projects
import Serving
import Support

/// The text of `martlet endpoint traffic`.
struct TrafficText {
    let project: Project
    let console: Console
    let isJSON: Bool

    func print() throws {
        let facts = try project.trafficFacts()
        guard !isJSON else { return console.json(facts.json) }
        console.line("Endpoint \(facts.endpoint): \(facts.plan?.sentence ?? "the champion answers all")")
        if let change = facts.change, facts.plan != nil { console.line("  since \(change.at), by \(change.actor): \(change.reason)") }
        var table = TextTable()
        for version in facts.versions {
            table.add(
                "v\(version.version)", version.role.rawValue, version.share.map { TrafficPlan.percent($0) } ?? "–",
                "\(version.rows) rows answered", version.p99.map { "p99 \(TrafficText.number($0)) ms" } ?? "", TrafficText.kept(version))
        }
        table.lines().forEach { console.line($0) }
    }

    /// What only a server knows.
    private static func kept(_ version: TrafficFacts.Version) -> String {
        let shadow = version.kept["shadow"]
        if let rows = shadow["rows"].int, let rate = shadow["disagreement_rate"].double, let difference = shadow["mean_difference"].double {
            return "\(rows) rows compared, \(TrafficPlan.percent(rate)) disagree, scores differ by \(number(difference)), "
                + "\(shadow["dropped"].int ?? 0) requests left out"
        }
        guard let failed = version.kept["figures"]["failed"].int else { return "" }
        return "\(failed) of \(version.kept["figures"]["requests"].int ?? 0) requests failed"
    }

    private static func number(_ value: Double) -> String { JSONValue.text(of: (value * 1000).rounded() / 1000) }
}
