import EngineHeaders
import Tables

/// Collects the values of one column from the vectors of an answer.
struct ColumnReader {
    private let name: String
    private let type: ValueType
    private var numbers: [Double] = []
    private var text = TextDictionary()
    private var codes: [Int32] = []

    init(name: String, type: ValueType) {
        self.name = name
        self.type = type
    }

    /// Appends the rows of a vector. `validity` holds a bit for each row, 1 where there is a value; nil where all have one.
    mutating func append(_ data: UnsafeMutableRawPointer, validity: UnsafeMutablePointer<UInt64>?, rows: Int) {
        switch type {
        case .text: appendText(data, validity, rows)
        case .enumeration(let stored, _): appendCodes(data, stored, validity, rows)
        default: appendNumbers(data, type, validity, rows)
        }
    }

    /// The column so far.
    consuming func finish() -> Column {
        switch type {
        case .text, .other: Column(name, text: text.finish())
        case .enumeration(_, let dictionary): Column(name, text: TextValues(codes: codes, dictionary: dictionary))
        default: Column(name, kind: type.kind, numbers: numbers)
        }
    }

    private mutating func appendText(_ data: UnsafeMutableRawPointer, _ validity: UnsafeMutablePointer<UInt64>?, _ rows: Int) {
        let words = data.assumingMemoryBound(to: (UInt64, UInt64).self)
        guard let validity else {
            for row in 0..<rows { text.append(words[row]) }
            return
        }
        for row in 0..<rows {
            if validity[row >> 6] >> UInt64(row & 63) & 1 == 1 { text.append(words[row]) } else { text.appendMissing() }
        }
    }

    private mutating func appendCodes(_ data: UnsafeMutableRawPointer, _ stored: ValueType, _ validity: UnsafeMutablePointer<UInt64>?, _ rows: Int) {
        let first = codes.count
        switch stored {
        case .uint8: Self.collect(data, UInt8.self, rows, into: &codes) { Int32($0) }
        case .uint16: Self.collect(data, UInt16.self, rows, into: &codes) { Int32($0) }
        default: Self.collect(data, UInt32.self, rows, into: &codes) { Int32(truncatingIfNeeded: $0) }
        }
        Self.erase(&codes, from: first, validity, rows, missing: -1)
    }

    private mutating func appendNumbers(_ data: UnsafeMutableRawPointer, _ type: ValueType, _ validity: UnsafeMutablePointer<UInt64>?, _ rows: Int) {
        let first = numbers.count
        collectNumbers(data, type, rows)
        Self.erase(&numbers, from: first, validity, rows, missing: .nan)
    }

    private mutating func collectNumbers(_ data: UnsafeMutableRawPointer, _ type: ValueType, _ rows: Int) {
        switch type {
        case .double: Self.collect(data, Double.self, rows, into: &numbers) { $0 }
        case .float: Self.collect(data, Float.self, rows, into: &numbers) { Double($0) }
        case .boolean, .uint8: Self.collect(data, UInt8.self, rows, into: &numbers) { Double($0) }
        case .int8: Self.collect(data, Int8.self, rows, into: &numbers) { Double($0) }
        case .int16: Self.collect(data, Int16.self, rows, into: &numbers) { Double($0) }
        case .int32: Self.collect(data, Int32.self, rows, into: &numbers) { Double($0) }
        case .int64: Self.collect(data, Int64.self, rows, into: &numbers) { Double($0) }
        case .uint16: Self.collect(data, UInt16.self, rows, into: &numbers) { Double($0) }
        case .uint32: Self.collect(data, UInt32.self, rows, into: &numbers) { Double($0) }
        case .uint64: Self.collect(data, UInt64.self, rows, into: &numbers) { Double($0) }
        case .hugeint: Self.collect(data, martlet_duckdb_hugeint.self, rows, into: &numbers) { Self.double($0, signed: true) }
        case .uhugeint: Self.collect(data, martlet_duckdb_hugeint.self, rows, into: &numbers) { Self.double($0, signed: false) }
        case .date: Self.collect(data, Int32.self, rows, into: &numbers) { Self.seconds(Double($0) * 86_400) }
        case .timestamp(let units): Self.collect(data, Int64.self, rows, into: &numbers) { Self.seconds(Double($0) / units) }
        case .decimal(let stored, let divisor):
            let first = numbers.count
            collectNumbers(data, stored, rows)
            for row in first..<numbers.count { numbers[row] /= divisor }
        case .text, .enumeration, .other: numbers.append(contentsOf: repeatElement(.nan, count: rows))
        }
    }

    @inline(__always)
    private static func collect<Stored, Value>(
        _ data: UnsafeMutableRawPointer, _ type: Stored.Type, _ rows: Int, into values: inout [Value], _ convert: (Stored) -> Value
    ) {
        let stored = data.assumingMemoryBound(to: Stored.self)
        let converted = [Value](unsafeUninitializedCapacity: rows) { target, count in
            for row in 0..<rows { target.initializeElement(at: row, to: convert(stored[row])) }
            count = rows
        }
        values.append(contentsOf: converted)
    }

    private static func erase<Value>(
        _ values: inout [Value], from first: Int, _ validity: UnsafeMutablePointer<UInt64>?, _ rows: Int, missing: Value
    ) {
        guard let validity else { return }
        for row in 0..<rows where validity[row >> 6] >> UInt64(row & 63) & 1 == 0 { values[first + row] = missing }
    }

    /// The nearest double of a 128-bit integer.
    private static func double(_ value: martlet_duckdb_hugeint, signed: Bool) -> Double {
        if value.upper == 0 { return Double(value.lower) }
        return signed
            ? Double(Int128(value.upper) << 64 | Int128(value.lower))
            : Double(UInt128(UInt64(bitPattern: value.upper)) << 64 | UInt128(value.lower))
    }

    /// Missing for infinite times and for those that a `Timestamp` cannot hold (beyond about 292,000 years).
    private static func seconds(_ value: Double) -> Double { abs(value) < 9.2e12 ? value : .nan }
}
