internal import Settings
internal import Support

/// An amount of memory as settings write it.
enum MemoryText {
    /// Reads `500MB` or `4GB`.
    static func bytes(_ node: SettingsNode) throws(MartletError) -> Int {
        let text = try node.string()
        let units = ["MB": 1_000_000, "GB": 1_000_000_000]
        guard let unit = units[String(text.suffix(2))], let count = Int(text.dropLast(2).trimmingSuffix(while: \.isWhitespace)),
            (1...1_000_000).contains(count)
        else {
            throw node.failure("“\(text)” is no amount of memory. Write it as 500MB or 4GB.")
        }
        return count * unit
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> Substring {
        var rest = self
        while let last = rest.last, condition(last) { rest.removeLast() }
        return rest
    }
}
