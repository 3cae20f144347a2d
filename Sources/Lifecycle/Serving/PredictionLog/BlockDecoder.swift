import Support
import Tables

/// Reads a block's payload back, the parts that are asked for.
struct BlockDecoder {
    let schema: SegmentSchema
    let header: BlockHeader
    private var reader: ByteReader

    /// - Parameter payload: all bytes after the header, the key filter included.
    /// - Throws: `corrupted` where the checksum does not fit.
    init(schema: SegmentSchema, header: BlockHeader, payload: [UInt8]) throws(MartletError) {
        guard payload.count == header.length, Checksum.crc32c(payload, in: header.filterLength..<payload.count) == header.checksum else {
            throw ByteReader.damaged
        }
        self.schema = schema
        self.header = header
        reader = ByteReader(payload, in: header.filterLength..<payload.count)
    }

    /// The whole block, or of its inputs only the named columns.
    /// - Parameter keys: false leaves the caller's keys out, which saves time where they are unique.
    func block(columns: Set<String>? = nil, keys wantsKeys: Bool = true) throws(MartletError) -> PredictionBlock {
        var reader = reader
        var block = try block(&reader, columns: columns, keys: wantsKeys)
        if reader.remaining > 0 {
            var outliers = try reader.section()
            block.outliers = try ColumnCoding.numbers(header.rows, from: &outliers)
        }
        return block
    }

    /// All but what stands behind the input columns.
    private func block(_ reader: inout ByteReader, columns: Set<String>?, keys wantsKeys: Bool) throws(MartletError) -> PredictionBlock {
        let rows = header.rows
        let model = try BlockDecoder.model(&reader)
        let ids = try BlockDecoder.ids(rows, try reader.section())
        let times = try BlockDecoder.integers(rows, try reader.section()).map(Timestamp.init(microseconds:))
        let latencies = try BlockDecoder.integers(rows, try reader.section()).map { Int(clamping: $0) }
        let keys = try BlockDecoder.text(rows, try reader.section(), wanted: wantsKeys)
        var scores = try reader.section()
        let width = Int(try scores.word(UInt32.self))
        guard width >= 1, width <= 1_000_000 else { throw ByteReader.damaged }
        let values = try ColumnCoding.numbers(rows * width, from: &scores)
        let labels = try BlockDecoder.text(rows, try reader.section(), wanted: true)
        return PredictionBlock(
            endpoint: schema.endpoint, model: model, ids: ids, times: times, latencies: latencies, keys: keys,
            inputs: try inputs(&reader, columns), answers: Answers(scores: values, width: width, labels: labels), answer: schema.answer,
            withheld: schema.withheld, keyRule: schema.keyRule)
    }

    /// The identifiers alone.
    func ids() throws(MartletError) -> [TimeOrderedID] {
        var reader = reader
        _ = try BlockDecoder.model(&reader)
        return try BlockDecoder.ids(header.rows, try reader.section())
    }

    /// The times alone, in microseconds since 1970.
    func times() throws(MartletError) -> [Int64] {
        var reader = reader
        _ = try BlockDecoder.model(&reader)
        _ = try reader.section()
        return try BlockDecoder.integers(header.rows, try reader.section())
    }

    private func inputs(_ reader: inout ByteReader, _ wanted: Set<String>?) throws(MartletError) -> Table {
        var columns: [Column] = []
        for field in schema.columns {
            var section = try reader.section()
            guard wanted?.contains(field.name) ?? true else { continue }
            if field.kind == .text {
                columns.append(Column(field.name, text: try ColumnCoding.text(header.rows, from: &section)))
            } else {
                columns.append(Column(field.name, kind: field.kind, numbers: try ColumnCoding.numbers(header.rows, from: &section)))
            }
        }
        return try Table(columns)
    }

    private static func model(_ reader: inout ByteReader) throws(MartletError) -> ModelStamp {
        let name = try reader.text()
        let version = Int(clamping: try reader.word(Int64.self))
        let alias = try reader.text()
        return ModelStamp(name: name, version: version, alias: alias.isEmpty ? nil : alias, digest: try reader.text())
    }

    private static func ids(_ rows: Int, _ section: ByteReader) throws(MartletError) -> [TimeOrderedID] {
        var section = section
        let words = try section.words(rows * 2, UInt64.self)
        return (0..<rows).map { TimeOrderedID(high: words[2 * $0], low: words[2 * $0 + 1]) }
    }

    private static func integers(_ rows: Int, _ section: ByteReader) throws(MartletError) -> [Int64] {
        var section = section
        return try ColumnCoding.integers(rows, from: &section)
    }

    private static func text(_ rows: Int, _ section: ByteReader, wanted: Bool) throws(MartletError) -> TextValues? {
        var section = section
        return wanted && section.remaining > 0 ? try ColumnCoding.text(rows, from: &section) : nil
    }
}
