package import Support
internal import Synchronization

/// Bounds the bytes of what is posted that all requests together hold in memory.
package final class HeldBytes: Sendable {
    /// The most bytes of all posts of rows and events that are being received or wait to be kept.
    package static let mostPosted = 128 << 20

    private let limit: Int
    private let held = Mutex(0)

    /// - Parameter limit: in bytes.
    package init(limit: Int) { self.limit = limit }

    /// The share of one request; it holds nothing yet.
    package func share() -> Share { Share(of: self) }

    /// What one request holds. It must be released.
    package final class Share: Sendable {
        private let whole: HeldBytes
        private let own = Mutex(0)

        fileprivate init(of whole: HeldBytes) { self.whole = whole }

        /// Adds to the share.
        /// - Throws: `unavailable` where all shares together would be too many.
        package func take(_ count: Int) throws(MartletError) {
            let isTaken = whole.held.withLock { held in
                guard held + count <= whole.limit else { return false }
                held += count
                return true
            }
            guard isTaken else {
                throw MartletError(
                    .unavailable,
                    "The server holds \(whole.limit >> 20) MB of what was posted and is not kept yet. Nothing of this request was kept; send it again in a moment.",
                    retryAfter: 1)
            }
            own.withLock { $0 += count }
        }

        /// Gives everything back.
        package func release() {
            let count = own.withLock { own in
                defer { own = 0 }
                return own
            }
            whole.held.withLock { $0 -= count }
        }
    }
}
