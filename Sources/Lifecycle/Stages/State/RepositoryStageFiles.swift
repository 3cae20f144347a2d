internal import Digests
internal import Foundation
package import Support
internal import Synchronization
package import Versions

/// The files of stages in a repository. What is known of single files is shared by all stages of a run and written down once, at its end.
package final class RepositoryStageFiles: StageFiles {
    private struct State {
        /// What files held, by their absolute paths.
        var known: [String: StampIndex.Known] = [:]
        var hasNews = false
        /// The paths that Git passes over already.
        var ignored: Set<String> = []
    }

    private let repository: Repository
    private let earlier: StampIndex
    private let state = Mutex(State())
    private let indexFolder: String
    private let indexName: String
    /// Whether Git keeps the files beside.
    private let hasGit: Bool
    private let makesLinks: Bool

    package init(_ repository: Repository) {
        self.repository = repository
        indexFolder = "\(repository.root)/.dvc/tmp/martlet"
        indexName = "\(repository.root)?stages"
        earlier = StampIndex(folder: indexFolder, output: indexName)
        hasGit = repository.usesGit && repository.git.top != nil
        let kinds = repository.config["cache", "type"]?.text ?? ""
        makesLinks = kinds.contains("hardlink") || kinds.contains("symlink")
    }

    // MARK: What files hold

    package func version(of path: String, _ layout: ContentStore.Layout) throws(MartletError) -> FileVersion? {
        try version(of: path, layout, storing: false)
    }

    private func version(of path: String, _ layout: ContentStore.Layout, storing: Bool) throws(MartletError) -> FileVersion? {
        let place = absolute(path)
        var info = stat()
        guard stat(place, &info) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw .system("read", place) }
            return nil
        }
        let isFile = info.st_mode & S_IFMT == S_IFREG
        if isFile, layout == .current {
            let digest = try fileDigest(place, storing: storing)
            return FileVersion(ContentName(digest), size: Int(info.st_size), isExecutable: info.st_mode & 0o111 != 0)
        }
        guard !path.hasPrefix("/") || isFile else {
            throw MartletError(.invalidInput, "\(path) is a folder outside of the repository. A stage can depend on files there, one by one.")
        }
        let state = try repository.look(at: path, storing: storing, layout: layout)
        guard let content = state.content else { return nil }
        var version = FileVersion(content, size: state.size, isExecutable: isFile && info.st_mode & 0o111 != 0)
        version.layout = layout
        if case .folder(let listing, _) = state {
            version.files = listing.entries.count
            if storing, !repository.cache.contains(content) { try repository.cache.store(listing.bytes, as: content) }
        }
        return version
    }

    /// The digest of a file, read only where its stamp is not known. A file that was written this moment could change again without a trace, and is read
    /// each time until it is at rest.
    private func fileDigest(_ place: String, storing: Bool) throws(MartletError) -> MD5Digest {
        let stamp = try FileStamp(of: place)
        let known = state.withLock { $0.known[place] }
        let isKnown = known.map { $0.stamp == stamp && stamp.isAtRest } ?? false
        if let digest = isKnown ? known?.digest : earlier.digest(TreePath(place), stamp), !storing || repository.cache.contains(ContentName(digest)) {
            return digest
        }
        let entry: StampIndex.Known
        if storing {
            let (digest, seen) = try ContentCopy.store(Array(place.utf8), into: repository.cache)
            entry = StampIndex.Known(stamp: seen, digest: digest)
        } else {
            entry = StampIndex.Known(stamp: stamp, digest: try ContentCopy.digest(of: place))
        }
        state.withLock { state in
            state.known[place] = entry
            state.hasNews = true
        }
        return entry.digest
    }

    private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : repository.absolute(path) }

    /// Writes down what is known of files. That it cannot be written is no error: the next run reads the files again.
    package func finish(_ paths: [String]) {
        guard state.withLock({ $0.hasNews }) else { return }
        var files: [(path: TreePath, known: StampIndex.Known)] = []
        for path in Set(paths.map(absolute)) {
            guard let stamp = try? FileStamp(of: path) else { continue }
            let now = state.withLock { $0.known[path] }
            if let now, now.stamp == stamp {
                files.append((TreePath(path), now))
            } else if let digest = earlier.digest(TreePath(path), stamp) {
                files.append((TreePath(path), StampIndex.Known(stamp: stamp, digest: digest)))
            }
        }
        StampIndex.save(files, folder: indexFolder, output: indexName) { try? FileStamp(of: $0.description) }
    }

    // MARK: The cache

    package func isKept(_ version: FileVersion) -> Bool {
        guard repository.cache.contains(version.name, version.layout) else { return false }
        guard version.name.isFolder else { return true }
        guard let listing = try? repository.listing(version.name, version.layout) else { return false }
        return listing.entries.allSatisfy { repository.cache.contains(ContentName($0.digest), version.layout) }
    }

    package func keep(_ path: String, links: Bool) throws(MartletError) -> FileVersion {
        guard let version = try version(of: path, .current, storing: true) else { throw .system("read", absolute(path), number: ENOENT) }
        if makesLinks, links { _ = try repository.stored(output(version, path)) }
        return version
    }

    package func restore(_ version: FileVersion, to path: String) throws(MartletError) {
        _ = try repository.checkOut([output(version, path)], force: true)
        if version.isExecutable, !makesLinks { chmod(absolute(path), 0o755) }
    }

    private func output(_ version: FileVersion, _ path: String) -> TrackedOutput {
        TrackedOutput(
            source: .stage(file: StageFile.name, name: ""), path: path, content: version.name, layout: version.layout, size: version.size,
            fileCount: version.files)
    }

    package func remove(_ path: String) throws(MartletError) {
        let place = absolute(path)
        if unlink(place) == 0 || errno == ENOENT || errno == ENOTDIR { return }
        guard errno == EISDIR || errno == EPERM else { throw .system("remove", place) }
        do { try FileManager.default.removeItem(atPath: place) } catch {
            throw MartletError(.inputOutput, "Could not remove \(place).", cause: "\(error)")
        }
    }

    package func unprotect(_ path: String) throws(MartletError) {
        let place = absolute(path)
        guard makesLinks, access(place, F_OK) == 0 else { return }
        var files = [place]
        if isFolder(place) {
            files = (FileManager.default.enumerator(atPath: place)?.compactMap { $0 as? String } ?? []).map { "\(place)/\($0)" }
        }
        for file in files where !isFolder(file) {
            let bytes = try FileBytes.read(file)
            let temporary = "\(file).\(getpid()).tmp"
            try FileBytes.write(bytes, to: temporary)
            guard rename(temporary, file) == 0 else { throw .system("write", file) }
        }
    }

    private func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    // MARK: Git

    /// Asks Git once about all outputs of a run.
    /// - Parameter outputs: in the order in which they are written to new lines of `.gitignore`.
    /// - Throws: `conflict` where Git keeps one itself.
    package func prepare(_ outputs: [String]) throws(MartletError) {
        guard hasGit, !outputs.isEmpty else { return }
        let unknown = outputs.filter { !isListed($0) }
        guard !unknown.isEmpty else { return }
        for start in stride(from: 0, to: unknown.count, by: 1000) {
            let part = Array(unknown[start..<min(start + 1000, unknown.count)])
            if let file = repository.git.tracked(part).first {
                throw MartletError(
                    .conflict,
                    "Git keeps \(file), which a stage writes. “git rm -r --cached '\(file)'” takes it out of Git and leaves the file; or set “cache: false” for it."
                )
            }
            let ignored = repository.git.ignored(part)
            state.withLock { $0.ignored.formUnion(ignored) }
        }
        ignoring.withLock { ignoring in
            for (i, path) in unknown.enumerated() { ignoring.order[path] = i }
        }
    }

    /// Whether the `.gitignore` beside a path names just it.
    private func isListed(_ path: String) -> Bool {
        let (file, line) = repository.ignoreLine(of: path)
        let bytes = Array(line.utf8)
        return (try? FileBytes.read(file, limit: 1 << 24))?.split(separator: 0x0A).contains { $0.elementsEqual(bytes) } ?? false
    }

    package func ignore(_ path: String) throws(MartletError) {
        guard hasGit, !state.withLock({ $0.ignored.contains(path) }) else { return }
        // One at a time: several stages may write to one file.
        try ignoring.withLock { ignoring throws(MartletError) in
            guard !isListed(path) else { return }
            guard let place = ignoring.order[path] else { return try repository.writeIgnore(path) }
            let (file, line) = repository.ignoreLine(of: path)
            var text = (try? FileBytes.read(file, limit: 1 << 24)) ?? []
            if text.last.map({ $0 != 0x0A }) == true { text.append(0x0A) }
            // The lines of this run stand at the end, in the order of the stages, whichever ended first.
            let later = (ignoring.added[file] ?? []).filter { $0.place > place }.sorted { $0.place < $1.place }.map { Array("\($0.line)\n".utf8) }
            let tail = later.reduce(into: []) { $0 += $1 }
            let isAtEnd = text.suffix(tail.count).elementsEqual(tail)
            if isAtEnd { text.removeLast(tail.count) }
            try FileBytes.replace(file, with: text + Array("\(line)\n".utf8) + (isAtEnd ? tail : []))
            ignoring.added[file, default: []].append((place, line))
        }
        state.withLock { _ = $0.ignored.insert(path) }
    }

    private struct Ignoring {
        /// Where each output stands among those of the run.
        var order: [String: Int] = [:]
        /// The lines that this run has written, by file.
        var added: [String: [(place: Int, line: String)]] = [:]
    }

    private let ignoring = Mutex(Ignoring())

    // MARK: Parameters

    package func parameters(_ path: String) throws(MartletError) -> JSONValue? {
        let place = absolute(path)
        let stamp: FileStamp
        do { stamp = try FileStamp(of: place) } catch  where error.code == .notFound { return nil }
        if let known = read.withLock({ $0[place] }), known.stamp == stamp { return known.value }
        let value = try ParameterFile.read(place, name: path)
        if stamp.isAtRest { read.withLock { $0[place] = (stamp, value) } }
        return value
    }

    private let read = Mutex<[String: (stamp: FileStamp, value: JSONValue)]>([:])
}
