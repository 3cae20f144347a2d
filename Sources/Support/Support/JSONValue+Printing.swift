extension JSONValue {
    /// The value on one line, without spaces.
    package var compact: String {
        var out = ""
        write(to: &out, indent: nil, depth: 0)
        return out
    }

    /// The value on several lines, indented by two spaces, for a person or a file under version control.
    package var pretty: String {
        var out = ""
        write(to: &out, indent: "  ", depth: 0)
        return out
    }

    private func write(to out: inout String, indent: String?, depth: Int) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .integer(let value): out += String(value)
        case .number(let value): out += JSONValue.text(of: value)
        case .string(let value): JSONValue.quote(value, to: &out)
        case .array(let elements):
            JSONValue.list(elements, "[", "]", to: &out, indent: indent, depth: depth) { $0.write(to: &$1, indent: indent, depth: depth + 1) }
        case .object(let members):
            JSONValue.list(members, "{", "}", to: &out, indent: indent, depth: depth) { member, out in
                JSONValue.quote(member.key, to: &out)
                out += indent == nil ? ":" : ": "
                member.value.write(to: &out, indent: indent, depth: depth + 1)
            }
        }
    }

    private static func list<Element>(
        _ elements: [Element], _ open: String, _ close: String, to out: inout String, indent: String?, depth: Int,
        each: (Element, inout String) -> Void
    ) {
        out += open
        for (i, element) in elements.enumerated() {
            if i > 0 { out += "," }
            if let indent { out += "\n" + String(repeating: indent, count: depth + 1) }
            each(element, &out)
        }
        if let indent, !elements.isEmpty { out += "\n" + String(repeating: indent, count: depth) }
        out += close
    }

    /// The shortest text that reads back as the same double; a whole number without a fraction; null for what JSON cannot say.
    package static func text(of value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value == value.rounded(), abs(value) < 0x1p54 { return String(Int64(value)) }
        return "\(value)"
    }

    private static func quote(_ text: String, to out: inout String) {
        out += "\""
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
            out += text
            out += "\""
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20: out += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
