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
    /// The values of each row with the places of their columns: of many columns an entry may have a few.
    private var rows: [[(place: Int, value: String)]] = []

    /// Fields whose names differ in the size of letters only are one column, and of two of them in one entry the last counts: the engine does not
    /// tell them apart.
    init(_ entries: [StreamEntry], columns: [String]) {
        self.columns = columns
        var places = Dictionary(columns.enumerated().map { ($1.lowercased(), $0) }) { first, _ in first }
        // Most entries have the same fields: a name is looked at once.
        var known: [String: Int] = [:]
        rows.reserveCapacity(entries.count)
        for entry in entries {
            var row: [(place: Int, value: String)] = []
            for field in entry.fields ?? [] {
                let place = known[field.name] ?? add(StreamBatch.name(field.name), &places)
                known[field.name] = place
                row.append((place, field.value))
            }
            rows.append(row)
        }
    }

    private mutating func add(_ name: String, _ places: inout [String: Int]) -> Int {
        if let place = places[name.lowercased()] { return place }
        places[name.lowercased()] = columns.count
        columns.append(name)
        return columns.count - 1
    }

    /// A name that the engine takes for a column: not empty, no NUL, and none that it has a meaning for.
    private static func name(_ field: String) -> String {
        let plain = field.replacing("\0", with: "")
        return plain.isEmpty || plain.lowercased() == "file_row_number" ? "field_\(plain)" : plain
    }

    func write(_ path: String) throws(MartletError) {
        let writer = try CSVWriter(path)
        for row in rows {
            var values = [String?](repeating: nil, count: columns.count)
            for (place, value) in row { values[place] = value }
            try writer.write(values)
        }
        try writer.finish()
    }
}
