package import Support

/// Where a secret lies: what `secret://...` in a setting means.
package enum SecretReference: Sendable, Equatable {
    /// `secret://NAME` or `secret://NAME#KEY`: the project's sealed file, its current version. NAME may have several parts: `team/alerts`.
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
        let name = SecretName(text).map(SecretReference.sealed)
        guard let slash = text.firstIndex(of: "/") else { return name }
        let rest = text[text.index(after: slash)...]
        guard !rest.isEmpty, !rest.utf8.contains(where: { $0 < 0x20 }) else { return nil }
        switch text[..<slash] {
        case "env": return rest.contains("/") || rest.contains("=") ? nil : .environment(String(rest))
        case "file": return .file(String(rest))
        case "vault": return vault(rest)
        default: return name
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
