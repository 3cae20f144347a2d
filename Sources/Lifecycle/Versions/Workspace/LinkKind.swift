internal import Foundation
internal import Support

/// How a file of the workspace comes from the cache (`cache.type`).
enum LinkKind: String, Sendable, CaseIterable {
    /// A copy that shares its blocks until it is written to.
    case reflink
    /// Another name of the cache's own file.
    case hardlink
    /// A link to the cache's file.
    case symlink
    case copy

    /// What the settings ask for, in order; copies where nothing else works.
    static func all(of config: RepositoryConfig) -> [LinkKind] {
        let kinds = config["cache", "type"]?.text.split { $0 == "," || $0 == " " }.compactMap { LinkKind(rawValue: $0.lowercased()) } ?? []
        return (kinds.isEmpty ? [.copy] : kinds).filter { $0 != .copy && $0 != .reflink } + [.copy]
    }

    static func first(of config: RepositoryConfig) -> LinkKind? { all(of: config).first }

    /// Whether the workspace's file is the cache's: it must not be written to.
    var makesReadOnly: Bool { self == .hardlink || self == .symlink }

    /// Makes a link at a new path.
    /// - Throws: `inputOutput` where this kind does not work here.
    func make(_ path: String, to source: String) throws(MartletError) {
        let failed = self == .hardlink ? Foundation.link(source, path) != 0 : Foundation.symlink(source, path) != 0
        if failed { throw .system("link", path) }
    }
}

/// Where files are written before they are moved into place: a folder of the workspace's file system.
enum Workplace {
    static func store(_ repository: Repository) -> ContentStore { ContentStore(root: "\(repository.root)/.dvc/tmp/martlet-work") }

    /// A path under a name that nobody else uses.
    static func temporary(_ repository: Repository) throws(MartletError) -> String { try store(repository).temporaryPath() }
}
