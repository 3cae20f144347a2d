internal import Digests
internal import Foundation
package import Support

/// What checking out an output did.
package struct CheckedOut: Sendable {
    package var output: TrackedOutput
    package var changes: ListingChanges
    /// Whether anything was done.
    package var isChanged: Bool
}

extension Repository {
    /// Brings outputs in the workspace to the contents that they should have, from the cache. Files are written beside and moved into place.
    /// - Parameter force: whether files may be lost whose contents are kept nowhere.
    /// - Throws: `notFound` where the cache lacks a content; `conflict` where a file would be lost that is kept nowhere, or a link stands in the way;
    ///   `corrupted` where a stored content is not what its name says; `inputOutput`, `storageFull`, `cancelled`.
    package func checkOut(
        _ outputs: [TrackedOutput], force: Bool = false, observer: WorkObserver = WorkObserver()
    ) throws(MartletError) -> [CheckedOut] {
        let lock = try RepositoryLock(self, exclusive: false)
        defer { lock.release() }
        var done: [CheckedOut] = []
        for output in outputs where output.isCached {
            if let content = output.content {
                done.append(try Checkout(repository: self, output: output, content: content, force: force).run(observer))
            }
        }
        return done
    }

    /// Puts files that were stored in place of the workspace's, as links, where the settings ask for links.
    func link(_ output: TrackedOutput, _ state: WorkspaceState) throws(MartletError) {
        guard let kind = LinkKind.first(of: config), kind.makesReadOnly, let content = output.content else { return }
        _ = try Checkout(repository: self, output: output, content: content, force: true).relink(kind)
    }
}

/// Checking out one output.
struct Checkout {
    let repository: Repository
    let output: TrackedOutput
    let content: ContentName
    let force: Bool

    /// A file to write: its path below the output, empty for the output itself.
    private typealias File = FolderListing.Entry

    func run(_ observer: WorkObserver) throws(MartletError) -> CheckedOut {
        try checkWay()
        let wanted = try listing()
        let state = try repository.look(at: output.path, layout: output.layout)
        let current = present(state)
        let changes = ListingChanges(from: current, to: wanted)
        let isOtherKind = state.content.map { $0.isFolder != content.isFolder } ?? false
        guard !changes.isEmpty || isOtherKind || state.content == nil else {
            return CheckedOut(output: output, changes: changes, isChanged: false)
        }
        let touched = Set(changes.added + changes.modified)
        let files = wanted.entries.filter { touched.contains($0.path) || isOtherKind }
        try checkCache(files)
        if !force { try checkLoss(current, wanted, isOtherKind ? current.entries.map(\.path) : changes.modified + changes.deleted) }
        try remove(isOtherKind ? current.entries.map(\.path) : changes.deleted, isOtherKind ? state : nil)
        if content.isFolder { try Folders.make(repository.absolute(output.path)) }
        try write(files, isOtherKind ? [] : Set(changes.modified), observer)
        try remember(wanted, state, Set(files.map(\.path)))
        return CheckedOut(output: output, changes: changes, isChanged: true)
    }

    /// Replaces what lies in the workspace by links into the cache.
    func relink(_ kind: LinkKind) throws(MartletError) {
        let files = try listing().entries
        try Parallel.each(files.count) { i throws(MartletError) in _ = try place(files[i], kind, replaces: true) }
        try remember(FolderListing(files), .missing, Set(files.map(\.path)))
    }

    /// The files of the content; a single one has an empty path.
    private func listing() throws(MartletError) -> FolderListing {
        guard content.isFolder else { return FolderListing([File(path: TreePath([]), digest: content.digest)]) }
        do { return try repository.listing(content, output.layout) } catch  where error.code == .notFound { throw missing(1) }
    }

    private func present(_ state: WorkspaceState) -> FolderListing {
        switch state {
        case .missing: FolderListing([])
        case .file(let digest, _): FolderListing([File(path: TreePath([]), digest: digest)])
        case .folder(let listing, _): listing
        }
    }

    private func missing(_ count: Int) -> MartletError {
        MartletError(
            .notFound,
            "\(count == 1 ? "A content" : "\(count) contents") of \(output.path) \(count == 1 ? "is" : "are") not on this machine. Get \(count == 1 ? "it" : "them") with “martlet data pull”."
        )
    }

    private func checkCache(_ files: [File]) throws(MartletError) {
        let count = files.count { !repository.cache.contains(ContentName($0.digest), output.layout) }
        if count > 0 { throw missing(count) }
    }

    /// Nothing is lost that is kept nowhere.
    private func checkLoss(_ current: FolderListing, _ wanted: FolderListing, _ paths: [TreePath]) throws(MartletError) {
        let lost = Set(paths)
        let kept = Set(wanted.entries.map(\.digest))
        let files = current.entries.filter { entry in
            lost.contains(entry.path) && !kept.contains(entry.digest)
                && !ContentStore.Layout.allCases.contains { repository.cache.contains(ContentName(entry.digest), $0) }
        }
        guard let first = files.first else { return }
        let name = first.path.bytes.isEmpty ? output.path : "\(output.path)/\(first.path)"
        let others = files.count == 1 ? "" : " and \(files.count - 1) more"
        throw MartletError(
            .conflict,
            "\(name)\(others) would be lost: no version holds what is in it. Keep it with “martlet data add \(output.path)”, or check out with --force."
        )
    }

    // MARK: - Writing

