import Foundation

/// A disk of a few megabytes in memory, mounted while this value lives.
final class SmallDisk {
    /// Whether this process may mount.
    static let isPossible: Bool = {
        guard geteuid() == 0, let disk = try? SmallDisk(megabytes: 1) else { return false }
        return disk.isMounted
    }()

    let folder: Folder
    private let isMounted: Bool

    init(megabytes: Int) throws {
        folder = try Folder()
        let mount = try Child("/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "martlet-test", folder.path], in: "/", environment: [:])
        isMounted = try mount.end().status == 0
        guard isMounted else { throw ChildFailure(description: "A small disk could not be mounted.") }
    }

    deinit { if isMounted { _ = try? Child("/bin/umount", ["-l", folder.path], in: "/", environment: [:]).end() } }

    /// Writes a file that leaves so many bytes free.
    func fill(_ path: String, leaving: Int) {
        let free = (try? FileManager.default.attributesOfFileSystem(forPath: folder.path)[.systemFreeSize] as? Int) ?? 0
        try? Data(count: max(0, free - leaving)).write(to: URL(fileURLWithPath: path))
    }
}
