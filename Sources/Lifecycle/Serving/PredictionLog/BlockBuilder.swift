import Support
import Tables

/// Collects rows of one model version and one schema, and writes them as a block.
///
/// Payload: the key filter with its own CRC-32C (absent without keys); the model's name, version (i64), alias (empty for none) and
/// digest; then sections, each with its length: identifiers (16 bytes each), times, latencies, keys, scores, labels, and one per input
/// column, and last the rows' outlier scores where there are any. A section without content means that there is none. Column forms: `ColumnCoding`.
struct BlockBuilder {
    /// Rows after which a block is written.
    static let rowLimit = 8192

    let model: ModelStamp
    private var ids: [TimeOrderedID] = []
    private var times: [Int64] = []
    private var latencies: [Int64] = []
    private var keys = TextBuilder()
    private var scores: [Double] = []
    private var width = 1
    private var labels = TextBuilder()
    private var columns: [ColumnBuilder] = []
    /// NaN for rows that nothing looked at.
    private var outliers: [Double] = []

    init(model: ModelStamp, columns: [SegmentSchema.Field]) {
        self.model = model
        self.columns = columns.map { ColumnBuilder(isText: $0.kind == .text) }
    }

    var rowCount: Int { ids.count }

    /// Adds rows of a batch that fits the schema.
    mutating func append(_ batch: PredictionBatch, rows: Range<Int>) {
        ids.append(contentsOf: batch.ids[rows])
        outliers.append(contentsOf: batch.outliers.map { Array($0[rows]) } ?? Array(repeating: .nan, count: rows.count))
        times.append(contentsOf: repeatElement(batch.time.microseconds, count: rows.count))
        latencies.append(contentsOf: repeatElement(Int64(batch.latency), count: rows.count))
        keys.append(batch.keys, rows: rows)
        width = batch.answers.width
        scores.append(contentsOf: batch.answers.scores[rows.lowerBound * width..<rows.upperBound * width])
        labels.append(batch.answers.labels, rows: rows)
        for (i, column) in batch.inputs.columns.enumerated() { columns[i].append(column, rows: rows) }
    }

    /// Adds rows that were written before, with their own times.
    mutating func append(_ block: PredictionBlock) {
        ids += block.ids
        outliers += block.outliers ?? Array(repeating: .nan, count: block.rowCount)
        times += block.times.map(\.microseconds)
        latencies += block.latencies.map(Int64.init)
        let rows = 0..<block.rowCount
        keys.append(block.keys, rows: rows)
        width = block.answers.width
        scores += block.answers.scores
        labels.append(block.answers.labels, rows: rows)
        for (i, column) in block.inputs.columns.enumerated() { columns[i].append(column, rows: rows) }
    }

    /// Header and payload; nil without rows.
    /// - Parameter endOrdinal: the number of rows the log has accepted up to the last of these.
    func encoded(endOrdinal: UInt64) -> (header: BlockHeader, bytes: [UInt8])? {
        guard let bounds else { return nil }
        let filter = encodedFilter()
        let body = encodedBody()
        let header = BlockHeader(
            length: filter.count + body.count, filterLength: filter.count, rows: rowCount, bounds: bounds, endOrdinal: endOrdinal,
            checksum: Checksum.crc32c(body))
        var out = ByteWriter()
        header.write(to: &out)
        out.append(raw: filter)
        out.append(raw: body)
        return (header, out.bytes)
    }

    private var bounds: RowBounds? {
        guard let minID = ids.min(), let maxID = ids.max(), let minTime = times.min(), let maxTime = times.max() else { return nil }
        return RowBounds(minID: minID, maxID: maxID, minTime: minTime, maxTime: maxTime)
    }

    private func encodedFilter() -> [UInt8] {
        guard keys.hasValues else { return [] }
        var filter = KeyFilter(keys: keys.values.dictionary.count)
        for key in keys.values.dictionary { filter.insert(key) }
        var out = ByteWriter()
        out.append(raw: filter.bits)
        out.seal()
        return out.bytes
    }

    private func encodedBody() -> [UInt8] {
        var out = ByteWriter()
        out.append(text: model.name)
        out.append(Int64(model.version))
        out.append(text: model.alias ?? "")
        out.append(text: model.digest)
        out.section { out in for id in ids { out.append(id) } }
        out.section { ColumnCoding.write(integers: times, to: &$0) }
        out.section { ColumnCoding.write(integers: latencies, to: &$0) }
        out.section { if keys.hasValues { ColumnCoding.write(keys.values, to: &$0) } }
        out.section {
            $0.append(UInt32(clamping: width))
            ColumnCoding.write(numbers: scores, to: &$0)
        }
        out.section { if labels.hasValues { ColumnCoding.write(labels.values, to: &$0) } }
        for column in columns { out.section { column.write(to: &$0) } }
        if outliers.contains(where: { !$0.isNaN }) { out.section { ColumnCoding.write(numbers: outliers, to: &$0) } }
        return out.bytes
    }
}

/// One input column in the making.
private struct ColumnBuilder {
    let isText: Bool
    var numbers: [Double] = []
    var text = TextBuilder()

    init(isText: Bool) { self.isText = isText }

    mutating func append(_ column: Column, rows: Range<Int>) {
        switch column.values {
        case .numbers(let values): numbers.append(contentsOf: values[rows])
        case .text(let values): text.append(values, rows: rows)
        }
    }

    func write(to out: inout ByteWriter) {
        if isText { ColumnCoding.write(text.values, to: &out) } else { ColumnCoding.write(numbers: numbers, to: &out) }
    }
}

/// Text from many batches under one dictionary, which takes up only the words that occur.
private struct TextBuilder {
    private(set) var values = TextValues(codes: [], dictionary: [])
    private(set) var hasValues = false
    private var known: [String: Int32] = [:]

    /// Adds the rows, or as many missing values where there is no text at all.
    mutating func append(_ text: TextValues?, rows: Range<Int>) {
        guard let text else {
            values.codes.append(contentsOf: repeatElement(-1, count: rows.count))
            return
        }
        hasValues = true
        var map: [Int32: Int32] = [:]
        for code in text.codes[rows] {
            guard code >= 0 else {
                values.codes.append(-1)
                continue
            }
            let own = map[code] ?? self.code(of: text.dictionary[Int(code)])
            if rows.count > 1 { map[code] = own }
            values.codes.append(own)
        }
    }

    private mutating func code(of word: String) -> Int32 {
        if let code = known[word] { return code }
        let code = Int32(truncatingIfNeeded: values.dictionary.count)
        known[word] = code
        values.dictionary.append(word)
        return code
    }
}
