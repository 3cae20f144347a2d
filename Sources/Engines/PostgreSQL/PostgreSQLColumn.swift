/// A column of an answer.
package struct PostgreSQLColumn: Sendable, Equatable {
    package var name: String
    /// The number of its type in the catalogue `pg_type`.
    package var type: UInt32
    /// What the type says beyond its number, such as the digits of a numeric; -1 for nothing.
    package var modifier: Int32

    package init(name: String, type: UInt32, modifier: Int32) {
        self.name = name
        self.type = type
        self.modifier = modifier
    }

    /// The type of DuckDB that holds its values as `COPY` writes them. Exact decimals are doubles unless they are whole and short; what has no
    /// counterpart (arrays, ranges, JSON, bytes, intervals) is text as PostgreSQL prints it.
    package var duckDBType: String {
        switch type {
        case 16: "BOOLEAN"
        case 20, 21, 23, 26: "BIGINT"
        case 700, 701: "DOUBLE"
        case 1700: isShortWhole ? "BIGINT" : "DOUBLE"
        case 1082: "DATE"
        case 1114: "TIMESTAMP"
        case 1184: "TIMESTAMP WITH TIME ZONE"
        default: "VARCHAR"
        }
    }

    /// Whether a numeric has no fraction and at most 18 digits: `(precision << 16 | scale) + 4`.
    private var isShortWhole: Bool {
        guard modifier >= 4 else { return false }
        let packed = modifier - 4
        return packed & 0xFFFF == 0 && packed >> 16 <= 18
    }
}
