import EngineHeaders
import Tables

/// How the values of a column lie in DuckDB's vectors.
enum ValueType {
    case boolean, int8, int16, int32, int64, uint8, uint16, uint32, uint64, hugeint, uhugeint, float, double, date, text
    /// A count of units since 1970.
    case timestamp(unitsPerSecond: Double)
    /// A scaled integer in a vector of the given type; `divisor` is the power of ten.
    indirect case decimal(stored: ValueType, divisor: Double)
    /// Codes of the given type into the dictionary.
    indirect case enumeration(stored: ValueType, dictionary: [String])
    /// Read only after a cast to text.
    case other

    /// Reads and releases a logical type.
    init(_ api: DuckDBAPI, _ type: UnsafeMutableRawPointer?) {
        var handle = type
        defer { api.calls.destroy_logical_type(&handle) }
        self = type.map { ValueType(api, described: $0) } ?? .other
    }

    private init(_ api: DuckDBAPI, described type: UnsafeMutableRawPointer) {
        let id = api.calls.get_type_id(type)
        switch id {
        case 19:
            let divisor = (0..<api.calls.decimal_scale(type)).reduce(1.0) { power, _ in power * 10 }
            self = .decimal(stored: ValueType(id: api.calls.decimal_internal_type(type)), divisor: divisor)
        case 23:
            let count = api.calls.enum_dictionary_size(type)
            let dictionary = (0..<count).map { index in
                let text = api.calls.enum_dictionary_value(type, UInt64(index))
                defer { api.calls.free(text) }
                return text.map { String(cString: $0) } ?? ""
            }
            self = .enumeration(stored: ValueType(id: api.calls.enum_internal_type(type)), dictionary: dictionary)
        default: self = ValueType(id: id)
        }
    }

    /// By the number of `duckdb_type` (duckdb.h).
    private init(id: CInt) {
        switch id {
        case 1: self = .boolean
        case 2: self = .int8
        case 3: self = .int16
        case 4: self = .int32
        case 5: self = .int64
        case 6: self = .uint8
        case 7: self = .uint16
        case 8: self = .uint32
        case 9: self = .uint64
        case 10: self = .float
        case 11: self = .double
        case 12, 31: self = .timestamp(unitsPerSecond: 1e6)
        case 13: self = .date
        case 16: self = .hugeint
        case 17: self = .text
        case 20: self = .timestamp(unitsPerSecond: 1)
        case 21: self = .timestamp(unitsPerSecond: 1e3)
        case 22: self = .timestamp(unitsPerSecond: 1e9)
        case 32: self = .uhugeint
        default: self = .other
        }
    }

    /// What the values mean in a table.
    var kind: ColumnKind {
        switch self {
        case .boolean: .boolean
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .hugeint, .uhugeint: .integer
        case .float, .double, .decimal: .number
        case .date, .timestamp: .timestamp
        case .text, .enumeration, .other: .text
        }
    }

    /// Whether a query must cast the column to text to have it read.
    var needsCast: Bool { if case .other = self { true } else { false } }
}
