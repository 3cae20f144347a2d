package import Digests
internal import Foundation
package import Support
internal import Synchronization

/// What lies in the workspace at the place of an output.
package enum WorkspaceState: Sendable {
    case missing
    case file(MD5Digest, FileStamp)
    case folder(FolderListing, [FileStamp])

    /// The content's name; nil where there is none.
    package var content: ContentName? {
        switch self {
        case .missing: nil
        case .file(let digest, _): ContentName(digest)
        case .folder(let listing, _): ContentName(MD5Digest(of: listing.bytes), isFolder: true)
        }
    }

    /// In bytes, of all files together.
    package var size: Int {
        switch self {
        case .missing: 0
        case .file(_, let stamp): stamp.size
        case .folder(_, let stamps): stamps.reduce(0) { $0 + $1.size }
        }
    }
}

/// Told by work on many files how far it is; called from several threads.
package struct WorkObserver: Sendable {
    /// How many files and bytes there are to go through.
    package var begins: @Sendable (_ files: Int, _ bytes: Int) -> Void
    /// How many more are done.
    package var advances: @Sendable (_ files: Int, _ bytes: Int) -> Void
    package var isCancelled: @Sendable () -> Bool

    package init(
        begins: @escaping @Sendable (Int, Int) -> Void = { _, _ in }, advances: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.begins = begins
        self.advances = advances
        self.isCancelled = isCancelled
    }
}

extension Repository {
    /// Looks at an output in the workspace; files whose stamps are known are not read.
    /// - Parameters:
    ///   - path: relative to the repository.
    ///   - storing: whether contents that the cache does not have are stored there on the way.
    /// - Throws: `inputOutput`, `storageFull`, `conflict`, `cancelled`; `invalidInput` for what can be no data.
    package func look(
        at path: String, storing: Bool = false, layout: ContentStore.Layout = .current, observer: WorkObserver = WorkObserver()
    ) throws(MartletError) -> WorkspaceState {
        let place = absolute(path)
        var info = stat()
        guard stat(place, &info) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw .system("read", place) }
            return .missing
        }
        switch info.st_mode & S_IFMT {
        case S_IFREG: return try lookAtFile(path, FileStamp(info), storing, layout, observer)
        case S_IFDIR: return try lookAtFolder(path, storing, layout, observer)
        default: throw MartletError(.invalidInput, "\(place) is neither a file nor a folder.")
        }
    }

    private func lookAtFile(
        _ path: String, _ stamp: FileStamp, _ storing: Bool, _ layout: ContentStore.Layout, _ observer: WorkObserver
    ) throws(MartletError) -> WorkspaceState {
        let place = absolute(path)
        let own = TreePath(RelativePaths.name(of: path))
        observer.begins(1, stamp.size)
        let index = StampIndex(folder: indexFolder, output: place + layout.mark)
        if let digest = index.digest(own, stamp), !storing || cache.contains(ContentName(digest)) {
            observer.advances(1, stamp.size)
            return .file(digest, stamp)
        }
        let (digest, seen) = try read(Array(place.utf8), storing, layout) { observer.advances(0, $0) }
        observer.advances(1, 0)
        StampIndex.save([(own, .init(stamp: seen, digest: digest))], folder: indexFolder, output: place + layout.mark) { _ in
            try? FileStamp(of: place)
        }
        return .file(digest, seen)
    }

    private func lookAtFolder(
        _ path: String, _ storing: Bool, _ layout: ContentStore.Layout, _ observer: WorkObserver
    ) throws(MartletError) -> WorkspaceState {
        let place = absolute(path)
        let files = try self.files(below: path)
        observer.begins(files.count, files.reduce(0) { $0 + $1.stamp.size })
        let index = StampIndex(folder: indexFolder, output: place + layout.mark)
        let changed = Atomic<Bool>(false)
        let known = try Parallel.map(files.count, isCancelled: observer.isCancelled) { i throws(MartletError) -> StampIndex.Known in
            let file = files[i]
            if let digest = index.digest(file.path, file.stamp), !storing || cache.contains(ContentName(digest)) {
                observer.advances(1, file.stamp.size)
                return StampIndex.Known(stamp: file.stamp, digest: digest)
            }
            let (digest, stamp) = try read(Array(place.utf8) + [TreePath.slash] + file.path.bytes, storing, layout) { observer.advances(0, $0) }
            observer.advances(1, 0)
            changed.store(true, ordering: .relaxed)
            return StampIndex.Known(stamp: stamp, digest: digest)
        }
        if changed.load(ordering: .relaxed) {
            StampIndex.save(zip(files, known).map { ($0.path, $1) }, folder: indexFolder, output: place + layout.mark) { FileStamp(at: place, $0) }
        }
        let listing = FolderListing(zip(files, known).map { FolderListing.Entry(path: $0.path, digest: $1.digest) })
        return .folder(listing, known.map(\.stamp))
    }

    private func read(
        _ path: [UInt8], _ storing: Bool, _ layout: ContentStore.Layout, _ progress: (Int) -> Void
    ) throws(MartletError) -> (MD5Digest, FileStamp) {
        if storing { return try ContentCopy.store(path, into: cache, progress: progress) }
        let file = try OpenFile(reading: path)
        let stamp = try file.stamp()
        let digest = layout == .legacy ? try LegacyDigest.of(file) : try ContentCopy.digest(of: file, progress: progress)
        return (digest, stamp)
    }

    /// The files of a folder that count as data.
    func files(below path: String) throws(MartletError) -> [FolderWalk.File] {
        let rules = rules.rules(in: RelativePaths.folder(of: path))
        let above = TreePath(path)
        return try FolderWalk.files(below: absolute(path)) { rules.ignore(TreePath(above.bytes + [TreePath.slash] + $0.bytes), isFolder: $1) }
    }
}

extension ContentStore.Layout {
    /// Keeps what is known of the two ways to name content apart.
    fileprivate var mark: String { self == .legacy ? "?legacy" : "" }
}

extension FileStamp {
    /// A file below a folder; nil where it is not there.
    init?(at folder: String, _ path: TreePath) {
        var info = stat()
        let failed = (Array(folder.utf8) + [TreePath.slash] + path.bytes + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress.map { stat($0, &info) != 0 } ?? true }
        }
        guard !failed else { return nil }
        self.init(info)
    }
}
