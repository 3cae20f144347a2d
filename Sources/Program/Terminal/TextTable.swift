/// Rows of text in aligned columns.
struct TextTable {
    var rows: [[String]] = []
    /// Columns, by number, whose cells stand to the right.
    var rightAligned: Set<Int> = []

    /// Adds a row. An end of a line inside a cell is spelled out: what somebody wrote must not look like a row of its own.
    mutating func add(_ cells: String...) { add(cells) }

    mutating func add(_ cells: [String]) {
        rows.append(cells.map { $0.contains(where: \.isNewline) ? $0.replacing("\r\n", with: "\\n").replacing("\n", with: "\\n") : $0 })
    }

    /// The lines, without spaces at their ends.
    func lines(indent: String = "  ") -> [String] {
        let widths = (0..<(rows.map(\.count).max() ?? 0)).map { column in
            rows.map { $0.indices.contains(column) ? visible($0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - visible(cell))
                return rightAligned.contains(column) ? space + cell : cell + space
            }
            var line = indent + cells.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }

    /// The characters of a cell that show: colours take no width.
    private func visible(_ text: String) -> Int {
        var count = 0
        var inEscape = false
        for character in text {
            if character == "\u{1B}" { inEscape = true } else if inEscape { inEscape = character != "m" } else { count += 1 }
        }
        return count
    }
}
