internal import Digests
internal import Foundation
package import Support

/// The files of another repository at or below a path: those that Git keeps, and those of its outputs.
package struct SourceTree {
    package struct Entry {
        /// Relative to that repository.
        package let path: TreePath
        /// The output that it belongs to, and its content; nil where Git keeps it.
        package let stored: (output: TrackedOutput, content: ContentName)?
    }

    private let source: SourceRepository
    private let path: String
    /// In the order of paths.
    package let entries: [Entry]

    /// - Parameters:
    ///   - path: relative to that repository; empty for all of it.
    ///   - outputs: what it has under version.
    ///   - store: where listings of folders are kept.
    /// - Throws: `notFound` where nothing is at the path; as `SourceRepository.bring`.
    package init(
        _ source: SourceRepository, at path: String, outputs: [TrackedOutput], store: ContentStore, observer: WorkObserver = WorkObserver()
    ) throws(MartletError) {
        self.source = source
        self.path = path
        var entries = SourceTree.kept(source, at: path)
        let outputs = outputs.filter {
            $0.isCached && $0.content != nil && (RelativePaths.isInside($0.path, path) || RelativePaths.isInside(path, $0.path))
        }
        try source.bring(outputs.filter { $0.content?.isFolder == true }, into: store, observer) { (transfer, outputs) throws(MartletError) in
            try transfer.fetchListings(outputs.compactMap(\.content))
        }
        for output in outputs { entries += try SourceTree.entries(of: output, at: path, store) }
        guard !entries.isEmpty else {
            let known = outputs.map(\.path) + source.git.files(of: source.commit, endings: [""])
            throw MartletError(
                .notFound,
                "There is no “\(path)” in \(source.address).\(didYouMean(path, among: known)) “martlet data list \(source.address)” lists it.")
        }
        self.entries = entries.sorted { $0.path < $1.path }
    }

    /// What Git keeps, without the repository's own settings.
    private static func kept(_ source: SourceRepository, at path: String) -> [Entry] {
        source.git.files(of: source.commit, endings: [""]).filter { RelativePaths.isInside($0, path) && !RelativePaths.isInside($0, ".dvc") }
            .map { Entry(path: TreePath($0), stored: nil) }
    }

    private static func entries(of output: TrackedOutput, at path: String, _ store: ContentStore) throws(MartletError) -> [Entry] {
        guard let content = output.content else { return [] }
        guard content.isFolder else { return [Entry(path: TreePath(output.path), stored: (output, content))] }
        let (top, wanted) = (TreePath(output.path), TreePath(path))
        return try FolderListing(parsing: store.checkedBytes(content, output.layout)).entries.compactMap { entry in
            let place = top.appending(entry.path.bytes)
            guard path.isEmpty || place == wanted || place.below(wanted) != nil else { return nil }
            return Entry(path: place, stored: (output, ContentName(entry.digest)))
        }
    }

    /// Whether something says what is under version and is no data itself.
    package static func isPointer(_ path: TreePath) -> Bool {
        let name = RelativePaths.name(of: path.description)
        return name.hasSuffix(".dvc") || name == "dvc.yaml" || name == ".dvcignore"
    }

    // MARK: - Bringing it here

    /// Brings all of it into a store, as one file or one folder.
    /// - Returns: its content with its size, as the output of a pointer file; its path is left empty.
    /// - Throws: as `SourceRepository.bring`; `inputOutput`, `storageFull`, `cancelled`.
    package func stored(into store: ContentStore, observer: WorkObserver = WorkObserver()) throws(MartletError) -> TrackedOutput {
        let wanted = TreePath(path)
        let isFile = entries.count == 1 && entries[0].path == wanted
        let entries = isFile ? entries : entries.filter { $0.stored != nil || !SourceTree.isPointer($0.path) }
        try fetch(entries, into: store, observer)
        var files: [FolderListing.Entry] = []
        var size = 0
        for entry in entries {
            let name = ContentName(try digest(entry, store))
            size += store.size(name, .current) ?? 0
            files.append(.init(path: isFile || path.isEmpty ? entry.path : entry.path.below(wanted) ?? entry.path, digest: name.digest))
        }
        var output = TrackedOutput(source: .pointer(""), path: "", size: size)
        if isFile {
            output.content = ContentName(files[0].digest)
        } else {
            let bytes = FolderListing(files).bytes
            let name = ContentName(MD5Digest(of: bytes), isFolder: true)
            try store.store(bytes, as: name)
            (output.content, output.fileCount) = (name, files.count)
        }
        return output
    }

    private func fetch(_ entries: [Entry], into store: ContentStore, _ observer: WorkObserver) throws(MartletError) {
        let outputs = entries.compactMap { entry in
            entry.stored.map { stored in
                var output = stored.output
                output.content = stored.content
                return output
            }
        }
        try source.bring(outputs, into: store, observer) { (transfer, outputs) throws(MartletError) in
            try transfer.fetch(outputs.compactMap(\.content))
        }
    }

    /// The MD5 of a file's bytes, which are in the store when this returns.
    private func digest(_ entry: Entry, _ store: ContentStore) throws(MartletError) -> MD5Digest {
        guard let (output, content) = entry.stored else {
            return try ContentCopy.store(Array(source.clone.utf8) + [TreePath.slash] + entry.path.bytes, into: store).digest
        }
        guard output.layout == .legacy else { return content.digest }
        return try ContentCopy.store(Array(store.path(content, .legacy).utf8), into: store).digest
    }
}

extension SourceRepository {
    var git: Git { Git(clone) }
}
