import Foundation
import TestSupport

/// A disk of a few megabytes in memory, mounted while this value lives.
final class SmallDisk {
    /// Whether this process may mount.
    static let isPossible = geteuid() == 0 && (try? SmallDisk(megabytes: 1)) != nil

    let folder: TemporaryFolder

    init(megabytes: Int) throws {
        folder = try TemporaryFolder()
        guard mount("martlet-test", folder.path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
            throw ChildFailure(description: "A small disk could not be mounted (error \(errno)).")
        }
    }

    deinit { umount2(folder.path, Int32(MNT_DETACH)) }

    /// Writes a file that leaves so many bytes free.
    func fill(_ name: String, leaving: Int) {
        let free = (try? FileManager.default.attributesOfFileSystem(forPath: folder.path)[.systemFreeSize] as? Int) ?? 0
        _ = try? folder.write(name, Data(count: max(0, free - leaving)))
    }
}
