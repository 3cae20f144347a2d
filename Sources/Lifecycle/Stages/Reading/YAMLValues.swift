package import Settings
package import Support

extension SettingsNode {
    /// What stands here as DVC reads it, its texts without quotes taken for numbers, dates and so on by ``YAMLScalar``.
    package var stageValue: JSONValue {
        switch content {
        case .scalar(let text, let plain): plain ? YAMLScalar.value(text) : .string(text)
        case .list(let nodes): .array(nodes.map(\.stageValue))
        case .mapping(let entries): .object(entries.map { JSONValue.Member($0.key, $0.value.stageValue) })
        }
    }
}

extension JSONValue {
    /// Whether two values are the same to Python: numbers and truth values by what they count, mappings in any order.
    package func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.string(let a), .string(let b)): return a.unicodeScalars.elementsEqual(b.unicodeScalars)
        case (.null, .null): return true
        case (.integer(let a), .integer(let b)): return a == b
        case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
        case (.object(let a), .object(let b)):
            guard a.count == b.count else { return false }
            return a.allSatisfy { member in b.first { $0.key == member.key }.map { $0.value.isSame(as: member.value) } ?? false }
        default:
            guard let a = count, let b = other.count else { return false }
            return a == b
        }
    }

    private var count: Double? { if let flag { flag ? 1 : 0 } else { double } }
}
