internal import Redis
internal import Support

/// The place of an entry in its stream: milliseconds since 1970 and a number.
struct StreamID: Sendable, Comparable {
    var milliseconds: UInt64 = 0
    var number: UInt64 = 0

    init() {}

    init?(_ text: String) {
        let parts = text.split(separator: "-").map { UInt64($0) }
        guard parts.count == 2, let first = parts[0], let second = parts[1] else { return nil }
        (milliseconds, number) = (first, second)
    }

    static func < (a: StreamID, b: StreamID) -> Bool { (a.milliseconds, a.number) < (b.milliseconds, b.number) }

    var text: String { "\(milliseconds)-\(number)" }

    var moment: Timestamp { Timestamp(microseconds: Int64(min(milliseconds, 253_402_300_799_000)) * 1000) }
}

/// One entry of a stream.
struct StreamEntry: Sendable {
    var id: StreamID
    /// Nil for an entry that was deleted after it was delivered.
    var fields: [(name: String, value: String)]?

    /// The entries in an answer to `XREADGROUP` on one stream.
    static func list(_ answer: RedisValue) -> [StreamEntry] {
        guard let stream = answer.elements.first, stream.elements.count == 2 else { return [] }
        return stream.elements[1].elements.compactMap { entry in
            guard let id = entry.elements.first?.text.flatMap(StreamID.init), entry.elements.count == 2 else { return nil }
            guard case .array(let parts) = entry.elements[1] else { return StreamEntry(id: id, fields: nil) }
            let texts = parts.map { $0.text ?? "" }
            return StreamEntry(id: id, fields: stride(from: 0, to: texts.count - 1, by: 2).map { (texts[$0], texts[$0 + 1]) })
        }
    }
}

/// Entries as rows of texts. Columns that are new come behind those that were known.
struct StreamBatch: Sendable {
    private(set) var columns: [String]
    private var rows: [[Int: String]] = []

    /// Fields whose names differ in the size of letters only are one column, and of two of them in one entry the last counts: the engine does not
    /// tell them apart.
    init(_ entries: [StreamEntry], columns: [String]) {
        self.columns = columns
        var places = Dictionary(columns.enumerated().map { ($1.lowercased(), $0) }) { first, _ in first }
        for entry in entries {
            var row: [Int: String] = [:]
            for field in entry.fields ?? [] {
                let name = StreamBatch.name(field.name)
                let place = places[name.lowercased()] ?? self.columns.count
                if place == self.columns.count {
                    self.columns.append(name)
                    places[name.lowercased()] = place
                }
                row[place] = field.value
            }
            rows.append(row)
        }
    }

    /// A name that the engine takes for a column: not empty, no NUL, and none that it has a meaning for.
    private static func name(_ field: String) -> String {
        let plain = field.replacing("\0", with: "")
        return plain.isEmpty || plain.lowercased() == "file_row_number" ? "field_\(plain)" : plain
    }

    func write(_ path: String) throws(MartletError) {
        let writer = try CSVWriter(path)
        for row in rows { try writer.write(columns.indices.map { row[$0] }) }
        try writer.finish()
    }
}
