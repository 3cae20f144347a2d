internal import Adoption
internal import Foundation
internal import Objects
internal import Support

/// A model's files in a folder of their own, for as long as this value lives.
final class LaidModel: Sendable {
    let folder: String

    /// Lays the files out, each compared to its digest, and removes what killed processes left.
    init(_ files: FileList, from objects: DiskObjectStore, below root: String) throws(MartletError) {
        LaidModel.sweep(root)
        folder = "\(root)/\(getpid())-\(UUID().uuidString)"
        do { try MLflowFolderFiles.lay(files, from: objects, into: folder) } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static func sweep(_ root: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [] {
            guard let owner = name.split(separator: "-").first.flatMap({ Int32($0) }), kill(owner, 0) != 0, errno == ESRCH else { continue }
            try? FileManager.default.removeItem(atPath: "\(root)/\(name)")
        }
    }
}
