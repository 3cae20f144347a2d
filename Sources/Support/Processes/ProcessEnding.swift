/// How a program ended.
package enum ProcessEnding: Sendable, Equatable, CustomStringConvertible {
    case exit(code: Int32)
    case signal(Int32)

    /// - Parameter status: what `waitpid` tells.
    init(status: Int32) {
        let signal = status & 0x7f
        self = signal == 0 ? .exit(code: (status >> 8) & 0xff) : .signal(signal)
    }

    package var description: String {
        switch self {
        case .exit(let code): "exit code \(code)"
        case .signal(let number): "signal \(number)"
        }
    }
}
