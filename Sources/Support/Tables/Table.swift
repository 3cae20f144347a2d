package import Support

/// What the values of a column mean.
package enum ColumnKind: String, Sendable, Codable, CaseIterable {
    /// Whole numbers, held as doubles (exact to 2^53).
    case integer
    /// Real numbers.
    case number
    /// Text or categories.
    case text
    /// 0 and 1.
    case boolean
    /// Seconds since 1970 in UTC, held as doubles.
    case timestamp

    /// Whether values are held as doubles.
    package var isNumeric: Bool { self != .text }
}

/// Text as codes into a dictionary of distinct values. Code -1 is a missing value.
package struct TextValues: Sendable, Equatable {
    package var codes: [Int32]
    package var dictionary: [String]

    package init(codes: [Int32], dictionary: [String]) {
        self.codes = codes
        self.dictionary = dictionary
    }

    /// Builds the dictionary in order of first appearance.
    package init(_ values: some Sequence<String?>) {
        var codes: [Int32] = []
        var dictionary: [String] = []
        var known: [String: Int32] = [:]
        for value in values {
            guard let value else {
                codes.append(-1)
                continue
            }
            if let code = known[value] {
                codes.append(code)
            } else {
                known[value] = Int32(dictionary.count)
                codes.append(Int32(dictionary.count))
                dictionary.append(value)
            }
        }
        self.init(codes: codes, dictionary: dictionary)
    }

    package subscript(row: Int) -> String? { codes[row] < 0 ? nil : dictionary[Int(codes[row])] }
}

/// A named column. Numbers hold NaN where a value is missing.
package struct Column: Sendable, Equatable {
    package enum Values: Sendable, Equatable {
        case numbers([Double])
        case text(TextValues)
    }

    package var name: String
    package var kind: ColumnKind
    package var values: Values

    package init(_ name: String, kind: ColumnKind = .number, numbers: [Double]) {
        self.name = name
        self.kind = kind
        values = .numbers(numbers)
    }

    package init(_ name: String, text: TextValues) {
        self.name = name
        kind = .text
        values = .text(text)
    }

    package init(_ name: String, strings: [String?]) { self.init(name, text: TextValues(strings)) }

    package var count: Int {
        switch values {
        case .numbers(let numbers): numbers.count
        case .text(let text): text.codes.count
        }
    }

    /// The doubles of a numeric column; nil for text.
    package var numbers: [Double]? { if case .numbers(let numbers) = values { numbers } else { nil } }

    /// The codes and dictionary of a text column; nil for numbers.
    package var text: TextValues? { if case .text(let text) = values { text } else { nil } }

    package func isMissing(_ row: Int) -> Bool {
        switch values {
        case .numbers(let numbers): numbers[row].isNaN
        case .text(let text): text.codes[row] < 0
        }
    }

    /// The number of missing values.
    package var missingCount: Int {
        switch values {
        case .numbers(let numbers): numbers.count { $0.isNaN }
        case .text(let text): text.codes.count { $0 < 0 }
        }
    }

    /// A value as JSON: text, number, true/false, RFC 3339 time, or null where it is missing.
    package func json(_ row: Int) -> JSONValue {
        switch values {
        case .text(let text): JSONValue(text[row])
        case .numbers(let numbers) where numbers[row].isNaN: .null
        case .numbers(let numbers):
            switch kind {
            case .boolean: .bool(numbers[row] != 0)
            case .timestamp: .string(Timestamp(seconds: numbers[row]).description)
            case .integer: Int64(exactly: numbers[row]).map(JSONValue.integer) ?? .number(numbers[row])
            case .number, .text: JSONValue(numbers[row])
            }
        }
    }

    /// The value as a category: the text itself, or a number as JSON prints it. Nil where it is missing.
    package func category(_ row: Int) -> String? {
        switch values {
        case .text(let text): text[row]
        case .numbers(let numbers): numbers[row].isNaN ? nil : JSONValue.text(of: numbers[row])
        }
    }

    /// The rows in the given order.
    package func rows(_ rows: [Int]) -> Column {
        var copy = self
        switch values {
        case .numbers(let numbers): copy.values = .numbers(rows.map { numbers[$0] })
        case .text(let text): copy.values = .text(TextValues(codes: rows.map { text.codes[$0] }, dictionary: text.dictionary))
        }
        return copy
    }
}

