package import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Which Python runs a model.
package struct PythonInterpreter: Sendable, Equatable {
    /// A path, or a name that is looked for where programs are.
    package var path: String
    /// Why this one, as the end of a sentence.
    package var origin: String

    /// - Parameters:
    ///   - named: what a flag or a setting says; a path relative to the project.
    ///   - root: the project's folder.
    /// - Throws: `notFound` where the one that is named is not there.
    package init(named: String?, root: String, environment: [String: String]) throws(MartletError) {
        if let named {
            let path = named.contains("/") && !named.hasPrefix("/") ? "\(root)/\(named)" : named
            guard !path.contains("/") || access(path, X_OK) == 0 else {
                throw MartletError(.notFound, "There is no Python at \(named). Name another (--python, or “serving: {python: PATH}”).")
            }
            (self.path, origin) = (path, "which was named")
            return
        }
        for (folder, origin) in [(environment["VIRTUAL_ENV"] ?? "", "from VIRTUAL_ENV"), ("\(root)/.venv", "from the project’s .venv")] {
            let path = "\(folder)/bin/python"
            guard !folder.isEmpty, access(path, X_OK) == 0 else { continue }
            (self.path, self.origin) = (path, origin)
            return
        }
        (path, origin) = ("python3", "from PATH")
    }
}
