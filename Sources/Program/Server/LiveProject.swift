import Foundation
import Projects
import Support
import Synchronization

/// The project that a server works on, with `martlet.yaml` as it stands: who changes an objective sees it judged without a restart.
///
/// What was built from the file when the server started stays as it was: the endpoint with its log, and what the roles may do.
final class LiveProject: Sendable {
    private struct Stamp: Equatable {
        var (seconds, nanoseconds, size): (Int, Int, Int)

        /// Nil where the file is not there.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            #if canImport(Darwin)
                let time = status.st_mtimespec
            #else
                let time = status.st_mtim
            #endif
            (seconds, nanoseconds, size) = (time.tv_sec, time.tv_nsec, Int(status.st_size))
        }
    }

    private let path: String
    private let held: Mutex<(stamp: Stamp?, project: Project)>

    init(_ project: Project) {
        path = project.path(ProjectFile.name)
        held = Mutex((Stamp(path), project))
    }

    /// The project as its file stands now. A file that cannot be read leaves the one before in force, and is told once.
    var current: Project {
        let stamp = Stamp(path)
        return held.withLock { held in
            guard held.stamp != stamp else { return held.project }
            held.stamp = stamp
            do {
                held.project = try held.project.reread()
                Console.standard.note(
                    "\(ProjectFile.name) has changed and is taken up. What it says of the endpoint and of roles takes a restart of this server.")
            } catch { Console.standard.note("\(ProjectFile.name) has changed and cannot be read; the one before stays in force. \(error)") }
            return held.project
        }
    }
}
