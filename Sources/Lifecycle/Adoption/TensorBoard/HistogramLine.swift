import Support

/// A histogram of one step as a line of JSON: the edges of its buckets, one more than there are counts.
struct HistogramLine {
    var step: Int64
    var at: Timestamp
    var edges: [Double] = []
    var counts: [Double] = []
    /// The sum of the values and of their squares, where that was said.
    var sum: Double?
    var sumOfSquares: Double?

    /// From TensorFlow's `HistogramProto`: buckets by their upper limits.
    init(_ message: WireReader, step: Int64, at: Timestamp) throws(MartletError) {
        (self.step, self.at) = (step, at)
        var message = message
        var field = WireReader.Field()
        var (least, most) = (0.0, 0.0)
        var limits: [Double] = []
        while try message.next(&field) {
            switch field.number {
            case 1: least = field.double
            case 2: most = field.double
            case 4: sum = field.double
            case 5: sumOfSquares = field.double
            case 6: limits += try HistogramLine.doubles(field)
            case 7: counts += try HistogramLine.doubles(field)
            default: break
            }
        }
        counts = Array(counts.prefix(limits.count))
        guard !counts.isEmpty else { return }
        edges = [min(least, limits[0])] + limits.prefix(counts.count)
        if edges[edges.count - 1] > most { edges[edges.count - 1] = max(most, edges[edges.count - 2]) }
    }

    /// From a tensor with a row of left edge, right edge and count for each bucket.
    init?(_ tensor: LoggedTensor, step: Int64, at: Timestamp) {
        guard tensor.numbers.count >= 3, tensor.numbers.count.isMultiple(of: 3) else { return nil }
        (self.step, self.at) = (step, at)
        edges = [tensor.numbers[0]]
        for row in stride(from: 0, to: tensor.numbers.count, by: 3) {
            edges.append(tensor.numbers[row + 1])
            counts.append(tensor.numbers[row + 2])
        }
    }

    /// From a line; nil for what is none.
    init?(line: some StringProtocol) {
        guard let value = try? JSONValue(parsing: String(line)), let step = value["step"].int, let at = value["at"].int else { return nil }
        self.step = Int64(step)
        self.at = Timestamp(microseconds: Int64(at))
        edges = value["edges"].elements.map { $0.double ?? .nan }
        counts = value["counts"].elements.map { $0.double ?? 0 }
        sum = value["sum"].double
        sumOfSquares = value["sum_of_squares"].double
        guard edges.count == counts.count + 1 else { return nil }
    }

    var text: String {
        var value: JSONValue = ["step": .integer(step), "at": .integer(at.microseconds)]
        value["edges"] = .array(edges.map { JSONValue($0) })
        value["counts"] = .array(counts.map { JSONValue($0) })
        if let sum { value["sum"] = JSONValue(sum) }
        if let sumOfSquares { value["sum_of_squares"] = JSONValue(sumOfSquares) }
        return value.compact + "\n"
    }

    private static func doubles(_ field: WireReader.Field) throws(MartletError) -> [Double] {
        guard field.type == 2 else { return [field.double] }
        var reader = field.reader
        var numbers: [Double] = []
        while !reader.isAtEnd { numbers.append(Double(bitPattern: UInt64(littleEndian: try reader.fixed()))) }
        return numbers
    }
}
