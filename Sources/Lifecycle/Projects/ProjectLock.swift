internal import Foundation
package import Support

/// Lets one process at a time change a project. The system releases it when the process ends, however it ends.
package final class ProjectLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock alone.
    /// - Parameter name: what is locked: `run`.
    /// - Throws: `conflict` where somebody else holds it.
    package convenience init(folder: String, name: String) throws(MartletError) {
        try self.init(
            folder: folder, name: name, LOCK_EX | LOCK_NB,
            refusal: "Another “martlet \(name)” is at work in this project. Wait until it ends, or stop it.")
    }

    /// Takes the lock together with others who share it; waits for who holds it alone.
    package convenience init(folder: String, sharing name: String) throws(MartletError) {
        try self.init(folder: folder, name: name, LOCK_SH, refusal: "")
    }

    private init(folder: String, name: String, _ kind: Int32, refusal: String) throws(MartletError) {
        let path = "\(folder)/\(name).lock"
        // The property is set last: an object that is whole when its making fails is taken apart, and would close the file a second time.
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("open", path) }
        while flock(descriptor, kind) != 0 {
            let number = errno
            if number == EINTR { continue }
            close(descriptor)
            guard number == EWOULDBLOCK else { throw .system("lock", path, number: number) }
            throw MartletError(.conflict, refusal)
        }
        self.descriptor = descriptor
    }

    /// Unlocks before closing: a process that is being started beside holds the same open file until it becomes its program.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
