internal import Digests
package import Support

/// How an output in the workspace stands to the content that it should have.
package struct OutputStatus: Sendable {
    package enum State: String, Sendable {
        case unchanged, modified
        /// It is not there.
        case missing
        /// None of its contents was stored yet.
        case new
    }

    package var output: TrackedOutput
    package var state: State
    /// Whether the cache lacks the content that it should have.
    package var isNotInCache: Bool
    /// Of a modified folder: its files that differ; nil where its old listing is not on this machine.
    package var changes: ListingChanges?
}

/// How two listings differ, each path in order.
package struct ListingChanges: Sendable, Equatable {
    package var added: [TreePath] = []
    package var modified: [TreePath] = []
    package var deleted: [TreePath] = []

    package init(from old: FolderListing, to new: FolderListing) {
        var (left, right) = (old.entries[...], new.entries[...])
        while let a = left.first, let b = right.first {
            if a.path == b.path {
                if a.digest != b.digest { modified.append(a.path) }
                left = left.dropFirst()
                right = right.dropFirst()
            } else if a.path < b.path {
                deleted.append(a.path)
                left = left.dropFirst()
            } else {
                added.append(b.path)
                right = right.dropFirst()
            }
        }
        deleted += left.map(\.path)
        added += right.map(\.path)
    }

    package var isEmpty: Bool { added.isEmpty && modified.isEmpty && deleted.isEmpty }
}

extension Repository {
    /// Compares outputs in the workspace with the contents that they should have. Nothing is written but stamps.
    /// - Throws: `inputOutput`, `cancelled`; `invalidInput` for what can be no data.
    package func status(of outputs: [TrackedOutput], observer: WorkObserver = WorkObserver()) throws(MartletError) -> [OutputStatus] {
        var statuses: [OutputStatus] = []
        for output in outputs {
            let state = try look(at: output.path, layout: output.layout, observer: observer)
            statuses.append(try status(of: output, state))
        }
        return statuses
    }

    private func status(of output: TrackedOutput, _ state: WorkspaceState) throws(MartletError) -> OutputStatus {
        guard let content = output.content else {
            return OutputStatus(output: output, state: state.content == nil ? .missing : .new, isNotInCache: false)
        }
        let isNotInCache = output.isCached && !cache.contains(content, output.layout)
        guard let current = state.content else { return OutputStatus(output: output, state: .missing, isNotInCache: isNotInCache) }
        guard current != content else { return OutputStatus(output: output, state: .unchanged, isNotInCache: isNotInCache) }
        var status = OutputStatus(output: output, state: .modified, isNotInCache: isNotInCache)
        if content.isFolder, case .folder(let listing, _) = state, let old = try? self.listing(content, output.layout) {
            status.changes = ListingChanges(from: old, to: listing)
            // A listing that another program wrote in its own way names the same files.
            if status.changes?.isEmpty == true { status.state = .unchanged }
        }
        return status
    }

    /// The listing of a folder's version.
    /// - Throws: `notFound` where it is not on this machine, `invalidInput` where it is damaged.
    package func listing(_ content: ContentName, _ layout: ContentStore.Layout = .current) throws(MartletError) -> FolderListing {
        try FolderListing(parsing: cache.bytes(content, layout, limit: FolderListing.limit))
    }
}
