internal import Foundation
package import Support

/// A folder with data under version: where `.dvc` lies, as `dvc init` or the first `data add` makes it.
package struct Repository: Sendable {
    /// Absolute, links followed.
    package let root: String
    package let config: RepositoryConfig
    /// The contents that are on this machine.
    package let cache: ContentStore
    let rules: IgnoreScope

    /// Opens a repository.
    /// - Parameter root: the folder that holds `.dvc`.
    /// - Throws: `notFound`; `invalidInput` for settings that cannot be read.
    package init(root: String, environment: [String: String] = ProcessInfo.processInfo.environment) throws(MartletError) {
        guard let real = Repository.realPath(root), Repository.isFolder("\(real)/.dvc") else {
            throw MartletError(.notFound, "\(root) holds no .dvc folder. “martlet data add FILE” makes one, and so does “dvc init”.")
        }
        self.root = real
        config = try RepositoryConfig(root: real, environment: environment)
        cache = ContentStore(root: config["cache", "dir"]?.path ?? "\(real)/.dvc/cache")
        rules = IgnoreScope(root: real)
    }

    /// The repository that a folder lies in: the nearest one upwards; nil where it lies in none.
    package static func root(above folder: String) -> String? {
        guard var path = realPath(folder) else { return nil }
        while !isFolder("\(path)/.dvc") {
            guard path != "/" else { return nil }
            path = Folders.parent(of: path)
        }
        return path
    }

    /// Makes a repository out of a folder, as `dvc init` does; outside Git it says so in its settings.
    /// - Returns: the files that were made, relative to the folder.
    /// - Throws: `inputOutput`, `storageFull`.
    package static func make(at folder: String) throws(MartletError) -> [String] {
        try Folders.make("\(folder)/.dvc/tmp")
        let hasGit = Git(folder).top != nil
        let files = [
            (".dvc/config", hasGit ? "" : "[core]\n    no_scm = True\n"), (".dvc/.gitignore", "/config.local\n/tmp\n/cache\n"),
            (".dvcignore", "# What stands here is no data, in the grammar of .gitignore.\n"),
        ]
        var made: [String] = []
        for (name, text) in files where access("\(folder)/\(name)", F_OK) != 0 {
            try FileBytes.write(Array(text.utf8), to: "\(folder)/\(name)")
            made.append(name)
        }
        return made
    }

    /// Where a new repository is made for a folder: the top of its Git work tree, or the folder.
    package static func place(for folder: String) -> String { Git(folder).top ?? folder }

    /// Whether Git is used.
    package var usesGit: Bool { config["core", "no_scm"]?.text.lowercased() != "true" }

    package var git: Git { Git(root) }

    /// Where stamps of files are kept.
    var indexFolder: String { "\(root)/.dvc/tmp/martlet" }

    package func absolute(_ path: String) -> String { path.isEmpty ? root : "\(root)/\(path)" }

    /// A path that the user wrote, relative to the repository.
    /// - Parameter folder: that it is relative to.
    /// - Throws: `invalidInput` where it leads out of the repository, also through links.
    package func relative(_ path: String, to folder: String) throws(MartletError) -> String {
        let absolute = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        let name = RelativePaths.name(of: absolute)
        guard let parent = Repository.realPath(Folders.parent(of: Repository.withoutSlash(absolute))), name != "..", name != "." else {
            guard let real = Repository.realPath(absolute) else { throw .system("read", path, number: ENOENT) }
            return try inside(real, path)
        }
        return try inside(parent == "/" ? "/\(name)" : "\(parent)/\(name)", path)
    }

    private func inside(_ real: String, _ path: String) throws(MartletError) -> String {
        guard RelativePaths.isInside(real, root) else {
            throw MartletError(.invalidInput, "\(path) lies outside of the repository \(root). Only what lies in it can be put under version.")
        }
        let relative = String(real.dropFirst(root.utf8.count + 1))
        guard !RelativePaths.isInside(relative, ".dvc") || relative.isEmpty, !RelativePaths.isInside(relative, ".git") || relative.isEmpty else {
            throw MartletError(.invalidInput, "\(path) belongs to the repository itself and is no data.")
        }
        return relative
    }

    private static func withoutSlash(_ path: String) -> String {
        var path = path
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }
}
