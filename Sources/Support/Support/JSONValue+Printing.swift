extension JSONValue {
    /// The value on one line, without spaces.
    package var compact: String { String(decoding: compactBytes, as: UTF8.self) }

    /// The same as UTF-8.
    package var compactBytes: [UInt8] {
        var writer = JSONWriter(indent: nil)
        writer.write(self, depth: 0)
        return writer.bytes
    }

    /// The value on several lines, indented by two spaces, for a person or a file under version control.
    package var pretty: String {
        var writer = JSONWriter(indent: "  ")
        writer.write(self, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The shortest text that reads back as the same double; a whole number without a fraction; null for what JSON cannot say.
    package static func text(of value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value == value.rounded(), abs(value) < 0x1p54 { return String(Int64(value)) }
        return "\(value)"
    }
}
