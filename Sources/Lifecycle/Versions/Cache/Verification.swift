internal import Digests
internal import Foundation
package import Support
internal import Synchronization

/// What a look through a store found.
package struct Verification: Sendable {
    /// How many contents were read.
    package var contents = 0
    /// In bytes.
    package var size = 0
    /// Contents whose bytes are not what their names say, in order.
    package var damaged: [String] = []
    /// Folders whose listings name contents that are not there: the listing's name and how many it lacks.
    package var incomplete: [(listing: String, missing: Int)] = []
}

extension ContentStore {
    /// Reads every content and holds it against its name.
    /// - Parameter removes: whether damaged contents are removed, so that the next fetch or push brings them anew.
    /// - Throws: `inputOutput`, `cancelled`.
    package func verify(removing removes: Bool, observer: WorkObserver = WorkObserver()) throws(MartletError) -> Verification {
        var result = Verification()
        for layout in Layout.allCases {
            let names = names(layout).sorted { $0.description < $1.description }
            observer.begins(names.count, 0)
            let sizes = try Parallel.map(names.count, isCancelled: observer.isCancelled) { i throws(MartletError) -> Int? in
                let size = try wholeSize(names[i], layout)
                observer.advances(1, size ?? 0)
                return size
            }
            result.contents += names.count
            for (name, size) in zip(names, sizes) {
                result.size += size ?? 0
                guard size == nil else { continue }
                result.damaged.append(name.description)
                if removes { unlink(path(name, layout)) }
            }
            for name in names where name.isFolder && !result.damaged.contains(name.description) {
                let missing = missingMembers(of: name, layout)
                if missing > 0 { result.incomplete.append((name.description, missing)) }
            }
        }
        return result
    }

    /// The size of a content whose bytes are what its name says; nil where they are not.
    package func wholeSize(_ name: ContentName, _ layout: Layout) throws(MartletError) -> Int? {
        let file = try OpenFile(reading: path(name, layout))
        let size = try file.stamp().size
        if try ContentHash.file(file, has: name, layout) { return size }
        ContentSeal.remove(file)
        return nil
    }

    private func missingMembers(of name: ContentName, _ layout: Layout) -> Int {
        guard let bytes = try? bytes(name, layout, limit: FolderListing.limit), let listing = try? FolderListing(parsing: bytes) else { return 0 }
        return listing.entries.count { !contains(ContentName($0.digest), layout) }
    }
}
