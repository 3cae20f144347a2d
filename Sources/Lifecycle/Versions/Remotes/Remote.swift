package import Support

/// A place that contents are pushed to and fetched from. It blocks: keep it off Swift's cooperative threads. Calls come from several threads at once.
package protocol Remote: Sendable {
    /// What it is called in messages: its address without a password.
    var place: String { get }

    /// How many calls at once are worth while.
    var width: Int { get }

    /// Whether each question costs a request, so that of a folder that is there its files are not asked for: it was pushed after them.
    var trustsFolders: Bool { get }

    /// Which of these it has. Asked for many at once, so that a remote that can answer in one go does.
    /// - Throws: `unavailable`, `unauthenticated`, `permissionDenied`.
    func present(_ names: [ContentName], _ layout: ContentStore.Layout) throws(MartletError) -> Set<ContentName>

    /// Sends the file at `path`, which holds the content; afterwards it is there as a whole or not at all.
    /// - Parameter progress: told how many bytes more have gone.
    /// - Throws: `corrupted` where the file does not have that name.
    func upload(_ name: ContentName, _ layout: ContentStore.Layout, from path: String, progress: @Sendable (Int) -> Void) throws(MartletError)

    /// Brings a content into the file at `path`, which is made or replaced.
    /// - Throws: `notFound` where the remote has none; `corrupted` where what came does not have that name.
    func download(
        _ name: ContentName, _ layout: ContentStore.Layout, into path: String, progress: @escaping @Sendable (Int) -> Void
    ) throws(MartletError)
}

extension Remote {
    package var width: Int { max(4, Processors.available) }
    package var trustsFolders: Bool { false }
}

/// A remote that takes and gives many small contents in one request.
package protocol BulkRemote: Remote {
    /// Whether the other side can; found out with the first question.
    func takesBulk() throws(MartletError) -> Bool

    /// Sends contents of a store.
    /// - Parameter sent: told of each that is there now, and of its size in bytes.
    /// - Returns: those that were refused, and why. What was sent before an error stays there.
    func uploadMany(
        _ names: [ContentName], _ layout: ContentStore.Layout, from store: ContentStore, sent: @Sendable (ContentName, Int) -> Void
    ) throws(MartletError) -> [ContentName: MartletError]

    /// Brings contents into a store, each when it is whole and has its name.
    /// - Parameter came: told of each that is there now, and of its size in bytes.
    /// - Returns: those that did not come, and why.
    func downloadMany(
        _ names: [ContentName], _ layout: ContentStore.Layout, into store: ContentStore, came: @escaping @Sendable (ContentName, Int) -> Void
    ) throws(MartletError) -> [ContentName: MartletError]
}
