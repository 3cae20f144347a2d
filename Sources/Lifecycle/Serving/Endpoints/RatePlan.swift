package import Settings
package import Support

/// How often each caller may ask for predictions (`serving.limit`).
package struct RatePlan: Sendable, Equatable {
    /// Requests in a second.
    package var rate: Double
    /// Requests at once after a pause.
    package var burst: Double

    /// Reads `limit: 100/s`, or `limit: {rate: 100/s, burst: 200}`.
    /// - Throws: `invalidInput` with line and column.
    package init(_ node: SettingsNode) throws(MartletError) {
        if case .scalar = node.content {
            rate = try RatePlan.rate(node)
            burst = max(1, rate.rounded(.up))
            return
        }
        _ = try node.mapping(keys: ["rate", "burst"])
        rate = try RatePlan.rate(try node.required("rate"))
        burst = try node["burst"].map { node throws(MartletError) in Double(try node.int(in: 1...1_000_000)) } ?? max(1, rate.rounded(.up))
    }

    private static func rate(_ node: SettingsNode) throws(MartletError) -> Double {
        let text = try node.string()
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let units: [Substring: Double] = ["s": 1, "m": 60, "h": 3600]
        guard parts.count == 2, let seconds = units[parts[1]], let count = Double(parts[0]), count > 0, count <= 1e9 else {
            throw node.failure("“\(text)” is no rate. Write requests in a second, minute or hour: 100/s, 600/m, 1000/h.")
        }
        return count / seconds
    }
}
