internal import Foundation
package import Support

extension Repository {
    /// The pointer files of the repository, in the order of their paths. Tracked folders are not searched: what lies in them is data.
    /// - Throws: `invalidInput` with file and line.
    package func pointers() throws(MartletError) -> [PointerFile] {
        var pointers: [PointerFile] = []
        try search("", depth: 0, into: &pointers)
        return pointers.sorted { $0.path < $1.path }
    }

    private func search(_ folder: String, depth: Int, into pointers: inout [PointerFile]) throws(MartletError) {
        guard depth < 64 else { return }
        let rules = rules.rules(in: folder)
        let names = Folders.names(absolute(folder)).sorted()
        if !folder.isEmpty, names.contains(".dvc"), Repository.isFolder(absolute("\(folder)/.dvc")) { return }
        var tracked: Set<String> = []
        for name in names where name.hasSuffix(".dvc") && name != ".dvc" {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            guard !rules.ignore(TreePath(path), isFolder: false), !Repository.isFolder(absolute(path)) else { continue }
            let pointer = try self.pointer(path)
            pointers.append(pointer)
            tracked.formUnion(pointer.outputs.map(\.path))
        }
        for name in names {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            guard !tracked.contains(path), isOwnFolder(path), !rules.ignore(TreePath(path), isFolder: true) else { continue }
            try search(path, depth: depth + 1, into: &pointers)
        }
    }

    /// A folder that is no link.
    private func isOwnFolder(_ path: String) -> Bool {
        var info = stat()
        return lstat(absolute(path), &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    /// Reads one pointer file.
    /// - Parameter path: relative to the repository.
    /// - Throws: `notFound`, `invalidInput`.
    package func pointer(_ path: String) throws(MartletError) -> PointerFile {
        try PointerFile(parsing: String(decoding: FileBytes.read(absolute(path), limit: 4_000_000), as: UTF8.self), path: path)
    }

    /// The pointer files of a commit.
    /// - Throws: `invalidInput` with file and line.
    package func pointers(of commit: String) throws(MartletError) -> [PointerFile] {
        var pointers: [PointerFile] = []
        for path in git.files(of: commit, endings: [".dvc"]) {
            guard let text = git.text(of: path, in: commit) else { continue }
            pointers.append(try PointerFile(parsing: text, path: path))
        }
        return pointers.sorted { $0.path < $1.path }
    }
}
