internal import Dispatch
internal import Foundation
internal import Synchronization

/// Has the small files of folders that were pushed written to the disk, many together, soon after. Nobody waits for it: until then a power failure may
/// leave files damaged or missing, which is noticed when they are asked for, and mended by the next push.
final class Flusher: Sendable {
    private enum Stage { case idle, running, runningAndAsked }

    private let stage = Mutex(Stage.idle)

    /// Begins to flush the file system that a folder lies on; where that is under way, once more after it.
    func flush(_ folder: String) {
        let isFirst = stage.withLock { stage in
            defer { stage = stage == .idle ? .running : .runningAndAsked }
            return stage == .idle
        }
        guard isFirst else { return }
        DispatchQueue.global(qos: .utility).async {
            repeat { Flusher.flushNow(folder) } while self.isAskedAgain()
        }
    }

    private func isAskedAgain() -> Bool {
        stage.withLock { stage in
            defer { stage = stage == .runningAndAsked ? .running : .idle }
            return stage == .runningAndAsked
        }
    }

    private static func flushNow(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        if let flush { _ = flush(descriptor) } else { sync() }
    }

    /// Linux's `syncfs`, which flushes one file system; nil where the system has none. The headers show it only to programs in C.
    private static let flush = dlsym(nil, "syncfs").map { unsafeBitCast($0, to: (@convention(c) (Int32) -> Int32).self) }
}
