internal import Digests
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

    /// Makes a file at a new path.
    /// - Returns: how many bytes were written.
    /// - Throws: `inputOutput` where this kind does not work here; `corrupted`, `storageFull`.
    func make(_ path: String, from source: String, named digest: MD5Digest, _ layout: ContentStore.Layout) throws(MartletError) -> Int {
        switch self {
        case .hardlink:
            guard Foundation.link(source, path) == 0 else { throw .system("link", path) }
            return 0
        case .symlink:
            guard Foundation.symlink(source, path) == 0 else { throw .system("link", path) }
            return 0
        case .reflink, .copy: return try LinkKind.copy(path, from: source, named: digest, layout)
        }
    }

    /// Files up to 1 MB are held against their name on the way; larger ones are trusted as long as nobody may write to them, as DVC trusts them.
    private static func copy(_ path: String, from source: String, named digest: MD5Digest, _ layout: ContentStore.Layout) throws(MartletError) -> Int
    {
        let file = try OpenFile(reading: source)
        let stamp = try file.stamp()
        guard stamp.size <= 1 << 20 else {
            try file.copy(stamp.size, to: path)
            return stamp.size
        }
        let bytes = try file.whole()
        let isWhole =
            MD5Digest(of: bytes) == digest
            || layout == .legacy
                && {
                    var legacy = LegacyDigest()
                    bytes.withUnsafeBytes { legacy.update($0) }
                    return legacy.value == digest
                }()
        guard isWhole else {
            throw MartletError(
                .corrupted,
                "The stored content \(digest) is damaged: its bytes are not what its name says. “martlet data verify” finds what is, and a fetch brings it anew."
            )
        }
        try FileBytes.write(bytes, to: path)
        return bytes.count
    }
}

/// Where files are written before they are moved into place.
enum Workplace {
    private static let root = "martlet-work"

    /// A path of the workspace's file system under a name that nobody else uses.
    static func temporary(_ repository: Repository) throws(MartletError) -> String {
        try ContentStore(root: "\(repository.root)/.dvc/tmp/\(root)").temporaryPath()
    }

    /// The bits that new files do not get.
    static let mask: mode_t = {
        let mask = umask(0)
        umask(mask)
        return mask
    }()
}

/// Calls with paths that need not be text.
enum Paths {
    static func call(_ path: [UInt8], _ work: (UnsafePointer<CChar>) -> Int32) -> Int32 {
        (path + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress.map(work) ?? -1 }
        }
    }
}
