internal import Foundation
package import Support

/// A folder of this machine, or of a disk that several machines share, as a remote. Contents are copied, never linked: what happens to one side does
/// nothing to the other.
package struct DiskRemote: Remote {
    private let store: ContentStore

    /// - Parameter root: an absolute folder; it is made with the first content.
    package init(root: String) { store = ContentStore(root: root) }

    package var place: String { store.root }

    package func present(_ names: [ContentName], _ layout: ContentStore.Layout) throws(MartletError) -> Set<ContentName> {
        Set(names.filter { store.contains($0, layout) })
    }

    package func upload(
        _ name: ContentName, _ layout: ContentStore.Layout, from path: String, progress: @Sendable (Int) -> Void
    ) throws(MartletError) {
        try store.take(name, layout) { (temporary) throws(MartletError) in
            try StoredContent(name, layout, at: path).copy(toNew: temporary, progress: progress)
        }
    }

    package func download(
        _ name: ContentName, _ layout: ContentStore.Layout, into path: String, progress: @escaping @Sendable (Int) -> Void
    ) throws(MartletError) {
        let source = store.path(name, layout)
        guard access(source, F_OK) == 0 else { throw MartletError(.notFound, "\(name) is not in \(place).") }
        try CheckedCopy.copy(source, to: path, name, layout, progress: progress)
    }
}
