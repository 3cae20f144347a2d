/// Regular expressions as Python reads them, in the dialect of the engine (RE2): classes mean all of Unicode, `$` also stands before a last line end.
enum PatternDialect {
    /// The pattern for the engine; nil where the engine has no such thing, as looking ahead and back references, or would read it otherwise.
    static func engine(_ pattern: String) -> String? {
        var written = ""
        var isInClass = false
        let characters = Array(pattern)
        var at = 0
        while at < characters.count {
            let character = characters[at]
            at += 1
            switch character {
            case "\\" where at < characters.count:
                guard let escaped = escape(characters[at], isInClass) else { return nil }
                written += escaped
                at += 1
            case "[" where !isInClass:
                isInClass = true
                written.append("[")
                if at < characters.count, characters[at] == "^" {
                    written.append("^")
                    at += 1
                }
                if at < characters.count, characters[at] == "]" {
                    written += "\\]"
                    at += 1
                }
            case "[": written += "\\["
            case "]":
                isInClass = false
                written.append("]")
            case "$" where !isInClass: written += "(?:\\n?\\z)"
            case "(" where !isInClass && at < characters.count && characters[at] == "?":
                guard !isBeyond(characters[at...]) else { return nil }
                written.append("(")
            default: written.append(character)
            }
        }
        return written
    }

    private static func escape(_ character: Character, _ isInClass: Bool) -> String? {
        switch character {
        case "d": "\\p{Nd}"
        case "D": "\\P{Nd}"
        case "w": isInClass ? "\\p{L}\\p{N}_" : "[\\p{L}\\p{N}_]"
        case "W": isInClass ? nil : "[^\\p{L}\\p{N}_]"
        case "s": isInClass ? "\\s\\v\\x1c-\\x1f\\x{85}\\p{Z}" : "[\\s\\v\\x1c-\\x1f\\x{85}\\p{Z}]"
        case "S": isInClass ? nil : "[^\\s\\v\\x1c-\\x1f\\x{85}\\p{Z}]"
        case "Z": "\\z"
        case "b": isInClass ? "\\x08" : nil
        case "B": nil
        case "0", "1", "2", "3", "4", "5", "6", "7", "8", "9": nil
        default: "\\\(character)"
        }
    }

    /// Whether a group, from the question mark on, looks around, refers to another one or changes how lines end.
    private static func isBeyond(_ group: ArraySlice<Character>) -> Bool {
        let start = String(group.prefix(3))
        if ["?=", "?!", "?>", "?(", "?#"].contains(where: start.hasPrefix) || ["?<=", "?<!", "?P=", "?P>"].contains(start) { return true }
        let flags = group.dropFirst().prefix { $0.isLetter && $0 != "P" }
        return flags.contains { "mxaLu".contains($0) }
    }
}
