import Experiments
import Support

/// A key with its value as W&B's records hold them: the key whole or in parts, the value as JSON in which numbers may be `NaN` and infinite.
struct WandBItem {
    var key = ""
    var json = ""

    init(_ message: WireReader) throws(MartletError) {
        var message = message
        var field = WireReader.Field()
        var parts: [String] = []
        while try message.next(&field) {
            switch field.number {
            case 1: key = field.text
            case 2: parts.append(field.text)
            case 16: json = field.text
            default: break
            }
        }
        if !parts.isEmpty { key = parts.joined(separator: ".") }
    }

    init(key: String, json: String) {
        self.key = key
        self.json = json
    }

    /// Puts together again what newer versions take apart: the members of an object that says its kind (`_type`) become one item.
    static func joined(_ items: [WandBItem]) -> [WandBItem] {
        let mark = "._type"
        let objects = items.filter { $0.key.hasSuffix(mark) }.map { $0.key.dropLast(mark.count) + "." }
        guard !objects.isEmpty else { return items }
        var members: [Substring: [JSONValue.Member]] = [:]
        var rest: [WandBItem] = []
        for item in items {
            if let object = objects.first(where: { item.key.hasPrefix($0) }) {
                let name = String(item.key.dropFirst(object.count))
                members[object[...], default: []].append(JSONValue.Member(name, item.value ?? .string(item.json)))
            } else {
                rest.append(item)
            }
        }
        return rest + members.sorted { $0.key < $1.key }.map { WandBItem(key: String($0.key.dropLast()), json: JSONValue.object($0.value).compact) }
    }

    /// Whether W&B keeps it for itself.
    var isInternal: Bool { key.hasPrefix("_") }

    /// The value as a number, also where JSON cannot say it.
    var number: Double? {
        switch json {
        case "NaN": .nan
        case "Infinity": .infinity
        case "-Infinity": -.infinity
        case "true": 1
        case "false": 0
        default: json.utf8.first.map { $0 == 0x2D || (0x30...0x39).contains($0) } == true ? Double(json) : nil
        }
    }

    var value: JSONValue? { try? JSONValue(parsing: json) }

    /// The value as parameters: what is inside objects by its path with points.
    var parameters: [KeyValue] {
        guard let value else { return [KeyValue(key, json)] }
        return WandBItem.flat(value, key)
    }

    private static func flat(_ value: JSONValue, _ path: String) -> [KeyValue] {
        guard case .object(let members) = value, !members.isEmpty else { return [KeyValue(path, value.text ?? value.compact)] }
        return members.flatMap { flat($0.value, "\(path).\($0.key)") }
    }

    /// The items of a record whose fields with a number are items.
    static func items(_ message: WireReader, field number: Int) throws(MartletError) -> [WandBItem] {
        var message = message
        var field = WireReader.Field()
        var items: [WandBItem] = []
        while try message.next(&field) { if field.number == number { items.append(try WandBItem(field.reader)) } }
        return items
    }
}
