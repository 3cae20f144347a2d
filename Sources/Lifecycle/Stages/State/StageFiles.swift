package import Support
package import Versions

/// What stages ask of the repository's files: their contents, and the cache that keeps them. Calls come from several threads at once.
package protocol StageFiles: Sendable {
    /// What a file or folder holds now; nil where there is none.
    /// - Parameter path: relative to the repository, or absolute.
    /// - Throws: `inputOutput`.
    func version(of path: String, _ layout: ContentStore.Layout) throws(MartletError) -> FileVersion?

    /// The values of a file of parameters; nil where there is none.
    /// - Throws: `invalidInput`, `inputOutput`.
    func parameters(_ path: String) throws(MartletError) -> JSONValue?

    /// Whether the cache has a content with all that belongs to it.
    func isKept(_ version: FileVersion) -> Bool

    /// Puts what a file or folder holds into the cache.
    /// - Parameter links: whether a link to the cache takes its place where the repository is set up so.
    /// - Throws: `notFound` where it does not exist; `inputOutput`, `storageFull`.
    func keep(_ path: String, links: Bool) throws(MartletError) -> FileVersion

    /// Brings a content out of the cache to where it belongs, in the place of what is there.
    /// - Throws: `notFound` where the cache does not have it.
    func restore(_ version: FileVersion, to path: String) throws(MartletError)

    /// Removes a file or folder, there or not.
    func remove(_ path: String) throws(MartletError)

    /// Makes files that are links to the cache files of their own, which a command may write to.
    func unprotect(_ path: String) throws(MartletError)

    /// Keeps a path out of Git.
    func ignore(_ path: String) throws(MartletError)
}
