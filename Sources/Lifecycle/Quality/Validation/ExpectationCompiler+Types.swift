import DuckDB
import Support
import Tables

/// Expectations on the types of columns, in the words of numpy, pandas, Python and SQL and in our own.
extension ExpectationCompiler {
    func compileType(_ scan: inout ValidationScan) throws(MartletError) -> Compiled {
        let kind = try kind(of: columnName)
        let arguments = expectation.arguments
        let words = expectation.type == .valuesToBeInTypeList ? arguments["type_list"].elements.compactMap(\.text) : [arguments["type_"].text ?? ""]
        let name = pandasName
        let fits = words.contains { isType($0, of: kind, name) }
        if let unknown = words.first(where: { !TypeWords.all.contains($0) && !TypeWords.all.contains($0.lowercased()) }), !fits {
            throw MartletError(.invalidInput, "there is no type “\(unknown)”.\(didYouMean(unknown, among: ColumnKind.allCases.map(\.rawValue)))")
        }
        let isObject = ["object", "object_", "O"].contains(words.first)
        if kind == .text, expectation.type == .valuesToBeInTypeList || (expectation.type == .valuesToBeOfType && !isObject) {
            return try compileTest(&scan, grouped: false) { _ in fits ? "true" : "false" }
        }
        let observed = expectation.type == .columnTypeToBe ? dtype : name
        return Compiled { _ in ExpectationResult(expectation, success: fits, observed: .string(observed)) }
    }

    private func isType(_ word: String, of kind: ColumnKind, _ name: String) -> Bool {
        if let own = ColumnKind(rawValue: word) { return own == kind }
        if word == dtype { return true }
        if expectation.type == .columnTypeToBe, word == "Timestamp" || TypeWords.python.contains(word) { return false }
        if word == name || "\(word)_" == name { return true }
        let lower = word.lowercased()
        if TypeWords.texts.contains(lower) { return kind == .text }
        switch lower {
        case "int", "long", "bigint": return name == "int64"
        case "smallint": return name == "int16"
        case "tinyint": return name == "int8"
        case "float", "double", "real", "decimal", "numeric":
            return kind == .number && (lower == "float" || lower == "double" ? name == "float64" : true)
        case "bool", "bool_": return kind == .boolean
        case "datetime", "datetime64", "datetime64[ns]", "date", "datetime64[us]": return kind == .timestamp && name != "Timestamp"
        case "datetimetzdtype": return name == "Timestamp"
        case "timestamp": return kind == .timestamp && word != "Timestamp"
        default: return false
        }
    }

    /// The name of the values' type in numpy and pandas, of a Parquet file that holds the column and where nothing is missing.
    private var pandasName: String {
        switch table.type(of: columnName) {
        case "BIGINT": "int64"
        case "INTEGER": "int32"
        case "SMALLINT": "int16"
        case "TINYINT": "int8"
        case "UBIGINT": "uint64"
        case "UINTEGER": "uint32"
        case "USMALLINT": "uint16"
        case "UTINYINT": "uint8"
        case "DOUBLE", "HUGEINT": "float64"
        case "FLOAT": "float32"
        case "BOOLEAN": "bool"
        case "TIMESTAMP WITH TIME ZONE": "Timestamp"
        case let type where type.hasPrefix("TIMESTAMP"): "datetime64"
        default: "object_"
        }
    }

    private var dtype: String {
        switch pandasName {
        case "object_": "object"
        case "datetime64": "datetime64[us]"
        case "Timestamp": "datetime64[us, UTC]"
        case let name: name
        }
    }
}

/// The words for types.
private enum TypeWords {
    static let python: Set = ["str", "string", "string_types", "object_", "O"]
    static let texts: Set = ["str", "string", "string_types", "object", "object_", "o", "varchar", "char", "text", "category"]
    static let all: Set<String> = texts.union(ColumnKind.allCases.map(\.rawValue)).union([
        "int", "long", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bigint", "smallint", "tinyint", "float", "float32",
        "float64", "double", "real", "decimal", "numeric", "bool", "bool_", "datetime", "datetime64", "datetime64[ns]", "datetime64[us]", "date",
        "datetimetzdtype", "bytes", "complex", "list", "dict", "none",
    ])
}
