internal import Settings
internal import Support

/// How models that need Python are run: `serving: {python: ...}`.
package struct PythonPlan: Sendable, Equatable {
    /// The interpreter; nil for the one of the environment or of the project.
    package var interpreter: String?
    /// The most workers at once.
    package var workers = 1
    /// The most bytes of address space that each may take; nil for as many as there are.
    package var memory: Int?
    /// The longest that an answer may take, in seconds.
    package var timeout = 60.0

    package init() {}

    /// Reads `{interpreter: .venv/bin/python, workers: 2, memory: 4GB, timeout: 30s}`, or the interpreter alone.
    init(_ node: SettingsNode) throws(MartletError) {
        if case .scalar = node.content {
            interpreter = try node.string()
            return
        }
        _ = try node.mapping(keys: ["interpreter", "workers", "memory", "timeout"])
        interpreter = try node["interpreter"]?.string()
        workers = try node["workers"]?.int(in: 1...64) ?? 1
        memory = try node["memory"].map { node throws(MartletError) in try MemoryText.bytes(node) }
        guard let time = node["timeout"] else { return }
        timeout = try time.duration()
        guard (0.001...86_400).contains(timeout) else { throw time.failure("A time limit lies between a thousandth of a second and a day.") }
    }
}
