import Foundation
import Support

/// Asks for a text that is not shown.
enum SecretPrompt {
    /// - Parameter twice: whether it is asked for again, where it is typed at a terminal.
    /// - Throws: `usage` where nothing comes, or the two differ.
    static func ask(_ what: String, twice: Bool) throws(MartletError) -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine() else { throw MartletError(.usage, "No \(what.lowercased()) came on standard input.") }
            return line
        }
        let first = hidden("\(what): ")
        guard !twice || first == hidden("Once more: ") else { throw MartletError(.usage, "The two differ. Nothing was changed.") }
        return first
    }

    private static func hidden(_ question: String) -> String {
        Console.standard.prompt(question)
        var settings = termios()
        tcgetattr(STDIN_FILENO, &settings)
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            Console.standard.prompt("\n")
        }
        return readLine() ?? ""
    }
}
