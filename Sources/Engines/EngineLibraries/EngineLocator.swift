package import Support

/// Finds the native engines on this machine. Nothing is loaded here.
///
/// Order: each folder of `MARTLET_ENGINES` (separated by colons), `engines/` beside the program, `.martlet/engines` of the project,
/// `.setup/engines` in the program's folder or one above it (a program run from its build tree), then the system's library folders.
/// In such a folder an engine lies below a folder of its name, as its wheel unpacks.
package struct EngineLocator: Sendable {
    /// The engine folders that are searched, in order.
    package let folders: [String]

    private static let systemFolders = [
        "/usr/local/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/opt/homebrew/lib",
    ]

    /// - Parameters:
    ///   - environment: the process's environment; only `MARTLET_ENGINES` is read.
    ///   - programDirectory: the folder of the running program.
    ///   - projectDirectory: the project's root, where there is one.
    package init(environment: [String: String], programDirectory: String, projectDirectory: String?) {
        var folders = (environment["MARTLET_ENGINES"] ?? "").split(separator: ":").map(String.init)
        folders.append(programDirectory + "/engines")
        if let projectDirectory { folders.append(projectDirectory + "/.martlet/engines") }
        var parts = programDirectory.split(separator: "/", omittingEmptySubsequences: false)
        while !parts.isEmpty {
            folders.append(parts.joined(separator: "/") + "/.setup/engines")
            parts.removeLast()
        }
        self.folders = folders
    }

    /// The path of an engine's library; nil where it is not installed.
    package func path(of engine: Engine) -> String? {
        for folder in folders {
            if let path = FolderSearch().file(in: folder + "/" + engine.rawValue, matching: engine.filePatterns) { return path }
            if let path = FolderSearch(depth: 0).file(in: folder, matching: engine.filePatterns) { return path }
        }
        return engine.filePatterns.filter { !$0.contains("*") }.lazy
            .flatMap { name in Self.systemFolders.map { $0 + "/" + name } }
            .first(where: FolderSearch.isFile)
    }

    /// The path of an engine's library.
    /// - Throws: `engineMissing`, with what to do.
    package func require(_ engine: Engine) throws(MartletError) -> String {
        guard let path = path(of: engine) else {
            throw MartletError(
                .engineMissing,
                "\(engine.displayName) \(engine.pinnedVersion) is not installed; it is needed for \(engine.purpose). \(engine.howToGet)")
        }
        return path
    }
}
