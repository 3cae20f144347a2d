package import Support

/// How a remote over SSH is reached: by the `ssh` program, with the keys and settings that its user has for it.
package struct SSHSettings: Sendable, Equatable {
    package var host: String
    package var user: String?
    package var port: Int?
    /// The folder on the other machine.
    package var folder: String
    package var keyFile: String?
    /// The program, and what stands before its other arguments.
    package var program = ["ssh"]

    /// - Parameter url: `ssh://user@host:port/folder`.
    /// - Throws: `invalidInput`.
    package init(url: String) throws(MartletError) {
        let wrong = MartletError(.invalidInput, "“\(url)” names no machine and folder. Write ssh://user@host/folder.")
        guard url.hasPrefix("ssh://") else { throw wrong }
        let rest = url.dropFirst(6)
        guard let slash = rest.firstIndex(of: "/") else { throw wrong }
        var machine = rest[..<slash]
        folder = String(rest[slash...])
        while folder.utf8.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        if let at = machine.lastIndex(of: "@") {
            user = String(machine[..<at])
            machine = machine[machine.index(after: at)...]
        }
        if let colon = machine.lastIndex(of: ":"), !machine.hasSuffix("]") {
            guard let number = Int(machine[machine.index(after: colon)...]), (1...65_535).contains(number) else { throw wrong }
            port = number
            machine = machine[..<colon]
        }
        host = machine.hasPrefix("[") && machine.hasSuffix("]") ? String(machine.dropFirst().dropLast()) : String(machine)
        // What begins with “-” would be an option of the program.
        for text in [host, user ?? "x"] where text.isEmpty || text.hasPrefix("-") || text.contains(where: \.isWhitespace) { throw wrong }
        guard !folder.utf8.contains(0), !folder.contains("\n") else { throw wrong }
    }

    /// The call of the program that runs a script on the other machine.
    func call(_ script: String) -> [String] {
        var arguments = program
        // Nobody sits at a terminal to answer questions for each of several connections.
        arguments += ["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=30", "-o", "ServerAliveInterval=30"]
        if let port { arguments += ["-p", "\(port)"] }
        if let user { arguments += ["-l", user] }
        if let keyFile { arguments += ["-i", keyFile] }
        return arguments + ["--", host, "sh -c \(SSHSettings.quoted(script))"]
    }

    /// A text as one word of a POSIX shell.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
