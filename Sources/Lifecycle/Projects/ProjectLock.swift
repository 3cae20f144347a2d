internal import Foundation
package import Support

/// Lets one process at a time change a project. The system releases it when the process ends, however it ends.
package final class ProjectLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock.
    /// - Parameter name: what is locked: `run`.
    /// - Throws: `conflict` where another process holds it.
    package init(folder: String, name: String) throws(MartletError) {
        let path = "\(folder)/\(name).lock"
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw MartletError(.conflict, "Another “martlet \(name)” is at work in this project. Wait until it ends, or stop it.")
        }
    }

    /// Unlocks before closing: a process that is being started beside holds the same open file until it becomes its program.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
