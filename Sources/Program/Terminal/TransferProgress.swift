import Foundation
import Support
import Synchronization
import Versions

/// Shows on one line of the terminal how far work on many files is: how many, how fast, how long yet. Stops it on Ctrl-C, which leaves nothing
/// half-made.
final class TransferProgress: Sendable {
    private struct State {
        var files = 0, bytes = 0, allFiles = 0, allBytes = 0
        var shown = 0.0
    }

    private let doing: String
    private let isShown: Bool
    private let began = monotonicSeconds()
    private let state = Mutex(State())
    private let interruption = Interruption()

    init(_ doing: String, isShown: Bool) {
        self.doing = doing
        self.isShown = isShown
    }

    var observer: WorkObserver {
        WorkObserver(
            begins: { files, bytes in self.state.withLock { ($0.allFiles, $0.allBytes) = ($0.allFiles + files, $0.allBytes + bytes) } },
            advances: { self.advance($0, $1) }, isCancelled: { self.interruption.isAsked })
    }

    /// Clears the line.
    func end() { if isShown { Console.standard.rewrite("") } }

    private func advance(_ files: Int, _ bytes: Int) {
        let line: String? = state.withLock { state in
            state.files += files
            state.bytes += bytes
            guard isShown else { return nil }
            let now = monotonicSeconds()
            guard now - state.shown > 0.1, now - began > 0.3 else { return nil }
            state.shown = now
            return text(state, now - began)
        }
        if let line { Console.standard.rewrite(line) }
    }

    private func text(_ state: State, _ seconds: Double) -> String {
        let rate = Double(state.bytes) / max(seconds, 0.001)
        var line = "  … \(doing) \(state.files) of \(state.allFiles) files, \(ByteText.text(state.bytes))"
        if let rate = Int(exactly: rate.rounded()), rate > 0 { line += ", \(ByteText.text(rate))/s" }
        if state.bytes > 0, state.allBytes > state.bytes, let left = Int(exactly: (Double(state.allBytes - state.bytes) / rate).rounded(.up)) {
            line += ", \(left) s left"
        }
        return line
    }
}