    /// The folders above the output are folders of the repository, not links out of it.
    private func checkWay() throws(MartletError) {
        var folder = ""
        for name in output.path.split(separator: "/").dropLast() {
            folder = folder.isEmpty ? String(name) : "\(folder)/\(name)"
            var info = stat()
            guard lstat(repository.absolute(folder), &info) == 0 else { break }
            guard info.st_mode & S_IFMT == S_IFDIR else { throw notAFolder(repository.absolute(folder)) }
        }
        try Folders.make(Folders.parent(of: repository.absolute(output.path)))
    }

    private func notAFolder(_ path: String) -> MartletError {
        MartletError(.conflict, "\(path) is a link or a file where a folder is needed. Move it away and check out again.")
    }

    private func remove(_ paths: [TreePath], _ whole: WorkspaceState?) throws(MartletError) {
        for path in paths {
            guard Paths.call(full(path), unlink) == 0 || errno == ENOENT else { throw .system("remove", "\(output.path)/\(path)") }
        }
        let folders = Set(paths.flatMap { path in sequence(first: path.parent) { $0?.parent }.prefix { $0 != nil }.compactMap(\.self) })
        for folder in folders.sorted(by: { $0.bytes.count > $1.bytes.count }) { _ = Paths.call(full(folder), rmdir) }
        if case .folder = whole { _ = Paths.call(full(TreePath([])), rmdir) }
    }

    private func full(_ path: TreePath) -> [UInt8] {
        let place = Array(repository.absolute(output.path).utf8)
        return path.bytes.isEmpty ? place : place + [TreePath.slash] + path.bytes
    }

    private func write(_ files: [File], _ replaced: Set<TreePath>, _ observer: WorkObserver) throws(MartletError) {
        try makeFolders(files)
        observer.begins(files.count, 0)
        let kinds = LinkKind.all(of: repository.config)
        try Parallel.each(files.count, isCancelled: observer.isCancelled) { i throws(MartletError) in
            var failure: MartletError?
            for kind in kinds {
                do throws(MartletError) {
                    observer.advances(1, try place(files[i], kind, replaces: replaced.contains(files[i].path)))
                    return
                } catch {
                    // The next kind of link may work where this one does not.
                    guard error.code == .inputOutput, kind != .copy else { throw error }
                    failure = error
                }
            }
            if let failure { throw failure }
        }
    }

    /// Makes the folders that files go into, each of which must be one and no link.
    private func makeFolders(_ files: [File]) throws(MartletError) {
        var made: Set<TreePath> = []
        for file in files {
            let folders = sequence(first: file.path.parent) { $0?.parent }.prefix { $0 != nil }.compactMap(\.self)
            for folder in folders.reversed() where made.insert(folder).inserted {
                if Paths.call(full(folder), { mkdir($0, 0o777) }) == 0 { continue }
                var info = stat()
                guard errno == EEXIST, Paths.call(full(folder), { lstat($0, &info) }) == 0 else {
                    throw .system("make the folder", "\(output.path)/\(folder)")
                }
                if info.st_mode & S_IFMT == S_IFDIR { continue }
                throw notAFolder("\(output.path)/\(folder)")
            }
        }
    }

    /// Brings one file into place.
    /// - Parameter replaces: whether there is a file already.
    /// - Returns: how many bytes were written.
    private func place(_ file: File, _ kind: LinkKind, replaces: Bool) throws(MartletError) -> Int {
        let target = full(file.path)
        let name = ContentName(file.digest)
        let content = try StoredContent(name, output.layout, in: repository.cache)
        guard !kind.makesReadOnly else {
            try content.check()
            try replace(target) { (path) throws(MartletError) in
                try kind.make(path, to: repository.cache.path(name, output.layout))
            }
            return 0
        }
        let mode: mode_t = output.isExecutable ? 0o777 : 0o666
        if !replaces {
            let isMade = try UnnamedFile.make(target, mode: mode) { (new) throws(MartletError) in
                try content.copy(to: new, TreePath(target).description)
            }
            if isMade { return content.size }
        }
        try replace(target) { (path) throws(MartletError) in
            let new = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
            guard new >= 0 else { throw .system("write", path) }
            defer { close(new) }
            try content.copy(to: new, path)
        }
        return content.size
    }

    /// Makes a file elsewhere and moves it into place.
    private func replace(_ target: [UInt8], _ make: (String) throws(MartletError) -> Void) throws(MartletError) {
        let temporary = try Workplace.temporary(repository)
        defer { unlink(temporary) }
        try make(temporary)
        guard Paths.call(target, { rename(temporary, $0) }) == 0 else { throw .system("write", TreePath(target).description) }
    }

    /// Keeps the stamps of what was written, so that the next look need not read it again.
    private func remember(_ wanted: FolderListing, _ state: WorkspaceState, _ written: Set<TreePath>) throws(MartletError) {
        let place = repository.absolute(output.path)
        let isFolder = content.isFolder
        guard output.layout == .current else { return }
        var files: [(path: TreePath, known: StampIndex.Known)] = []
        for entry in wanted.entries {
            let stamp = isFolder ? FileStamp(at: place, entry.path) : try? FileStamp(of: place)
            let path = isFolder ? entry.path : TreePath(RelativePaths.name(of: output.path))
            if let stamp { files.append((path, .init(stamp: stamp, digest: entry.digest))) }
        }
        StampIndex.save(files, folder: repository.indexFolder, output: place) { isFolder ? FileStamp(at: place, $0) : try? FileStamp(of: place) }
    }
}
