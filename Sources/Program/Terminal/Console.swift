import Foundation
import Support
import Synchronization

/// What a command printed, kept.
final class CollectedText: Sendable {
    private let kept = Mutex("")

    func append(_ text: String) { kept.withLock { $0 += text } }

    var text: String { kept.withLock { $0 } }
}

/// What a command prints. Facts go to standard output; progress and errors to standard error, so that a pipe gets facts alone.
struct Console: Sendable {
    /// The console of this process.
    static let standard = Console(
        isTerminal: isatty(STDOUT_FILENO) == 1, showsProgress: isatty(STDERR_FILENO) == 1,
        wantsJSON: CommandLine.arguments.contains("--json"),
        usesColour: isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil)

    /// A console that keeps the facts printed on it instead of writing them: for the commands that a server answers.
    /// - Parameter usesColour: whether they will be shown on a terminal.
    static func collecting(into text: CollectedText, usesColour: Bool) -> Console {
        Console(isTerminal: false, showsProgress: false, wantsJSON: false, usesColour: usesColour, collected: text)
    }

    var isTerminal: Bool
    /// Whether standard error is a terminal, on which a line can be rewritten.
    var showsProgress: Bool
    var wantsJSON: Bool
    var usesColour: Bool
    private var collected: CollectedText?

    private init(isTerminal: Bool, showsProgress: Bool, wantsJSON: Bool, usesColour: Bool, collected: CollectedText? = nil) {
        self.isTerminal = isTerminal
        self.showsProgress = showsProgress
        self.wantsJSON = wantsJSON
        self.usesColour = usesColour
        self.collected = collected
    }

    /// Prints a line of facts.
    func line(_ text: String = "") { raw(text + "\n") }

    /// Prints a text that has its line ends.
    func raw(_ text: String) {
        if let collected { collected.append(text) } else { write(text, to: STDOUT_FILENO) }
    }

    /// Prints facts as JSON.
    func json(_ value: JSONValue) { line(value.pretty) }

    /// Prints a line beside the facts.
    func note(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Prints a question, for the answer to stand on its line.
    func prompt(_ text: String) { write(text, to: STDERR_FILENO) }

    /// Rewrites the current line of the terminal; does nothing where there is none.
    func rewrite(_ text: String) {
        guard showsProgress else { return }
        write("\r\u{1B}[2K" + String(text.prefix(Console.width - 1)), to: STDERR_FILENO)
    }

    /// Prints an error and ends the process with its exit code.
    func fail(_ error: MartletError) -> Never {
        if wantsJSON {
            var body: JSONValue = ["code": .string(error.code.rawValue), "message": .string(error.message)]
            if let place = error.place { body["place"] = .string(place.description) }
            if let cause = error.cause { body["cause"] = .string(cause) }
            note((["error": body] as JSONValue).pretty)
        } else {
            note(paint("error:", .red) + " " + error.description)
        }
        Foundation.exit(error.exitCode)
    }

    enum Colour: String { case red = "31", green = "32", yellow = "33", blue = "34", dim = "2", bold = "1" }

    /// The text in a colour, where the output is a terminal.
    func paint(_ text: String, _ colour: Colour) -> String { usesColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text }

    /// The terminal's width in characters.
    static var width: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 100
    }

    /// Writes everything, or gives up quietly when nobody reads any more.
    private func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
