internal import Foundation
internal import Support

/// Keeps others out of a repository: DVC's own lock, which its commands take alone. Several of ours share it; only what removes contents takes it alone.
final class RepositoryLock: Sendable {
    private let descriptor: Int32

    /// Waits a while for who holds it.
    /// - Throws: `conflict` where somebody still does, `inputOutput`.
    init(_ repository: Repository, exclusive: Bool) throws(MartletError) {
        let path = "\(repository.root)/.dvc/tmp/lock"
        try Folders.make("\(repository.root)/.dvc/tmp")
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .system("open", path) }
        let end = monotonicSeconds() + RepositoryLock.patience
        while flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 {
            let number = errno
            if number == EINTR { continue }
            guard number == EWOULDBLOCK, monotonicSeconds() < end else {
                close(descriptor)
                guard number == EWOULDBLOCK else { throw .system("lock", path, number: number) }
                throw MartletError(.conflict, "Another command (dvc or martlet) is at work in this repository. Wait until it ends, or stop it.")
            }
            var pause = timespec(tv_sec: 0, tv_nsec: 10_000_000)
            nanosleep(&pause, nil)
        }
        self.descriptor = descriptor
    }

    /// Seconds.
    private static let patience = 10.0

    func release() { flock(descriptor, LOCK_UN) }

    deinit { close(descriptor) }
}
