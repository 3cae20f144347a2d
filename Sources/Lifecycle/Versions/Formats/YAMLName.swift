internal import Settings

/// Names of files as values in YAML.
enum YAMLName {
    /// As it stands behind `path: `.
    static func written(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || "_./-".utf8.contains(byte)
        }
        let looksLikeOther = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(name.lowercased())
        if isPlain, let first = name.utf8.first, (0x41...0x5A).contains(first) || (0x61...0x7A).contains(first), !looksLikeOther { return name }
        return "'" + name.replacing("'", with: "''") + "'"
    }
}
