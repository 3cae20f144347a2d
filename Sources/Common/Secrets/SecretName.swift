/// Where values lie that belong together: `alerts`, `team/alerts`. Each part is made of letters, digits, `.`, `-` and `_`.
package struct SecretPath: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// What a reference means otherwise when it begins with it.
    private static let taken = ["env", "file", "vault"]
    /// The most parts.
    private static let depth = 8

    package let description: String

    /// Nil for what is no path: a part has at most 64 characters, a path at most eight parts, of which the first is none of `env`, `file`, `vault`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...SecretPath.depth).contains(parts.count), parts.allSatisfy({ SecretPath.isWord($0) && $0 != "." && $0 != ".." }),
            !SecretPath.taken.contains(String(parts[0]))
        else { return nil }
        description = String(text)
    }

    package static func < (a: SecretPath, b: SecretPath) -> Bool { a.description < b.description }

    static func isWord(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || [0x2D, 0x2E, 0x5F].contains($0)
            }
    }
}

/// The name of one value: `PATH#KEY`, or `PATH` alone for the key `value`.
package struct SecretName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The key that a name without one means.
    package static let plainKey = "value"

    package let path: SecretPath
    package let key: String

    package init(path: SecretPath, key: String) {
        self.path = path
        self.key = key
    }

    /// Nil for what is no name.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let path = SecretPath(parts[0]) else { return nil }
        guard parts.count == 1 || SecretPath.isWord(parts[1]) else { return nil }
        self.init(path: path, key: parts.count == 2 ? String(parts[1]) : SecretName.plainKey)
    }

    package var description: String { key == SecretName.plainKey ? path.description : "\(path)#\(key)" }

    package static func < (a: SecretName, b: SecretName) -> Bool { a.description < b.description }
}
