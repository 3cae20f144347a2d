internal import Digests
internal import Foundation
package import Support

/// Brings contents from a store to a remote, or back: what is missing, files before the folders that name them, each held against its name, several at
/// once. What fails is told at the end; the rest goes on. It blocks: keep it off Swift's cooperative threads.
package struct Transfer: Sendable {
    /// What it came to.
    package struct Report: Sendable {
        /// Contents that were brought, and their bytes.
        package var moved = 0
        package var bytes = 0
        /// Contents that were there before.
        package var present = 0
        /// What could not be brought, and why.
        package var failures: [ContentName: MartletError] = [:]
    }

    let store: ContentStore
    let remote: any Remote
    let layout: ContentStore.Layout
    let width: Int
    let count: TransferCount

    /// - Parameters:
    ///   - store: the cache.
    ///   - jobs: how many contents go at once; what suits the remote where nil.
    ///   - observer: asked before each content whether to stop; what is whole by then stays. How many bytes are to be fetched is not known to it.
    package init(
        _ store: ContentStore, _ remote: any Remote, layout: ContentStore.Layout = .current, jobs: Int? = nil,
        observer: WorkObserver = WorkObserver()
    ) {
        self.store = store
        self.remote = remote
        self.layout = layout
        width = max(1, min(jobs ?? remote.width, 64))
        count = TransferCount(observer)
    }

    // MARK: - Push

    /// Sends contents, and all that the folders among them name.
    /// - Throws: `unavailable`, `unauthenticated`, `permissionDenied` where the remote cannot be asked; `cancelled`. What concerns single contents stands
    ///   in the report.
    package func push(_ names: some Sequence<ContentName>) throws(MartletError) -> Report {
        var report = Report()
        let (folders, single) = split(names)
        let members = listings(folders, &report.failures)
        let there = try present(members: members, single)
        let all = members.values.reduce(into: single) { $0.formUnion($1) }
        report.present = there.count
        let missing = all.subtracting(there)
        let missingFolders = members.keys.filter { !there.contains($0) }
        let waiting = missing.union(missingFolders)
        count.expect(waiting.count, bytes: waiting.reduce(0) { $0 + (store.size($1, layout) ?? 0) })
        let rest = try pushMany(missing.sorted { $0.digest < $1.digest }, &report)
        try move(rest, &report, upload)
        var whole: [ContentName] = []
        for folder in missingFolders {
            guard let broken = members[folder]?.first(where: { report.failures[$0] != nil }) else {
                whole.append(folder)
                continue
            }
            report.failures[folder] = MartletError(.refused, "The folder \(folder) is not sent: its file \(broken) could not be.")
        }
        try move(whole, &report, upload)
        return report
    }

    private func upload(_ name: ContentName) throws(MartletError) {
        let count = count
        try remote.upload(name, layout, from: store.path(name, layout)) { count.add(bytes: $0) }
    }

    /// What of folders and files the remote has.
    private func present(members: [ContentName: Set<ContentName>], _ single: Set<ContentName>) throws(MartletError) -> Set<ContentName> {
        var there = try retrying { () throws(MartletError) in try remote.present(Array(members.keys), layout) }
        var asked = single
        // A remote is asked what kind it is with the first question.
        for (folder, files) in members {
            if remote.trustsFolders, there.contains(folder) { there.formUnion(files) } else { asked.formUnion(files) }
        }
        asked.subtract(there)
        guard !asked.isEmpty else { return there }
        return there.union(try retrying { () throws(MartletError) in try remote.present(Array(asked), layout) })
    }

    /// Asks the remote what it has of contents and of all that the folders among them name; nothing is brought.
    /// - Returns: how many are there; those that are not are its failures.
    /// - Throws: as `push`.
    package func compare(_ names: some Sequence<ContentName>) throws(MartletError) -> Report {
        var report = Report()
        let (folders, single) = split(names)
        let members = listings(folders, &report.failures)
        let there = try present(members: members, single)
        let all = members.values.reduce(into: single.union(members.keys)) { $0.formUnion($1) }
        report.present = there.count
        for name in all.subtracting(there) { report.failures[name] = MartletError(.notFound, "\(name) is not at \(remote.place).") }
        return report
    }

    // MARK: - Fetch

    /// Brings contents, and all that the folders among them name, where the store lacks them.
    /// - Throws: as `push`.
    package func fetch(_ names: some Sequence<ContentName>) throws(MartletError) -> Report {
        var report = Report()
        let (folders, single) = split(names)
        try fetchListings(folders, &report)
        let members = listings(folders.filter { report.failures[$0] == nil }, &report.failures)
        let files = members.values.reduce(into: single) { $0.formUnion($1) }
        let missing = files.filter { !store.contains($0, layout) }
        report.present += files.count - missing.count
        count.expect(missing.count)
        let rest = try fetchMany(missing.sorted { $0.digest < $1.digest }, &report)
        try move(rest, &report, download)
        return report
    }

    /// Brings what folders hold, by name, without the contents.
    /// - Throws: as `push`.
    package func fetchListings(_ names: some Sequence<ContentName>) throws(MartletError) -> Report {
        var report = Report()
        try fetchListings(split(names).folders, &report)
        return report
    }

    private func fetchListings(_ folders: [ContentName], _ report: inout Report) throws(MartletError) {
        let absent = folders.filter { !store.contains($0, layout) }
        report.present = folders.count - absent.count
        count.expect(absent.count)
        try move(absent, &report, download)
    }

    private func download(_ name: ContentName) throws(MartletError) {
        let count = count
        try store.take(name, layout) { (path) throws(MartletError) in try remote.download(name, layout, into: path) { count.add(bytes: $0) } }
    }

    // MARK: - Both ways

    private func split(_ names: some Sequence<ContentName>) -> (folders: [ContentName], files: Set<ContentName>) {
        let all = Set(names)
        return (all.filter(\.isFolder).sorted { $0.digest < $1.digest }, all.filter { !$0.isFolder })
    }

    /// The files of each folder.
    private func listings(_ folders: [ContentName], _ failures: inout [ContentName: MartletError]) -> [ContentName: Set<ContentName>] {
        var members: [ContentName: Set<ContentName>] = [:]
        for folder in folders {
            do throws(MartletError) {
                let listing = try FolderListing(parsing: try store.checkedBytes(folder, layout))
                members[folder] = Set(listing.entries.map { ContentName($0.digest) })
            } catch { failures[folder] = error }
        }
        return members
    }
}
