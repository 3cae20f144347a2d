internal import Foundation
internal import Processes
internal import Synchronization

/// Reads a pipe to its end on a thread of its own, so that the writer never waits, and wakes those who wait for a text.
final class ChildOutput: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var waiting: [(text: String, found: Announcement<String?>)] = []
        var isAtEnd = false
    }

    private let state = Mutex(State())
    private let whole = Announcement<String>()

    /// - Parameter descriptor: the pipe's end, which is closed when it is read.
    init(_ descriptor: Int32) {
        Thread.detachNewThread { [self] in
            readDescriptor(descriptor) { append($0) }
            close(descriptor)
            finish()
        }
    }

    private func append(_ piece: ArraySlice<UInt8>) {
        state.withLock { state in
            state.bytes += piece
            guard !state.waiting.isEmpty else { return }
            let now = String(decoding: state.bytes, as: UTF8.self)
            for (text, found) in state.waiting where now.contains(text) { found.announce(now) }
            state.waiting.removeAll { now.contains($0.text) }
        }
    }

    private func finish() {
        let (text, waiting) = state.withLock { state in
            state.isAtEnd = true
            defer { state.waiting = [] }
            return (String(decoding: state.bytes, as: UTF8.self), state.waiting)
        }
        for (_, found) in waiting { found.announce(nil) }
        whole.announce(text)
    }

    /// What came so far, as soon as it holds a text; nil where the pipe ends without.
    func text(holding text: String) async -> String? {
        let found = Announcement<String?>()
        state.withLock { state in
            let now = String(decoding: state.bytes, as: UTF8.self)
            if now.contains(text) || state.isAtEnd {
                found.announce(now.contains(text) ? now : nil)
            } else {
                state.waiting.append((text, found))
            }
        }
        return await found.value
    }

    /// Everything, after the writer closed the pipe.
    func all() async -> String { await whole.value }
}
