internal import Support

extension Rows {
    /// Reads CSV. A first line that names a column of the model is a header; otherwise the columns are those of the model, in its order.
    /// - Throws: `invalidInput` for a quote that does not end, or a line with another number of values.
    init(csv text: String, names: [String]) throws(MartletError) {
        var lines = try Rows.lines(of: text)
        guard let first = lines.first else { throw Rows.refusal("The body has no rows.") }
        let hasHeader = first.contains { names.contains($0) }
        if hasHeader { lines.removeFirst() }
        self = try Rows(lists: lines.map { .array($0.map(JSONValue.string)) }, names: hasHeader ? first : names)
        isText = true
    }

    /// The values of each line: commas between, quotes around what holds one, quotes doubled within (RFC 4180). Empty lines are left out.
    private static func lines(of text: String) throws(MartletError) -> [[String]] {
        var lines: [[String]] = []
        var (line, value, isQuoted): ([String], String.UnicodeScalarView, Bool) = ([], .init(), false)
        func closeValue() {
            line.append(String(value))
            value = .init()
        }
        func closeLine() {
            closeValue()
            if line != [""] { lines.append(line) }
            line = []
        }
        var scalars = text.unicodeScalars.makeIterator()
        var next = scalars.next()
        while let scalar = next {
            next = scalars.next()
            switch scalar {
            case "\"" where isQuoted && next == "\"":
                value.append("\"")
                next = scalars.next()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: closeValue()
            case "\n" where !isQuoted: closeLine()
            case "\r" where !isQuoted && next == "\n": continue
            default: value.append(scalar)
            }
        }
        guard !isQuoted else { throw Rows.refusal("A quote that begins in the body does not end.") }
        closeLine()
        return lines
    }
}
