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

    private(set) var model: ModelStamp
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

    /// Bytes of memory that the numbers have, used or not.
    var room: Int { columns.reduce(8 * scores.capacity) { $0 + 8 * $1.numbers.capacity } }

    /// Begins anew for a version and columns, in the same room where the columns are of the same kinds.
    mutating func restart(model: ModelStamp, columns fields: [SegmentSchema.Field]) {
        guard fields.map({ $0.kind == .text }) == columns.map(\.isText) else { return self = BlockBuilder(model: model, columns: fields) }
        self.model = model
        clear()
    }

    /// Forgets all rows, and keeps their room.
    mutating func clear() {
        ids.removeAll(keepingCapacity: true)
        times.removeAll(keepingCapacity: true)
        latencies.removeAll(keepingCapacity: true)
        scores.removeAll(keepingCapacity: true)
        outliers.removeAll(keepingCapacity: true)
        keys = TextBuilder()
        labels = TextBuilder()
        for place in columns.indices { columns[place].clear() }
    }

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
        if let matrix = batch.inputs.matrix {
            for place in columns.indices { columns[place].append(matrix, place, rows: rows) }
        } else {
            for (i, column) in batch.inputs.columns.enumerated() { columns[i].append(column, rows: rows) }
        }
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
        var out = ByteWriter()
        return encode(endOrdinal: endOrdinal, to: &out) {}.map { ($0, out.bytes) }
    }

    /// Writes header and payload in the place of all that was written before.
    /// - Parameters:
    ///   - endOrdinal: the number of rows the log has accepted up to the last of these.
    ///   - pause: called again and again in between.
    /// - Returns: the header; nil without rows.
    func encode(endOrdinal: UInt64, to out: inout ByteWriter, pausing pause: () -> Void) -> BlockHeader? {
        guard let bounds else { return nil }
        let filter = encodedFilter()
        out.clear()
        // Of numbers most are floats.
        out.reserve(BlockHeader.size + filter.count + rowCount * (4 * columns.count + 48))
        out.append(raw: Array(repeating: 0, count: BlockHeader.size))
        out.append(raw: filter)
        var checksum: UInt32 = 0
        var summed = out.bytes.count
        writeBody(to: &out) { out in
            checksum = Checksum.crc32c(out.bytes, in: summed..<out.bytes.count, after: checksum)
            summed = out.bytes.count
            pause()
        }
        let header = BlockHeader(
            length: out.bytes.count - BlockHeader.size, filterLength: filter.count, rows: rowCount, bounds: bounds, endOrdinal: endOrdinal,
            checksum: checksum)
        var head = ByteWriter()
        header.write(to: &head)
        out.replace(at: 0, with: head.bytes)
        return header
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

    /// - Parameter each: called after each section.
    private func writeBody(to out: inout ByteWriter, each: (ByteWriter) -> Void) {
        out.append(text: model.name)
        out.append(Int64(model.version))
        out.append(text: model.alias ?? "")
        out.append(text: model.digest)
        out.section { $0.append(count: 2 * ids.count) { $0 % 2 == 0 ? ids[$0 / 2].high : ids[$0 / 2].low } }
        out.section { ColumnCoding.write(integers: times, to: &$0) }
        out.section { ColumnCoding.write(integers: latencies, to: &$0) }
        out.section { if keys.hasValues { ColumnCoding.write(keys.values, to: &$0) } }
        out.section {
            $0.append(UInt32(clamping: width))
            ColumnCoding.write(numbers: scores, to: &$0)
        }
        out.section { if labels.hasValues { ColumnCoding.write(labels.values, to: &$0) } }
        each(out)
        for column in columns {
            out.section { column.write(to: &$0) }
            each(out)
        }
        if outliers.contains(where: { !$0.isNaN }) { out.section { ColumnCoding.write(numbers: outliers, to: &$0) } }
        each(out)
    }
}

/// One input column in the making.
private struct ColumnBuilder {
    let isText: Bool
    var numbers: [Double] = []
    var text = TextBuilder()

    init(isText: Bool) { self.isText = isText }

    mutating func clear() {
        numbers.removeAll(keepingCapacity: true)
        text = TextBuilder()
    }

    /// Adds rows of one column of a matrix.
    mutating func append(_ matrix: NumberMatrix, _ place: Int, rows: Range<Int>) {
        let width = matrix.fields.count
        for row in rows { numbers.append(matrix.values[row * width + place]) }
    }

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
