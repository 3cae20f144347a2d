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

    /// Whether what is printed is kept for somebody who asked a server.
    var isCollected: Bool { collected != nil }

    /// Prints a line of facts.
    func line(_ text: String = "") { raw(text + "\n") }

    /// Prints a text that has its line ends.
    func raw(_ text: String) {
        let text = plain(text)
        if let collected { collected.append(text) } else { write(text, to: STDOUT_FILENO) }
    }

    /// Prints facts as JSON.
    func json(_ value: JSONValue) { json(text: value.pretty) }

    /// Prints JSON; what a terminal would obey is written as JSON escapes it, which leaves the values as they are.
    func json(text: String) {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard scalar.isUnseenCommand else {
                out.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            out.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars)
        }
        line(String(out))
    }

    /// Prints a line beside the facts.
    func note(_ text: String) { write(plain(text) + "\n", to: STDERR_FILENO) }

    /// Prints a question, for the answer to stand on its line.
    func prompt(_ text: String) { write(plain(text), to: STDERR_FILENO) }

    /// The text without anything that a terminal obeys, but for our own colours where they are wanted.
    private func plain(_ text: String) -> String {
        guard usesColour else { return text.spelledOut }
        var out = ""
        for (number, part) in text.split(separator: "\u{1B}", omittingEmptySubsequences: false).enumerated() {
            let isColour = number > 0 && Console.colours.contains { part.hasPrefix($0) }
            out += (number == 0 ? "" : isColour ? "\u{1B}" : "\\u{1B}") + String(part).spelledOut
        }
        return out
    }

    private static let colours = (Colour.allCases.map(\.rawValue) + ["0"]).map { "[\($0)m" }

    /// Rewrites the current line of the terminal; does nothing where there is none.
    func rewrite(_ text: String) {
        guard showsProgress else { return }
        write("\r\u{1B}[2K" + plain(String(text.prefix(Console.width - 1))), to: STDERR_FILENO)
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

    enum Colour: String, CaseIterable { case red = "31", green = "32", yellow = "33", blue = "34", dim = "2", bold = "1" }

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
