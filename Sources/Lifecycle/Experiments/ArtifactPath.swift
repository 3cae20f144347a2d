package import Support

/// A path of artifacts: parts between single slashes, none of them empty, `.` or `..`, and nothing in it that another reader could take for such.
package struct ArtifactPath: Sendable, Hashable {
    package let text: String

    /// - Throws: `invalidInput`.
    package init(_ text: String) throws(MartletError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        let isClean = !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || $0 == "\\" }
        guard isPlain, isClean, text.utf8.count <= ArtifactPath.longest, ArtifactPath.isHarmless(text) else {
            throw MartletError(
                .invalidInput, "“\(text.prefix(100))” is no path for an artifact. Use relative paths without “..”, empty parts and backslashes.")
        }
        self.text = text
    }

    private static let longest = 2000

    /// Whether it stays the same kind of path for whoever decodes it once more, or takes it for an address.
    private static func isHarmless(_ text: String) -> Bool {
        let lower = text.lowercased()
        return !["%2e", "%2f", "%5c", "%00", "%25"].contains { lower.contains($0) } && !text.contains("://")
    }

    package func appending(_ rest: String) throws(MartletError) -> ArtifactPath { try ArtifactPath("\(text)/\(rest)") }
}
