package import Support

/// An `http` or `https` address, read so strictly that there is only one way to understand it.
package struct OutgoingAddress: Sendable, Equatable {
    package let scheme: String
    /// A name in small letters, or an address of the Internet Protocol without brackets.
    package let host: String
    package let port: Int?
    /// Path and query, beginning with `/`.
    package let path: String

    /// - Throws: `invalidInput`; the message holds nothing of the address, which may hold a secret.
    package init(_ text: String) throws(MartletError) {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["http", "https"].contains(parts[0].lowercased()) else {
            throw MartletError(.invalidInput, "The address begins with http:// or https://.")
        }
        scheme = parts[0].lowercased()
        let authority = parts[1].prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else {
            throw MartletError(.invalidInput, "The address holds a user name or password. Take them out: they would be sent in every request.")
        }
        let tail = parts[1].dropFirst(authority.count)
        guard tail.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }), !tail.contains("#") else {
            throw MartletError(.invalidInput, "The address holds a space, a “#” or a character that must be written with “%”.")
        }
        path = tail.isEmpty ? "/" : tail.hasPrefix("/") ? String(tail) : "/\(tail)"
        (host, port) = try OutgoingAddress.machine(authority)
    }

    private static func machine(_ authority: Substring) throws(MartletError) -> (host: String, port: Int?) {
        let wrong = MartletError(.invalidInput, "The address names no machine. Write it as https://host:port/path.")
        var host = authority
        var rest: Substring = ""
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw wrong }
            host = authority[authority.index(after: authority.startIndex)..<end]
            rest = authority[authority.index(after: end)...]
            guard let address = IPAddress(String(host)), !address.isVersion4 else { throw wrong }
        } else if let colon = authority.firstIndex(of: ":") {
            (host, rest) = (authority[..<colon], authority[colon...])
        }
        let isName = host.utf8.allSatisfy {
            $0 == 0x2D || $0 == 0x2E || $0 == 0x5F || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20)
        }
        guard !host.isEmpty, host.utf8.count <= 253, isName || authority.hasPrefix("[") else { throw wrong }
        guard !rest.isEmpty else { return (host.lowercased(), nil) }
        guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()), port > 0 else { throw wrong }
        return (host.lowercased(), Int(port))
    }

    /// The machine with its port, as people write it.
    package var machine: String { bracketed + (port.map { ":\($0)" } ?? "") }

    private var bracketed: String { host.contains(":") ? "[\(host)]" : host }

    /// The address written anew from its parts.
    package var text: String { "\(scheme)://\(machine)\(path)" }

    /// The same machine with something after the path.
    package func appending(_ suffix: String) -> String {
        "\(scheme)://\(machine)\(path.hasSuffix("/") ? String(path.dropLast()) : path)\(suffix)"
    }
}
