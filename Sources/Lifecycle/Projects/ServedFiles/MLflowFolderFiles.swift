internal import Adoption
internal import Digests
internal import Foundation
internal import Objects
internal import Support

/// The files of an MLflow model: from a folder into the object store, and back into a folder for whoever reads them there.
enum MLflowFolderFiles {
    /// The file that makes a folder a model.
    static let describing = "MLmodel"
    private static let most = 100_000

    /// Stores the files below a folder.
    /// - Throws: `invalidInput` for what is no plain file, or too many.
    static func take(_ folder: String, into objects: DiskObjectStore) throws(MartletError) -> FileList {
        var entries: [FileList.Entry] = []
        for path in try paths(below: folder) {
            let full = "\(folder)/\(path)"
            let writer = try objects.writer()
            try copy(full) { piece throws(MartletError) in try writer.write(piece) }
            let size = writer.size
            entries.append(FileList.Entry(path: path, digest: try writer.finish(), size: size))
        }
        return FileList(entries: entries)
    }

    private static func paths(below folder: String) throws(MartletError) -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: folder) else { throw .system("read", folder) }
        var paths: [String] = []
        while let path = walk.nextObject() as? String {
            let kind = walk.fileAttributes?[.type] as? FileAttributeType
            if kind == .typeDirectory {
                if path.hasSuffix("__pycache__") { walk.skipDescendants() }
                continue
            }
            guard kind == .typeRegular, paths.count < most else {
                throw MartletError(
                    .invalidInput,
                    "\(folder)/\(path) is no plain file, or one of more than \(most). A model's folder holds its files and nothing else.")
            }
            paths.append(path)
        }
        return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Writes the files of a model into a folder; each is compared to its digest.
    /// - Throws: `corrupted` where one is not what was registered; `notFound` where one is missing.
    static func lay(_ files: FileList, from objects: DiskObjectStore, into folder: String) throws(MartletError) {
        for entry in files.entries {
            let path = "\(folder)/\(entry.path)"
            try makeFolder((path as NSString).deletingLastPathComponent)
            guard let file = fopen(path, "wbx") else { throw .system("write", path) }
            var digest = StreamingDigest()
            defer { fclose(file) }
            try copy(objects.path(entry.digest)) { piece throws(MartletError) in
                digest.update(piece)
                guard fwrite(piece.baseAddress, 1, piece.count, file) == piece.count else { throw .system("write", path) }
            }
            guard fflush(file) == 0 else { throw .system("write", path) }
            guard digest.value == entry.digest else {
                throw MartletError(.corrupted, "The stored object \(entry.digest.short) has changed on disk. Restore .martlet/objects from a backup.")
            }
        }
    }

    private static func copy(_ path: String, _ take: (UnsafeRawBufferPointer) throws(MartletError) -> Void) throws(MartletError) {
        guard let file = fopen(path, "rb") else { throw .system("read", path) }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            let outcome = buffer.withUnsafeBytes { raw in
                Result { () throws(MartletError) in try take(UnsafeRawBufferPointer(rebasing: raw[..<count])) }
            }
            try outcome.get()
        }
        guard ferror(file) == 0 else { throw .system("read", path) }
    }
}
