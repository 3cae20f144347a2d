import Backup
import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and a request to end, caught while a command works, so that it can put away what it had begun.
final class Interruption: Sendable {
    private let asked = Mutex(false)

    /// - Parameter act: done when the signal comes, on a thread of its own; given the signal's number.
    init(act: @escaping @Sendable (Int32) -> Void = { _ in }) {
        for number in [SIGINT, SIGTERM] {
            // Caught, not ignored: what a program starts inherits what it ignores.
            signal(number) { _ in }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            // The handler holds its source, which thereby lives as long as the process.
            source.setEventHandler {
                self.asked.withLock { $0 = true }
                act(number)
                withExtendedLifetime(source) {}
            }
            source.activate()
        }
    }

    var isAsked: Bool { asked.withLock { $0 } }

    /// Ends the process as the signal would have.
    static func end(by number: Int32) -> Never {
        signal(number, SIG_DFL)
        // Whoever started the program may have blocked the signal.
        var only = sigset_t()
        sigemptyset(&only)
        sigaddset(&only, number)
        pthread_sigmask(SIG_UNBLOCK, &only, nil)
        kill(getpid(), number)
        while true { pause() }
    }
}

/// Shows how far a backup has come on a line of the terminal, and stops it on Ctrl-C.
struct BackupProgress: BackupObserver {
    let interruption: Interruption
    let isQuiet: Bool

    func reached(_ doing: String, file: Int, of count: Int, bytes: Int) {
        guard !isQuiet else { return }
        Console.standard.rewrite(file == count ? "" : "  … \(doing) \(file) of \(count) files, \(ByteText.text(bytes))")
    }

    var isCancelled: Bool { interruption.isAsked }
}

/// A number of bytes for people.
enum ByteText {
    static func text(_ bytes: Int) -> String {
        let units = ["bytes", "KB", "MB", "GB", "TB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1000, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        return unit == 0 || tenths >= 1000 ? "\(Int(value.rounded())) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
