internal import Digests
internal import Foundation
package import Support

/// What adding a file or folder did.
package struct Added: Sendable {
    package var output: TrackedOutput
    /// The pointer file, relative to the repository.
    package var pointer: String
    /// Whether it is another content than before.
    package var isChanged: Bool
}

extension Repository {
    /// Puts files and folders under version: their contents go into the cache, pointer files beside them say which they are, and Git is told to pass over
    /// them. What is tracked already is brought up to date, also by a path inside of a tracked folder. A pointer file is written last, in one move, so a
    /// crash leaves the old state or the new.
    /// - Parameter paths: relative to the repository.
    /// - Throws: `notFound`; `invalidInput` for what can be no data; `conflict` where Git keeps it, or it overlaps with other data; `inputOutput`,
    ///   `storageFull`, `cancelled`.
    package func add(
        _ paths: [String], stages: [TrackedOutput] = [], observer: WorkObserver = WorkObserver()
    ) throws(MartletError) -> [Added] {
        let lock = try RepositoryLock(self, exclusive: false)
        defer { lock.release() }
        let pointers = try self.pointers()
        var added: [Added] = []
        for path in paths { added.append(try addOne(path, pointers, stages, observer)) }
        return added
    }

    private func addOne(
        _ path: String, _ pointers: [PointerFile], _ stages: [TrackedOutput], _ observer: WorkObserver
    ) throws(MartletError) -> Added {
        try checkPlace(path)
        if let stage = stages.first(where: { RelativePaths.isInside(path, $0.path) || RelativePaths.isInside($0.path, path) }) {
            throw MartletError(
                .conflict, "\(path) is written by the stage “\(stage.source.title)”. Run the pipeline (martlet run) to bring it up to date.")
        }
        for pointer in pointers {
            for output in pointer.outputs {
                if output.path == path { return try refresh(output, in: pointer, observer) }
                if RelativePaths.isInside(path, output.path) { return try refresh(output, in: pointer, only: path, observer) }
                if RelativePaths.isInside(output.path, path) {
                    throw MartletError(
                        .conflict,
                        "\(path) holds \(output.path), which \(pointer.path) tracks already. Remove \(pointer.path) first, then add \(path) whole.")
                }
            }
        }
        try checkGit(path)
        let output = try stored(TrackedOutput(source: .pointer("\(path).dvc"), path: path), observer)
        try writeIgnore(path)
        let text = PointerFile.text(for: output, named: RelativePaths.name(of: path))
        try FileBytes.replace(absolute("\(path).dvc"), with: Array(text.utf8))
        return Added(output: output, pointer: "\(path).dvc", isChanged: true)
    }

    private func checkPlace(_ path: String) throws(MartletError) {
        guard access(absolute(path), F_OK) == 0 else { throw MartletError(.notFound, "\(path) does not exist. Name a file or folder in \(root).") }
        try checkName(path)
    }

    /// Whether something at a path can be data, there or not.
    /// - Throws: `invalidInput`.
    func checkName(_ path: String) throws(MartletError) {
        guard !path.isEmpty else { throw MartletError(.invalidInput, "The repository itself cannot be added. Name a file or folder in it.") }
        guard !path.hasSuffix(".dvc"), !["dvc.yaml", "dvc.lock", ".dvcignore", ".gitignore"].contains(RelativePaths.name(of: path)) else {
            throw MartletError(.invalidInput, "\(path) says what is tracked and is no data itself. Git keeps it.")
        }
        if rules.rules(in: RelativePaths.folder(of: path)).ignoreSomewhere(path, isFolder: Repository.isFolder(absolute(path))) {
            throw MartletError(.invalidInput, "\(path) is named in .dvcignore, so it counts as no data. Take it out there first.")
        }
    }

    private func checkGit(_ path: String) throws(MartletError) {
        guard usesGit, let file = git.tracked([path]).first else { return }
        throw MartletError(
            .conflict,
            "Git keeps \(file) already, and one content needs one keeper. “git rm -r --cached '\(path)'” takes it out of Git and leaves the file.")
    }

