import Digests
import Experiments

/// Paths of artifacts out of names that other tools allow, and file names for what they hold.
enum FilePath {
    /// A text as part of a path. Where something in it had to give way, a few digits of its digest tell it from others that give way alike.
    static func harmless(_ text: String) -> String {
        let parts = text.split(separator: "/").map { part -> String in
            let clean = String(part.unicodeScalars.map { isPlain($0) ? Character($0) : "_" })
            return clean == "." || clean == ".." ? "_" : clean
        }
        let path = String(parts.joined(separator: "/").prefix(500))
        guard path != text || path.isEmpty else { return path }
        return "\(path.isEmpty ? "_" : path)-\(Digest(of: text).rawValue.prefix(8))"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x20 && scalar.value != 0x7F && !["\\", "%", ":"].contains(scalar)
    }

    /// The ending that a file of these bytes has.
    static func ending(of bytes: some Collection<UInt8>) -> String {
        let starts: [([UInt8], String)] = [
            ([0x89, 0x50, 0x4E, 0x47], "png"), ([0xFF, 0xD8, 0xFF], "jpg"), ([0x47, 0x49, 0x46, 0x38], "gif"), ([0x52, 0x49, 0x46, 0x46], "wav"),
        ]
        return starts.first { bytes.starts(with: $0.0) }?.1 ?? "bin"
    }
}
