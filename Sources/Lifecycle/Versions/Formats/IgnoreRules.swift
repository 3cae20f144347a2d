/// The patterns of one `.dvcignore`, in Git's grammar (gitignore): the last one that fits decides.
package struct IgnoreRules: Sendable {
    private struct Rule: Sendable {
        /// Names to match one after the other.
        var names: [NamePattern]
        var isForFoldersOnly: Bool
        /// Whether it takes back what an earlier rule ignores.
        var keeps: Bool
    }

    private let rules: [Rule]

    /// - Parameter text: lines; empty ones and those that begin with `#` say nothing.
    package init(_ text: String) {
        // Lines are cut at both ends, as DVC does; Git would keep a space behind a backslash.
        rules = text.split(whereSeparator: \.isNewline).compactMap { IgnoreRules.rule(of: $0.trimmed) }
    }

    private init(rules: [Rule]) { self.rules = rules }

    /// What is no data in any repository.
    package static let builtIn = IgnoreRules(".hg/\n.git/\n.git\n.dvc/")

    package var isEmpty: Bool { rules.isEmpty }

    /// - Parameters:
    ///   - path: relative to the folder of the rules.
    /// - Returns: whether it is ignored, or nil where no rule says anything of it.
    package func verdict(_ path: TreePath, isFolder: Bool) -> Bool? {
        guard !rules.isEmpty else { return nil }
        let names = path.bytes.split(separator: TreePath.slash)
        return rules.last { ($0.isForFoldersOnly ? isFolder : true) && NamePattern.match($0.names[...], names[...]) }.map { !$0.keeps }
    }

    private static func rule(of line: Substring) -> Rule? {
        var line = line
        if line.isEmpty || line.hasPrefix("#") { return nil }
        let keeps = line.hasPrefix("!")
        if keeps { line = line.dropFirst() }
        let isForFoldersOnly = line.hasSuffix("/")
        if isForFoldersOnly { line = line.dropLast() }
        // A pattern with a slash before its end is meant from the folder of the file; one without, anywhere below it.
        let isAnchored = line.contains("/")
        if line.hasPrefix("/") { line = line.dropFirst() }
        guard !line.isEmpty else { return nil }
        var names = line.split(separator: "/").map { $0 == "**" ? NamePattern.anyFolders : .name(Array($0.utf8)) }
        if !isAnchored { names.insert(.anyFolders, at: 0) }
        // “a/**” is what lies in it, not the folder itself.
        if names.last == .anyFolders { names.append(.name([UInt8(ascii: "*")])) }
        return Rule(names: names, isForFoldersOnly: isForFoldersOnly, keeps: keeps)
    }
}

/// What one name of a path has to look like.
private enum NamePattern: Sendable, Equatable {
    /// `**`: any number of folders, none included.
    case anyFolders
    /// `*` any letters, `?` one, `[a-z]` one of several, `\x` x itself.
    case name([UInt8])

    static func match(_ patterns: ArraySlice<NamePattern>, _ names: ArraySlice<ArraySlice<UInt8>>) -> Bool {
        guard let pattern = patterns.first else { return names.isEmpty }
        switch pattern {
        case .anyFolders:
            return names.indices.contains { match(patterns.dropFirst(), names[$0...]) } || match(patterns.dropFirst(), [])
        case .name(let glob):
            guard let name = names.first, matches(glob[...], name) else { return false }
            return match(patterns.dropFirst(), names.dropFirst())
        }
    }

    /// Goes back to the last `*` only, so that the time is bounded by the product of the lengths.
    private static func matches(_ glob: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var (glob, name) = (glob, name)
        var retry: (glob: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
        while true {
            if glob.first == UInt8(ascii: "*") {
                glob = glob.dropFirst()
                retry = (glob, name)
            } else if let (rest, hits) = step(glob, name.first), hits {
                glob = rest
                name = name.dropFirst()
            } else if glob.isEmpty, name.isEmpty {
                return true
            } else if let last = retry, !last.name.isEmpty {
                retry = (last.glob, last.name.dropFirst())
                (glob, name) = (last.glob, last.name.dropFirst())
            } else {
                return false
            }
        }
    }

    /// Takes one sign of the pattern against one byte of the name; nil where either has ended.
    private static func step(_ glob: ArraySlice<UInt8>, _ byte: UInt8?) -> (ArraySlice<UInt8>, Bool)? {
        guard let sign = glob.first, let byte else { return nil }
        switch sign {
        case UInt8(ascii: "?"): return (glob.dropFirst(), true)
        case UInt8(ascii: "["): return set(glob.dropFirst(), byte) ?? (glob.dropFirst(), byte == sign)
        case UInt8(ascii: "\\") where glob.count > 1: return (glob.dropFirst(2), glob[glob.startIndex + 1] == byte)
        default: return (glob.dropFirst(), sign == byte)
        }
    }

    /// A set of bytes behind its `[`; nil where no `]` ends it.
    private static func set(_ glob: ArraySlice<UInt8>, _ byte: UInt8) -> (ArraySlice<UInt8>, Bool)? {
        var rest = glob
        let isNegated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if isNegated { rest = rest.dropFirst() }
        var hits = false
        var isFirst = true
        while let sign = rest.first, isFirst || sign != UInt8(ascii: "]") {
            isFirst = false
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-"), let last = rest.dropFirst().first, last != UInt8(ascii: "]") {
                hits = hits || sign <= byte && byte <= last
                rest = rest.dropFirst(2)
            } else {
                hits = hits || sign == byte
            }
        }
        guard rest.first == UInt8(ascii: "]") else { return nil }
        return (rest.dropFirst(), hits != isNegated)
    }
}

extension Substring {
    /// Without white space at both ends.
    fileprivate var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text
    }
}
