import Support
import Tables

/// What all blocks of a segment have in common: the head of the file.
///
/// Bytes: `MARTPRED`, version (u32), length of the JSON (u32), the JSON, CRC-32C of all before it (u32). The JSON holds the endpoint, the
/// time of creation, the number of rows accepted before this segment, the input columns with their kinds, what the scores mean, and which columns
/// were not logged as they came.
struct SegmentSchema: Equatable {
    typealias Field = Table.Field

    var endpoint: String
    var columns: [Field]
    var answer: Signature.Answer
    /// Columns that were not logged as they came, by name.
    var withheld: [String: ColumnRule] = [:]
    /// What became of the callers' keys.
    var keyRule = ColumnRule.keep

    static let magic: UInt64 = 0x4445_5250_5452_414D  // “MARTPRED”
    static let version: UInt32 = 1

    init(endpoint: String, columns: [Field], answer: Signature.Answer) {
        self.endpoint = endpoint
        self.columns = columns
        self.answer = answer
    }

    init(endpoint: String, batch: PredictionBatch) {
        self.init(endpoint: endpoint, columns: batch.inputs.fields, answer: batch.answer)
        withheld = batch.withheld
        keyRule = batch.keyRule
    }

    /// The head of a new segment file.
    func encoded(created: Timestamp) -> [UInt8] {
        var json: JSONValue = [
            "endpoint": .string(endpoint), "created": .string(created.description), "answer": SegmentSchema.json(answer),
            "columns": .array(columns.map { ["name": .string($0.name), "kind": .string($0.kind.rawValue)] }),
        ]
        if !withheld.isEmpty {
            json["withheld"] = .object(withheld.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value.rawValue)) })
        }
        if keyRule != .keep { json["keys"] = .string(keyRule.rawValue) }
        var out = ByteWriter()
        out.append(SegmentSchema.magic)
        out.append(SegmentSchema.version)
        out.append(text: json.compact)
        out.seal()
        return out.bytes
    }

    /// Reads the head of a segment.
    /// - Returns: the schema and the offset of the first block; nil where the head is torn or damaged.
    /// - Throws: what the operating system says, or `invalidInput` for a version that is newer than this program.
    static func read(_ file: OpenFile) throws(MartletError) -> (schema: SegmentSchema, end: Int)? {
        var start = ByteReader(try file.read(at: 0, count: 16))
        guard start.remaining == 16, try start.word() == magic else { return nil }
        let version: UInt32 = try start.word()
        guard version == SegmentSchema.version else {
            throw MartletError(
                .invalidInput, "\(file.path) has format \(version); this program reads format \(SegmentSchema.version). Use a newer one.")
        }
        let length = Int(try start.word(UInt32.self))
        let bytes = try file.read(at: 0, count: 16 + length + 4)
        guard bytes.count == 20 + length else { return nil }
        var rest = ByteReader(bytes, in: 16 + length..<bytes.count)
        guard try rest.word() == Checksum.crc32c(bytes, in: 0..<16 + length) else { return nil }
        return (try SegmentSchema(JSONValue(parsing: Array(bytes[16..<16 + length]))), bytes.count)
    }

    private init(_ json: JSONValue) throws(MartletError) {
        guard let endpoint = json["endpoint"].text, let answer = SegmentSchema.answer(json["answer"]) else { throw ByteReader.damaged }
        var columns: [Field] = []
        for column in json["columns"].elements {
            guard let name = column["name"].text, let kind = column["kind"].text.flatMap(ColumnKind.init) else { throw ByteReader.damaged }
            columns.append(Field(name: name, kind: kind))
        }
        self.init(endpoint: endpoint, columns: columns, answer: answer)
        for member in json["withheld"].members { withheld[member.key] = member.value.text.flatMap(ColumnRule.init) ?? .hash }
        keyRule = json["keys"].text.flatMap(ColumnRule.init) ?? .keep
    }
}

// MARK: - What the scores mean, as JSON

extension SegmentSchema {
    private static func json(_ answer: Signature.Answer) -> JSONValue {
        switch answer {
        case .binary(let negative, let positive, let threshold):
            ["negative": .string(negative), "positive": .string(positive), "threshold": .number(threshold)]
        case .multiclass(let classes): ["classes": JSONValue(classes)]
        case .regression: [:]
        }
    }

    private static func answer(_ json: JSONValue) -> Signature.Answer? {
        if let negative = json["negative"].text, let positive = json["positive"].text, let threshold = json["threshold"].double {
            return .binary(negative: negative, positive: positive, threshold: threshold)
        }
        if case .array(let classes) = json["classes"] { return .multiclass(classes: classes.compactMap(\.text)) }
        return json.members.isEmpty ? .regression : nil
    }
}
