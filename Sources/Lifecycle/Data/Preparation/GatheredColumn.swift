import Support
import Tables

/// A column that comes in pieces and is kept as small as it can be: a table may have hundreds of millions of rows.
struct GatheredColumn {
    private let name: String
    private let rows: Int
    private let asClasses: Bool
    private var numbers: [Double] = []
    private var kind: ColumnKind = .number
    private var codes: [Int32] = []
    private var dictionary: [String] = []
    private var known: [String: Int32] = [:]
    private var knownNumbers: [UInt64: Int32] = [:]

    /// - Parameters:
    ///   - rows: how many will come.
    ///   - asClasses: whether numbers are kept as texts of theirs, four bytes each, as classes and groups are told apart.
    init(_ name: String, rows: Int, asClasses: Bool) {
        self.name = name
        self.rows = rows
        self.asClasses = asClasses
    }

    /// Adds rows. All pieces hold texts, or all numbers.
    mutating func append(_ column: Column) {
        kind = column.kind
        switch column.values {
        case .text(let text):
            codes.reserveCapacity(rows)
            let places = text.dictionary.map { code($0) }
            for code in text.codes { codes.append(code < 0 ? -1 : places[Int(code)]) }
        case .numbers(let values) where asClasses:
            codes.reserveCapacity(rows)
            for value in values { codes.append(value.isNaN ? -1 : code(value)) }
        case .numbers(let values):
            numbers.reserveCapacity(rows)
            numbers.append(contentsOf: values)
        }
    }

    /// The whole column; texts are numbered by their first appearance.
    consuming func finish() -> Column {
        kind == .text || asClasses ? Column(name, text: TextValues(codes: codes, dictionary: dictionary)) : Column(name, kind: kind, numbers: numbers)
    }

    private mutating func code(_ text: String) -> Int32 {
        if let code = known[text] { return code }
        let code = Int32(dictionary.count)
        known[text] = code
        dictionary.append(text)
        return code
    }

    private mutating func code(_ number: Double) -> Int32 {
        if let code = knownNumbers[number.bitPattern] { return code }
        let code = code(JSONValue.text(of: number))
        knownNumbers[number.bitPattern] = code
        return code
    }
}
