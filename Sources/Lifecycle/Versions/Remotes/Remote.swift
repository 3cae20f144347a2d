package import Support

/// A place that contents are pushed to and fetched from. It blocks: keep it off Swift's cooperative threads. Calls come from several threads at once.
package protocol Remote: Sendable {
    /// What it is called in messages: its address without a password.
    var place: String { get }

    /// Which of these it has. Asked for many at once, so that a remote that can answer in one go does.
    /// - Throws: `unavailable`, `unauthenticated`, `permissionDenied`.
    func present(_ names: [ContentName], _ layout: ContentStore.Layout) throws(MartletError) -> Set<ContentName>

    /// Sends the file at `path`, which holds the content; afterwards it is there as a whole or not at all.
    /// - Parameter progress: told how many bytes more have gone.
    func upload(_ name: ContentName, _ layout: ContentStore.Layout, from path: String, progress: (Int) -> Void) throws(MartletError)

    /// Brings a content into the file at `path`, which is made or replaced; it is held against its name by who asks.
    /// - Throws: `notFound` where the remote has none.
    func download(_ name: ContentName, _ layout: ContentStore.Layout, into path: String, progress: (Int) -> Void) throws(MartletError)
}
