internal import Foundation
package import Support

/// Text as Nagios takes it, in a plugin's output and in passive results.
package enum NagiosText {
    /// One line without what Nagios reads as something else: line ends and other control characters, `|` (performance data), `;` (the end of a
    /// field) and `\` (the beginning of long output).
    package static func line(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "|": out += "/"
            case ";": out += ","
            case "\\": out += "/"
            case _ where scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}": out += " "
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// A name of a host or service, which may hold less.
    package static func name(_ text: String) -> String {
        let forbidden: Set<Character> = ["`", "~", "!", "$", "%", "^", "&", "*", "'", "\"", "<", ">", "?", ",", "(", ")", "="]
        return String(line(text).map { forbidden.contains($0) ? "_" : $0 })
    }

    /// The beginning of a text, at most so many bytes, cut between characters.
    static func prefix(_ text: String, bytes: Int) -> String {
        var out = ""
        var count = 0
        for character in text {
            count += character.utf8.count
            guard count <= bytes else { break }
            out.append(character)
        }
        return out
    }
}

/// What a check found, in Nagios's four states.
package enum NagiosState: Int, Sendable {
    case ok, warning, critical, unknown

    /// Its word in the output of plugins.
    package var word: String { ["OK", "WARNING", "CRITICAL", "UNKNOWN"][rawValue] }
}

/// Gives results to a Nagios through its command pipe, as passive checks.
package struct NagiosPipe: Sendable {
    /// The most that one write puts into a pipe undivided (PIPE_BUF).
    private static let limit = 4096

    let path: String
    let host: String

    package init(path: String, host: String) {
        self.path = path
        self.host = host
    }

    /// Submits one result. Never waits: where no Nagios reads, it fails.
    /// - Throws: `unavailable` where there is no pipe, or nobody reads it.
    package func submit(service: String, _ state: NagiosState, _ text: String, at: Timestamp) throws(MartletError) {
        let head = "[\(Int(at.seconds))] PROCESS_SERVICE_CHECK_RESULT;\(NagiosText.name(host));\(NagiosText.name(service));\(state.rawValue);"
        let line = NagiosText.prefix(head + NagiosText.line("\(state.word) - \(text)"), bytes: NagiosPipe.limit - 1) + "\n"
        let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            throw MartletError(.unavailable, "No Nagios reads the pipe \(path). Is it running, and may Martlet write there?")
        }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFIFO else {
            throw MartletError(.unavailable, "\(path) is no pipe. Name the command_file of nagios.cfg.")
        }
        let bytes = Array(line.utf8)
        let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw MartletError(.unavailable, "The pipe \(path) is full: Nagios does not read it.") }
    }
}