/// Columns of equal length.
package struct Table: Sendable, Equatable {
    private enum Content: Sendable {
        case columns([Column])
        case matrix(NumberMatrix)
    }

    private let content: Content
    package let rowCount: Int

    /// - Throws: `defect` where columns differ in length, `invalidInput` where two share a name.
    package init(_ columns: [Column]) throws(MartletError) {
        rowCount = columns.first?.count ?? 0
        for column in columns where column.count != rowCount {
            throw MartletError(.defect, "Column \(column.name) has \(column.count) rows; the table has \(rowCount).")
        }
        var names: Set<String> = []
        for column in columns where !names.insert(column.name).inserted {
            throw MartletError(.invalidInput, "Two columns are called “\(column.name)”. Rename one.")
        }
        content = .columns(columns)
    }

    /// A table with no columns and no rows.
    package static let empty = Table(checked: [], rowCount: 0)

    /// Rows of which nothing is told: no columns.
    package init(rows: Int) { self.init(checked: [], rowCount: rows) }

    /// For columns of which it is known that they differ in name and have so many rows.
    package init(checked columns: [Column], rowCount: Int) {
        content = .columns(columns)
        self.rowCount = rowCount
    }

    /// The columns of a matrix.
    package init(_ matrix: NumberMatrix) {
        content = .matrix(matrix)
        rowCount = matrix.rowCount
    }

    /// The columns. Of a table that is a matrix they are made each time; `inColumns` keeps them.
    package var columns: [Column] {
        switch content {
        case .columns(let columns): columns
        case .matrix(let matrix): matrix.columns
        }
    }

    /// The same table, with its columns made.
    package var inColumns: Table { matrix == nil ? self : Table(checked: columns, rowCount: rowCount) }

    /// The matrix that the table was made from; nil where it was made from columns.
    package var matrix: NumberMatrix? { if case .matrix(let matrix) = content { matrix } else { nil } }

    package static func == (one: Table, other: Table) -> Bool { one.rowCount == other.rowCount && one.columns == other.columns }

    package var names: [String] { matrix?.fields.map(\.name) ?? columns.map(\.name) }

    /// Whether anything is told of the rows.
    package var hasColumns: Bool {
        switch content {
        case .columns(let columns): !columns.isEmpty
        case .matrix(let matrix): !matrix.fields.isEmpty
        }
    }

    package subscript(name: String) -> Column? {
        guard let matrix else { return columns.first { $0.name == name } }
        return matrix.fields.firstIndex { $0.name == name }.map(matrix.column)
    }

    /// The column of that name.
    /// - Throws: `notFound` with the nearest name.
    package func column(_ name: String) throws(MartletError) -> Column {
        guard let column = self[name] else {
            throw MartletError(
                .notFound,
                "There is no column “\(name)”.\(didYouMean(name, among: names)) The table has: \(names.prefix(30).joined(separator: ", ")).")
        }
        return column
    }

    /// The rows in the given order.
    package func rows(_ rows: [Int]) -> Table { Table(checked: columns.map { $0.rows(rows) }, rowCount: rows.count) }

    /// The named columns, in that order.
    /// - Throws: `notFound` with the nearest name, `invalidInput` where a name stands twice.
    package func selecting(_ names: [String]) throws(MartletError) -> Table {
        var chosen: [Column] = []
        for name in names { chosen.append(try column(name)) }
        return Table(checked: try Table(chosen).columns, rowCount: rowCount)
    }

    /// The table without the named columns.
    package func dropping(_ names: Set<String>) -> Table { Table(checked: columns.filter { !names.contains($0.name) }, rowCount: rowCount) }
}

extension Table {
    /// The rows of tables with the same columns, one after the other. Text dictionaries are merged.
    /// - Throws: `defect` where the columns differ.
    package static func joining(_ tables: [Table]) throws(MartletError) -> Table {
        guard let first = tables.first else { return .empty }
        var columns: [Column] = []
        for column in first.columns {
            var parts: [Column] = []
            for table in tables { parts.append(try table.column(column.name)) }
            columns.append(try Column.joining(parts))
        }
        return try Table(columns)
    }
}

extension Column {
    fileprivate static func joining(_ parts: [Column]) throws(MartletError) -> Column {
        let first = parts[0]
        guard first.text != nil else { return Column(first.name, kind: first.kind, numbers: parts.flatMap { $0.numbers ?? [] }) }
        var codes: [Int32] = []
        var dictionary: [String] = []
        var known: [String: Int32] = [:]
        for part in parts {
            guard let text = part.text else { throw MartletError(.defect, "Column \(first.name) holds text in one table and numbers in another.") }
            let translated = text.dictionary.map { value -> Int32 in
                if let code = known[value] { return code }
                let code = Int32(dictionary.count)
                known[value] = code
                dictionary.append(value)
                return code
            }
            codes += text.codes.map { $0 < 0 ? -1 : translated[Int($0)] }
        }
        return Column(first.name, text: TextValues(codes: codes, dictionary: dictionary))
    }
}
