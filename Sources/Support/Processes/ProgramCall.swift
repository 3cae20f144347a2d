/// A program and how it is to be started.
package struct ProgramCall: Sendable {
    /// A path, or a name that is looked up in this process's `PATH`.
    package var program: String
    package var arguments: [String]
    /// All its variables; this process's own where nil.
    package var environment: [String: String]?
    /// Where it works; this process's own folder where nil.
    package var folder: String?

    package init(_ program: String, _ arguments: [String] = [], in folder: String? = nil, environment: [String: String]? = nil) {
        self.program = program
        self.arguments = arguments
        self.folder = folder
        self.environment = environment
    }
}
