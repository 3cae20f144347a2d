import Support
package import Tables

extension Table {
    /// The table as comma-separated text (RFC 4180, lines ended by a line feed): a header, then a line per row. A missing value is an empty field;
    /// times are RFC 3339; whole numbers have no decimal point.
    package func commaSeparated(header: Bool = true) -> String {
        var text = ""
        if header { text += names.map(Self.field).joined(separator: ",") + "\n" }
        let printers = columns.map(Self.printer)
        for row in 0..<rowCount {
            for (index, printer) in printers.enumerated() {
                if index > 0 { text += "," }
                text += printer(row)
            }
            text += "\n"
        }
        return text
    }

    /// What prints a row of a column. Text is quoted once per distinct value.
    private static func printer(_ column: Column) -> (Int) -> String {
        if let text = column.text {
            let fields = text.dictionary.map(field)
            return { row in text.codes[row] < 0 ? "" : fields[Int(text.codes[row])] }
        }
        return { row in
            switch column.json(row) {
            case .null: ""
            case .string(let time): time
            default: column.category(row) ?? ""
            }
        }
    }

    /// Quotes a field where it needs it; an empty text is quoted, so that it differs from a missing one.
    private static func field(_ text: String) -> String {
        let special = text.isEmpty || text.contains { $0 == "," || $0 == "\"" || $0.isNewline }
        return special ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" : text
    }
}
