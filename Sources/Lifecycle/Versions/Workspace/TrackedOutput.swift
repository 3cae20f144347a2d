/// A file or folder that is under version beside Git, and the content that it should have.
package struct TrackedOutput: Sendable, Equatable {
    /// What says so.
    package enum Source: Sendable, Hashable {
        /// A pointer file, relative to the repository.
        case pointer(String)
        /// A stage of a pipeline, in a file relative to the repository.
        case stage(file: String, name: String)

        /// As DVC calls it: `data.csv.dvc`, or the name of the stage.
        package var title: String {
            switch self {
            case .pointer(let file): file
            case .stage(let file, let name): file == "dvc.yaml" ? name : "\(file):\(name)"
            }
        }
    }

    package var source: Source
    /// Relative to the repository.
    package var path: String
    /// Nil where none was stored yet.
    package var content: ContentName?
    package var layout: ContentStore.Layout
    /// In bytes, of all files together; nil where it is not said.
    package var size: Int?
    /// Of a folder; nil where it is not said.
    package var fileCount: Int?
    /// Whether its content is kept in the cache; otherwise Git keeps it.
    package var isCached: Bool
    /// Whether it goes to remotes.
    package var isPushed: Bool
    /// The remote that it goes to, where that is not the default.
    package var remote: String?
    /// Whether its file can be run: kept by DVC 2 only.
    package var isExecutable: Bool

    package init(
        source: Source, path: String, content: ContentName? = nil, layout: ContentStore.Layout = .current, size: Int? = nil, fileCount: Int? = nil,
        isCached: Bool = true, isPushed: Bool = true, remote: String? = nil, isExecutable: Bool = false
    ) {
        self.source = source
        self.path = path
        self.content = content
        self.layout = layout
        self.size = size
        self.fileCount = fileCount
        self.isCached = isCached
        self.isPushed = isPushed
        self.remote = remote
        self.isExecutable = isExecutable
    }
}

/// Paths relative to a repository, as text.
package enum RelativePaths {
    /// Joins a folder and a path relative to it, which may step up with `..`.
    /// - Returns: nil where it leads above the top, or is absolute.
    package static func join(_ folder: String, _ path: String) -> String? {
        guard !path.hasPrefix("/"), !path.utf8.contains(0) else { return nil }
        var names = folder.split(separator: "/").map(String.init)
        for name in path.split(separator: "/") where name != "." {
            guard name == ".." else {
                names.append(String(name))
                continue
            }
            if names.popLast() == nil { return nil }
        }
        return names.joined(separator: "/")
    }

    /// The folder of a path, empty at the top.
    package static func folder(of path: String) -> String { path.contains("/") ? Folders.parent(of: path) : "" }

    /// The last name of a path.
    package static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Whether one is the other or lies in it.
    package static func isInside(_ path: String, _ folder: String) -> Bool { folder.isEmpty || path == folder || path.hasPrefix(folder + "/") }
}
