package import Settings
package import Support

/// How requests that wait for a model are asked together, and how long they may wait.
package struct BatchOptions: Sendable, Equatable {
    /// The most rows that are asked at once; 1 for each request by itself.
    package var rows: Int
    /// How long the model may take for them, in seconds.
    package var latency: Double
    /// How long a request may have to wait for its turn, in seconds; one that would wait longer is turned away at once.
    package var wait: Double

    package init(rows: Int = 64, latency: Double = 0.01, wait: Double = 5) {
        self.rows = rows
        self.latency = latency
        self.wait = wait
    }

    /// Reads `batch: {rows: 64, latency: 10ms}` or `batch: off`, and `wait: 5s`.
    /// - Throws: `invalidInput` with line and column.
    package init(batch: SettingsNode?, wait: SettingsNode?) throws(MartletError) {
        self.init()
        if let batch { try read(batch) }
        if let wait { self.wait = try wait.duration() }
    }

    private mutating func read(_ node: SettingsNode) throws(MartletError) {
        if case .scalar = node.content {
            guard try node.string() == "off" else { throw node.failure("“batch” is “off”, or {rows: 64, latency: 10ms}.") }
            rows = 1
            return
        }
        _ = try node.mapping(keys: ["rows", "latency"])
        if let most = try node["rows"]?.int(in: 1...100_000) { rows = most }
        if let time = try node["latency"]?.duration() { latency = time }
    }
}
