import Settings
import Support

/// How many models beside the main one a server holds at once: `serving: {loaded: 8}`, `serving: {memory: 2GB}`, or both.
package struct ResidencyPlan: Sendable, Equatable {
    static let keys = ["loaded", "memory"]

    /// The most endpoints beside the main one whose models are loaded; nil for all.
    package var loaded: Int?
    /// The most bytes that their models take together; nil for as many as there are.
    package var memory: Int?

    package init(loaded: Int? = nil, memory: Int? = nil) {
        self.loaded = loaded
        self.memory = memory
    }

    /// Reads the keys of the `serving` section that are its own.
    init(_ serving: SettingsNode) throws(MartletError) {
        loaded = try serving["loaded"]?.int(in: 1...100_000)
        memory = try serving["memory"].map { node throws(MartletError) in try MemoryText.bytes(node) }
    }

    /// Whether so many models of so many bytes are more than it allows.
    func isExceeded(models: Int, bytes: Int) -> Bool { models > loaded ?? .max || bytes > memory ?? .max }
}
