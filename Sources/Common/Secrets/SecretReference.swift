package import Support

/// Where a secret lies: what `secret://...` in a setting means.
package enum SecretReference: Sendable, Equatable {
    /// `secret://NAME` or `secret://NAME#KEY`: the project's sealed file.
    case sealed(SecretName)
    /// `secret://env/NAME`: an environment variable.
    case environment(String)
    /// `secret://file/PATH`: the content of a file, without a line end; a path that begins with `/` is absolute.
    case file(String)
    /// `secret://vault/MOUNT/PATH#KEY@VERSION`: Vault's KV engine, version 2; the newest version where none is named.
    case vault(mount: String, path: String, key: String, version: Int?)

    package static let prefix = "secret://"

    /// Whether a setting is a reference.
    package static func isReference(_ text: String) -> Bool { text.hasPrefix(prefix) }

    /// - Throws: `invalidInput` with the forms that there are.
    package init(_ text: String) throws(MartletError) {
        guard SecretReference.isReference(text), let parsed = SecretReference.parse(text.dropFirst(SecretReference.prefix.count)) else {
            throw MartletError(
                .invalidInput,
                "A reference to a secret is secret://NAME, secret://NAME#KEY, secret://env/NAME, secret://file/PATH or secret://vault/MOUNT/PATH#KEY."
            )
        }
        self = parsed
    }

    private static func parse(_ text: Substring) -> SecretReference? {
        guard let slash = text.firstIndex(of: "/") else { return SecretName(text).map(SecretReference.sealed) }
        let rest = text[text.index(after: slash)...]
        guard !rest.isEmpty, !rest.utf8.contains(where: { $0 < 0x20 }) else { return nil }
        switch text[..<slash] {
        case "env": return rest.contains("/") || rest.contains("=") ? nil : .environment(String(rest))
        case "file": return .file(String(rest))
        case "vault": return vault(rest)
        default: return nil
        }
    }

    private static func vault(_ text: Substring) -> SecretReference? {
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2, let slash = parts[0].firstIndex(of: "/") else { return nil }
        let (mount, path) = (parts[0][..<slash], parts[0][parts[0].index(after: slash)...])
        let isPath = path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        var key = parts[1]
        var version: Int?
        if let at = key.lastIndex(of: "@") {
            guard let number = Int(key[key.index(after: at)...]), number > 0 else { return nil }
            version = number
            key = key[..<at]
        }
        guard !mount.isEmpty, isPath, !key.isEmpty else { return nil }
        return .vault(mount: String(mount), path: String(path), key: String(key), version: version)
    }
}

/// The name of a secret in the project's sealed file: `NAME` or `NAME#KEY`, where several belong together.
package struct SecretName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let description: String

    /// Nil for what is no name: letters, digits, `.`, `-` and `_`, at most 64 of them, in each part.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ SecretName.isWord($0) }), !["env", "file", "vault"].contains(text) else { return nil }
        description = String(text)
    }

    package static func < (a: SecretName, b: SecretName) -> Bool { a.description < b.description }

    private static func isWord(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || [0x2D, 0x2E, 0x5F].contains($0)
            }
    }
}
