internal import Foundation
package import Support

/// The files of a tracked folder, as DVC sees them: links to files count as the files, links to folders, empty folders and what `.dvcignore` names do not
/// count, nor repositories inside.
package struct FolderWalk {
    package struct File: Sendable {
        package var path: TreePath
        package var stamp: FileStamp
    }

    /// An absolute folder.
    private let root: String
    private let ignores: @Sendable (_ path: TreePath, _ isFolder: Bool) -> Bool
    private var files: [File] = []

    /// Lists the files below a folder in the order of their paths.
    /// - Parameter ignores: whether a path below the folder does not count.
    /// - Throws: `notFound`; `invalidInput` for a link to nowhere, a pipe or a socket, or a `.dvcignore` in the folder.
    package static func files(
        below root: String, ignoring ignores: @escaping @Sendable (_ path: TreePath, _ isFolder: Bool) -> Bool
    ) throws(MartletError) -> [File] {
        var walk = FolderWalk(root: root, ignores: ignores)
        let folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .system("read", root) }
        try walk.visit(folder, TreePath([]), depth: 0)
        return walk.files.sorted { $0.path < $1.path }
    }

    private init(root: String, ignores: @escaping @Sendable (TreePath, Bool) -> Bool) {
        self.root = root
        self.ignores = ignores
    }

    /// Takes an open folder, which it closes.
    private mutating func visit(_ descriptor: Int32, _ path: TreePath, depth: Int) throws(MartletError) {
        guard depth < 512 else { throw MartletError(.invalidInput, "\(shown(path)) is nested deeper than 512 folders.") }
        guard let folder = fdopendir(descriptor) else {
            close(descriptor)
            throw .system("read", shown(path))
        }
        defer { closedir(folder) }
        var folders: [[UInt8]] = []
        while let entry = readdir(folder) {
            let name = FolderWalk.name(entry)
            if name == [0x2E] || name == [0x2E, 0x2E] { continue }
            // A folder with one of these is a repository of its own.
            if depth > 0, name.elementsEqual(".dvc".utf8), isFolder(entry, descriptor, name) { return files.removeAll { $0.path.below(path) != nil } }
            if try look(at: name, in: path, descriptor, entry) { folders.append(name) }
        }
        for name in folders {
            let inside = (name + [0]).withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    $0.baseAddress.map { openat(descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
                }
            }
            guard let inside, inside >= 0 else { throw .system("read", shown(path.appending(name))) }
            try visit(inside, path.appending(name), depth: depth + 1)
        }
    }

    /// Takes up a file.
    /// - Returns: whether it is a folder to visit.
    private mutating func look(
        at name: [UInt8], in folder: TreePath, _ descriptor: Int32, _ entry: UnsafeMutablePointer<dirent>
    ) throws(MartletError) -> Bool {
        let path = folder.appending(name)
        guard let own = FolderWalk.status(descriptor, name, follows: false) else { return false }
        let kind = own.st_mode & S_IFMT
        if kind == S_IFDIR { return !ignores(path, true) }
        if ignores(path, false) { return false }
        if name.elementsEqual(".dvcignore".utf8) {
            throw MartletError(
                .invalidInput, "\(shown(path)) lies in a tracked folder, where it would change what the folder is. Move it above, or remove it.")
        }
        guard let info = kind == S_IFLNK ? FolderWalk.status(descriptor, name, follows: true) : own else {
            throw MartletError(.invalidInput, "\(shown(path)) is a link to nowhere. Remove it, or name it in .dvcignore.")
        }
        switch info.st_mode & S_IFMT {
        case S_IFREG: files.append(File(path: path, stamp: FileStamp(info)))
        case S_IFDIR: break
        default: throw MartletError(.invalidInput, "\(shown(path)) is neither a file nor a folder. Remove it, or name it in .dvcignore.")
        }
        return false
    }

    private func isFolder(_ entry: UnsafeMutablePointer<dirent>, _ descriptor: Int32, _ name: [UInt8]) -> Bool {
        FolderWalk.status(descriptor, name, follows: false).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    private func shown(_ path: TreePath) -> String { path.bytes.isEmpty ? root : "\(root)/\(path)" }

    private static func name(_ entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
        withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: UInt8.self, capacity: 256) { Array(UnsafeBufferPointer(start: $0, count: strnlen($0, 256))) }
        }
    }

    private static func strnlen(_ text: UnsafePointer<UInt8>, _ most: Int) -> Int {
        var length = 0
        while length < most, text[length] != 0 { length += 1 }
        return length
    }

    private static func status(_ folder: Int32, _ name: [UInt8], follows: Bool) -> stat? {
        var info = stat()
        let failed = (name + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                $0.baseAddress.map { fstatat(folder, $0, &info, follows ? 0 : AT_SYMLINK_NOFOLLOW) != 0 } ?? true
            }
        }
        return failed ? nil : info
    }
}
