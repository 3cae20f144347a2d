package import Digests
package import Support

/// Immutable files named by the SHA-256 of their content. An object is visible only when it is complete.
package protocol ObjectStore: Sendable {
    /// Stores bytes; storing the same bytes twice is one object.
    func put(_ bytes: [UInt8]) throws(MartletError) -> Digest

    /// Takes a finished file in, removing it from where it was.
    func adopt(file path: String) throws(MartletError) -> Digest

    /// Takes bytes that arrive piece by piece.
    func writer() throws(MartletError) -> ObjectWriter

    /// The bytes of an object.
    /// - Throws: `notFound`; `corrupted` where the bytes no longer match their name.
    func bytes(_ digest: Digest) throws(MartletError) -> [UInt8]

    /// A path at which engines may read the object. Never write to it.
    /// - Throws: `notFound`.
    func path(_ digest: Digest) throws(MartletError) -> String

    func contains(_ digest: Digest) -> Bool
}
