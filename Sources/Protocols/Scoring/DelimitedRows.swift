internal import Support
internal import Tables

extension Rows {
    /// Reads CSV. A first line that names a column of the model is a header; otherwise the columns are those of the model, in its order.
    /// - Throws: `invalidInput` for a quote that does not end, or a line with another number of values.
    init(csv text: String, names: [String]) throws(MartletError) {
        var reader = DelimitedLines(text)
        var lines: [[String]] = []
        while let line = reader.next() { if line != [""] { lines.append(line) } }
        guard !reader.endsWithinQuotes else { throw Rows.refusal("A quote that begins in the body does not end.") }
        guard let first = lines.first else { throw Rows.refusal("The body has no rows.") }
        let hasHeader = first.contains { names.contains($0) }
        if hasHeader { lines.removeFirst() }
        self = try Rows(lists: lines.map { .array($0.map(JSONValue.string)) }, names: hasHeader ? first : names)
        isText = true
    }
}
