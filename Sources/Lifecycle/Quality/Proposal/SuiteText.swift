import Support

/// Expectations as lines of YAML, to be pasted below `data:`.
package enum SuiteText {
    /// The lines of `columns:` and `expect:`, indented by two.
    package static func yaml(_ suite: ExpectationSuite, personal: [PersonalData.Proposal]) -> [String] {
        var lines: [String] = []
        if !personal.isEmpty {
            lines.append("  columns:   # proposed; what you keep is yours")
            lines += personal.map { "    \(key($0.column)): {pii: \($0.personalClass.rawValue)}" }
        }
        lines.append("  expect:")
        lines += suite.expectations.map { "    - \($0.type.rawValue): \(mapping($0))" }
        return lines
    }

    private static func mapping(_ expectation: Expectation) -> String {
        var members = expectation.arguments.members.map { "\($0.key): \(value($0.value))" }
        if expectation.severity != .critical { members.append("severity: \(expectation.severity.rawValue)") }
        return "{\(members.joined(separator: ", "))}"
    }

    /// JSON is YAML; only plain words stand without quotes.
    private static func value(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): return key(text)
        case .array(let elements): return "[\(elements.map(self.value).joined(separator: ", "))]"
        case .object(let members): return "{\(members.map { "\(key($0.key)): \(self.value($0.value))" }.joined(separator: ", "))}"
        default: return value.compact
        }
    }

    private static func key(_ text: String) -> String {
        let isPlain =
            text.first?.isLetter == true
            && text.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 == 0x5F || ($0 >= 0x30 && $0 <= 0x39) }
        let words: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        return isPlain && !words.contains(text.lowercased()) ? text : JSONValue.string(text).compact
    }
}
