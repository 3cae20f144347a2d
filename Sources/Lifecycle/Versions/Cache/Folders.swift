internal import Foundation
package import Support

/// Making and listing folders, for paths as text.
package enum Folders {
    /// Makes a folder and those above it, as open to others as the user's mask lets new folders be.
    /// - Throws: `inputOutput`, `storageFull`.
    package static func make(_ path: String) throws(MartletError) {
        if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
        let above = parent(of: path)
        guard errno == ENOENT, above != path else { throw .system("make the folder", path) }
        try make(above)
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw .system("make the folder", path) }
    }

    /// The folder that a path lies in.
    package static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
    }

    /// The names in a folder, in no order; none where it cannot be read.
    package static func names(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
