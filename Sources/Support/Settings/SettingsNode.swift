package import Support
internal import Yams

/// A value of a settings file together with its place, read by asking: wrong types, unknown keys and values out of range are errors
/// that name the line.
package struct SettingsNode: Sendable {
    /// What stands in the file. Scalars keep their text: YAML 1.2 core rules apply when they are asked for as a type, so that `NO` stays text.
    package enum Content: Sendable {
        case scalar(String, plain: Bool)
        case list([SettingsNode])
        case mapping([Entry])
    }

    package struct Entry: Sendable {
        package var key: String
        package var place: SourcePlace
        package var value: SettingsNode
    }

    package let content: Content
    package let place: SourcePlace
    /// The path of keys from the top, for messages: `charter.objectives[1].metric`.
    package let path: String

    /// An error at this place.
    package func failure(_ message: String) -> MartletError { MartletError(.invalidInput, message, place: place) }

    /// Whether the value is absent in all but name: `~`, `null` or nothing.
    package var isNull: Bool { if case .scalar(let text, true) = content { ["", "~", "null", "Null", "NULL"].contains(text) } else { false } }

    /// One word for what stands here.
    private var shape: String {
        switch content {
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

// MARK: - Mappings

extension SettingsNode {
    /// The entries of a mapping, all of whose keys are known.
    /// - Throws: `invalidInput` for another shape or an unknown key, with the nearest known one.
    package func mapping(keys known: [String]) throws(MartletError) -> [Entry] {
        let entries = try self.entries()
        for entry in entries where !known.contains(entry.key) {
            let hint = didYouMean(entry.key, among: known)
            throw MartletError(
                .invalidInput, "\(title) has no setting “\(entry.key)”.\(hint) It takes: \(known.joined(separator: ", ")).", place: entry.place)
        }
        return entries
    }

    /// The entries of a mapping with free keys, in order.
    package func entries() throws(MartletError) -> [Entry] {
        if isNull { return [] }
        guard case .mapping(let entries) = content else { throw failure("\(title) must be a mapping (key: value), not \(shape).") }
        return entries
    }

    /// The value under a key; nil where it is absent or null.
    package subscript(key: String) -> SettingsNode? {
        guard case .mapping(let entries) = content, let entry = entries.first(where: { $0.key == key }), !entry.value.isNull else { return nil }
        return entry.value
    }

    /// The value under a key that must be there.
    package func required(_ key: String) throws(MartletError) -> SettingsNode {
        guard let value = self[key] else { throw failure("\(title) needs “\(key)”.") }
        return value
    }

    private var title: String { path.isEmpty ? "The file" : "“\(path)”" }
}

// MARK: - Lists and scalars

extension SettingsNode {
    package func list() throws(MartletError) -> [SettingsNode] {
        if isNull { return [] }
        guard case .list(let nodes) = content else { throw failure("\(title) must be a list, not \(shape).") }
        return nodes
    }

    /// A list, or a single value as a list of one.
    package func listOrOne() throws(MartletError) -> [SettingsNode] {
        if case .list(let nodes) = content { nodes } else { [self] }
    }

    /// The text of a scalar, quoted or not.
    package func string() throws(MartletError) -> String {
        guard case .scalar(let text, _) = content else { throw failure("\(title) must be a single value, not \(shape).") }
        return text
    }

    package func strings() throws(MartletError) -> [String] {
        var texts: [String] = []
        for node in try listOrOne() { texts.append(try node.string()) }
        return texts
    }

    /// A finite number within a range.
    package func double(in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude) throws(MartletError)
        -> Double
    {
        let text = try string()
        guard let value = Double(text), value.isFinite else { throw failure("\(title) must be a number, not “\(text)”.") }
        guard range.contains(value) else {
            let (least, most) = (JSONValue.text(of: range.lowerBound), JSONValue.text(of: range.upperBound))
            let bounds = range.upperBound == .greatestFiniteMagnitude ? "be at least \(least)" : "lie between \(least) and \(most)"
            throw failure("\(title) must \(bounds); it is \(text).")
        }
        return value
    }

    package func int(in range: ClosedRange<Int> = Int.min...Int.max) throws(MartletError) -> Int {
        let text = try string()
        guard let value = Int(text) else { throw failure("\(title) must be a whole number, not “\(text)”.") }
        guard range.contains(value) else { throw failure("\(title) must lie between \(range.lowerBound) and \(range.upperBound); it is \(value).") }
        return value
    }

    package func bool() throws(MartletError) -> Bool {
        switch try string() {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        case let text: throw failure("\(title) must be true or false, not “\(text)”.")
        }
    }

    /// One of a closed set of words.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type = Choice.self) throws(MartletError) -> Choice {
        let text = try string()
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue)
            throw failure("\(title) cannot be “\(text)”.\(didYouMean(text, among: words)) It is one of: \(words.joined(separator: ", ")).")
        }
        return choice
    }

    /// A duration such as `20ms`, `30s`, `15m`, `1h`, `14d`, `3y`, in seconds; a thousand years at most.
    package func duration() throws(MartletError) -> Double {
        let text = try string()
        let units = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_557_600]
        let name = String(text.reversed().prefix { $0.isLetter }.reversed())
        guard let unit = units[name], let count = Double(text.dropLast(name.count)), count >= 0, count.isFinite else {
            throw failure("\(title) must be a duration such as 20ms, 30s, 15m, 1h, 14d or 3y, not “\(text)”.")
        }
        guard count * unit <= 1000 * 31_557_600 else { throw failure("\(title) must be at most 1000y, not “\(text)”.") }
        return count * unit
    }

    /// The value as JSON, with plain scalars read by YAML 1.2's core schema; for parameters that are passed on.
    package func json() -> JSONValue {
        switch content {
        case .list(let nodes): return .array(nodes.map { $0.json() })
        case .mapping(let entries): return .object(entries.map { JSONValue.Member($0.key, $0.value.json()) })
        case .scalar(let text, let plain):
            guard plain else { return .string(text) }
            if isNull { return .null }
            if let flag = ["true": true, "True": true, "TRUE": true, "false": false, "False": false, "FALSE": false][text] { return .bool(flag) }
            if let whole = Int64(text) { return .integer(whole) }
            let isDecimal = text.utf8.contains { (0x30...0x39).contains($0) } && !text.contains { "xX".contains($0) }
            if isDecimal, let number = Double(text), number.isFinite { return .number(number) }
            return .string(text)
        }
    }
}
