import Ingestion
package import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One file of a source.
package struct SourceFile: Sendable, Equatable, Codable {
    /// The path as it stands in the settings, globs resolved.
    package var name: String
    /// The path on this machine.
    package var path: String
    /// Bytes.
    package var size: Int
    /// Whether the columns of a typed file are texts all the same, whose meaning the values tell.
    package var holdsTexts = false

    package init(name: String, path: String, size: Int, holdsTexts: Bool = false) {
        self.name = name
        self.path = path
        self.size = size
        self.holdsTexts = holdsTexts
    }

    /// The files of paths and globs, in the order given; a glob's files sorted by name.
    /// - Parameters:
    ///   - directory: the folder that relative paths are relative to.
    ///   - fetched: the files of the sources that have names (`source:NAME`), by name.
    ///   - place: where the paths stand in the settings.
    /// - Throws: `notFound` where a path or glob matches nothing, or a source has no rows yet; `invalidInput` for a folder.
    package static func resolve(
        _ patterns: [String], in directory: String, fetched: [String: [SourceFile]] = [:], place: SourcePlace? = nil
    ) throws(MartletError) -> [SourceFile] {
        var files: [SourceFile] = []
        for pattern in patterns {
            if pattern.hasPrefix(NamedSource.prefix) {
                files += try named(String(pattern.dropFirst(NamedSource.prefix.count)), fetched, place)
                continue
            }
            let isGlob = pattern.contains { "*?[".contains($0) } && (try? size(of: absolute(pattern, directory))) == nil
            let names = isGlob ? matches(absolute(pattern, directory)) : [absolute(pattern, directory)]
            guard !names.isEmpty else {
                throw MartletError(.notFound, "No file matches “\(pattern)”. Correct the pattern, or put the files there.", place: place)
            }
            for path in names {
                let shown = isGlob && !pattern.hasPrefix("/") ? String(path.dropFirst(directory.count + 1)) : (isGlob ? path : pattern)
                files.append(SourceFile(name: shown, path: path, size: try size(of: path, place)))
            }
        }
        return files
    }

    private static func named(_ name: String, _ fetched: [String: [SourceFile]], _ place: SourcePlace?) throws(MartletError) -> [SourceFile] {
        guard let files = fetched[name], !files.isEmpty else {
            throw MartletError(
                .notFound, "The source “\(name)” has no rows yet. Fetch them with “martlet source sync \(name)”, or post them to a server.",
                place: place)
        }
        return files
    }

    private static func absolute(_ path: String, _ directory: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }

    private static func size(of path: String, _ place: SourcePlace? = nil) throws(MartletError) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let number = errno
            guard number == ENOENT else { throw MartletError.system("read", path, number: number) }
            throw MartletError(.notFound, "\(path) does not exist. Correct the path, or put the file there.", place: place)
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw MartletError(.invalidInput, "\(path) is a folder. Name a file in it, or a pattern such as \(path)/*.csv.", place: place)
        }
        return Int(status.st_size)
    }

    private static func matches(_ pattern: String) -> [String] {
        var answer = glob_t()
        defer { globfree(&answer) }
        guard glob(pattern, 0, nil, &answer) == 0 else { return [] }
        return (0..<Int(answer.gl_pathc)).compactMap { answer.gl_pathv[$0].map { String(cString: $0) } }
    }
}

/// How the rows of a file are written.
package enum SourceLayout: String, Sendable, Equatable, Codable {
    /// Text with a delimiter.
    case delimited
    case parquet
    case jsonLines
}
