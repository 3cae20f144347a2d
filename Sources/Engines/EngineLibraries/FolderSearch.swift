#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A breadth-first search for a library below a folder, bounded in depth and number of entries, in name order so that two runs agree.
struct FolderSearch {
    var depth = 5
    var entries = 20_000

    /// The first file whose name matches the earliest pattern that matches at all; nil where there is none.
    func file(in folder: String, matching patterns: [String]) -> String? {
        var best: (rank: Int, path: String)?
        var level = [folder]
        var seen = 0
        for _ in 0...depth {
            var next: [String] = []
            for folder in level {
                for name in names(in: folder) {
                    seen += 1
                    guard seen <= entries else { return best?.path }
                    let path = folder + "/" + name
                    if let rank = patterns.firstIndex(where: { Self.matches(name, $0) }), rank < best?.rank ?? .max, !isFolder(path) {
                        best = (rank, path)
                    } else if isFolder(path) {
                        next.append(path)
                    }
                }
            }
            level = next
        }
        return best?.path
    }

    /// The names in a folder in ascending order, without `.` and `..`; none where it cannot be read.
    func names(in folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while names.count < entries, let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private func isFolder(_ path: String) -> Bool { Self.mode(of: path) == S_IFDIR }

    /// Whether there is a plain file, links followed.
    static func isFile(_ path: String) -> Bool { mode(of: path) == S_IFREG }

    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return status.st_mode & S_IFMT
    }

    /// Whether a name fits a pattern with at most one `*`.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return name == pattern }
        return name.utf8.count >= parts[0].utf8.count + parts[1].utf8.count && name.hasPrefix(parts[0]) && name.hasSuffix(parts[1])
    }
}
