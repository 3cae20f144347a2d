internal import Support

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A source is taken on by one process at a time. The lock goes with the process, however it ends.
final class SourceLock {
    private let descriptor: Int32

    /// - Parameter waits: whether to wait for whoever holds it.
    /// - Throws: `conflict` where somebody holds it and nobody waits.
    init(_ source: String, folder: String, waits: Bool) throws(MartletError) {
        let path = "\(folder)/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("open", path) }
        guard flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            close(descriptor)
            guard number == EWOULDBLOCK else { throw .system("lock", path, number: number) }
            throw MartletError(.conflict, "The source “\(source)” is being fetched by another process. Wait until it is done.")
        }
    }

    /// Given up before the file is closed: a process that is being started may hold a copy of it for a moment.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