    /// Brings a tracked output up to date.
    /// - Parameter path: the part of a folder that is looked at; all of it where nil.
    private func refresh(
        _ output: TrackedOutput, in pointer: PointerFile, only path: String? = nil, _ observer: WorkObserver
    ) throws(MartletError) -> Added {
        let fresh = if let path { try storedPart(path, of: output, observer) } else { try stored(output, observer) }
        try writeIgnore(output.path)
        let text = pointer.text(replacing: fresh)
        if text != pointer.text { try FileBytes.replace(absolute(pointer.path), with: Array(text.utf8)) }
        return Added(output: fresh, pointer: pointer.path, isChanged: fresh.content != output.content)
    }

    /// Stores an output's contents as they are now.
    /// - Returns: the output with its new content.
    package func stored(_ output: TrackedOutput, _ observer: WorkObserver = WorkObserver()) throws(MartletError) -> TrackedOutput {
        let state = try look(at: output.path, storing: output.isCached, observer: observer)
        return try finished(output, state)
    }

    private func finished(_ output: TrackedOutput, _ state: WorkspaceState) throws(MartletError) -> TrackedOutput {
        guard let content = state.content else { throw .system("read", absolute(output.path), number: ENOENT) }
        var fresh = output
        fresh.content = content
        fresh.layout = .current
        fresh.size = state.size
        fresh.isExecutable = false
        fresh.fileCount = nil
        if case .folder(let listing, _) = state {
            fresh.fileCount = listing.entries.count
            if output.isCached, !cache.contains(content) { try cache.store(listing.bytes, as: content) }
        }
        if output.isCached { try link(fresh, state) }
        return fresh
    }

    /// Stores one part of a tracked folder; the rest stays as it was stored.
    private func storedPart(_ path: String, of output: TrackedOutput, _ observer: WorkObserver) throws(MartletError) -> TrackedOutput {
        guard let content = output.content, content.isFolder, output.layout == .current else { return try stored(output, observer) }
        guard let bytes = try? cache.bytes(content, limit: FolderListing.limit) else {
            throw MartletError(
                .notFound,
                "What \(output.path) held before is not in the cache, so a part of it cannot be added. Fetch it (martlet data fetch), or add \(output.path) whole."
            )
        }
        let part = TreePath(String(path.dropFirst(output.path.utf8.count + 1)))
        var entries = try FolderListing(parsing: bytes).entries.filter { $0.path != part && $0.path.below(part) == nil }
        switch try look(at: path, storing: true, observer: observer) {
        case .missing: break
        case .file(let digest, _): entries.append(.init(path: part, digest: digest))
        case .folder(let listing, _): entries += listing.entries.map { .init(path: part.appending($0.path.bytes), digest: $0.digest) }
        }
        let listing = FolderListing(entries)
        var fresh = output
        let name = ContentName(MD5Digest(of: listing.bytes), isFolder: true)
        if !cache.contains(name) { try cache.store(listing.bytes, as: name) }
        fresh.content = name
        fresh.fileCount = entries.count
        // As DVC does: the rest was not looked at.
        fresh.size = nil
        return fresh
    }

    /// Has Git pass over an output, by a line in the `.gitignore` beside it.
    package func writeIgnore(_ path: String) throws(MartletError) {
        guard usesGit, git.top != nil, !git.ignores(path) else { return }
        let (file, line) = ignoreLine(of: path)
        var text = (try? FileBytes.read(file, limit: 1 << 24)) ?? []
        if text.last.map({ $0 != 0x0A }) == true { text.append(0x0A) }
        try FileBytes.replace(file, with: text + Array(line.utf8) + [0x0A])
    }

    /// The `.gitignore` beside an output, absolute, and the line that names the output there.
    package func ignoreLine(of path: String) -> (file: String, line: String) {
        let folder = RelativePaths.folder(of: path)
        let special: Set<Character> = ["[", "]", "!", "*", "#", "?"]
        let line = "/" + RelativePaths.name(of: path).flatMap { special.contains($0) ? ["\\", $0] : [$0] }
        return (absolute(folder.isEmpty ? ".gitignore" : "\(folder)/.gitignore"), line)
    }
}
