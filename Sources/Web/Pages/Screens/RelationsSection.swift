/// What the columns of a dataset have to do with each other: correlations, and values that are missing together.
struct RelationsSection {
    let view: DatasetVersionView

    var html: HTML { "\(correlations)\(missing)" }

    // MARK: Correlations

    private var correlations: HTML {
        let matrices = [("pearson", "Correlation"), ("spearman", "Rank correlation"), ("cramers_v", "Cramér's V")].compactMap { measure, name in
            let some = view.associations.filter { $0.measure == measure }
            return CorrelationMatrix(associations: some, name: name).html.map { "<figure><figcaption>\(name)</figcaption>\($0)</figure>" as HTML }
        }
        let duplicates: HTML =
            (view.duplicateRows ?? 0) > 0
            ? "<p>\(badge("warn", "!", "repeated rows")) \(Figure.count(view.duplicateRows ?? 0, "row")) repeat an earlier one in every column.</p>"
            : ""
        guard !matrices.isEmpty || !duplicates.text.isEmpty else { return "" }
        return section(
            "relations", "What goes together",
            aside: "<p class=\"legend\">the fuller, the closer, and gold where one falls as the other rises</p>",
            "\(duplicates)<div class=\"columns two charts\">\(matrices)</div>")
    }

    // MARK: Missing values

    private static let mostPatterns = 12
    private static let mostColumns = 30

    private var missing: HTML {
        let patterns = view.missingPatterns.prefix(RelationsSection.mostPatterns)
        var names: [String] = []
        for name in patterns.flatMap(\.columns) where !names.contains(name) { names.append(name) }
        guard !names.isEmpty else { return "" }
        let shown = Array(names.prefix(RelationsSection.mostColumns))
        let rows = patterns.map { pattern -> HTML in
            let text = pattern.columns.isEmpty ? "nothing" : pattern.columns.prefix(8).joined(separator: ", ")
            let more = pattern.columns.count > 8 ? " and \(pattern.columns.count - 8) more" : ""
            return """
                <tr><td class="number">\(Figure.count(pattern.rows))</td><td class="number">\(Figure.percent(Double(pattern.rows) / Double(max(1, view.rows))))</td>\
                <td>\(strip(shown, pattern))</td><td>\(isolated(text))\(more)</td></tr>
                """
        }
        return section(
            "missing", "Missing together",
            """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="missing-title"><table class="patterns">
            <thead><tr><th scope="col" class="number">rows</th><th scope="col" class="number">share</th><th scope="col">pattern</th>\
            <th scope="col">what is missing</th></tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """)
    }

    /// A square for every column that is missing somewhere.
    private func strip(_ names: [String], _ pattern: MissingPatternView) -> HTML {
        let absent = Set(pattern.columns)
        var squares: HTML = ""
        for (i, name) in names.enumerated() {
            squares += "<rect class=\"\(absent.contains(name) ? "absent" : "there")\" x=\"\(Double(i) * 12)\" y=\"0\" width=\"10\" height=\"10\">"
            squares += "<title>\(name)</title></rect>"
        }
        return drawing(
            "pattern", width: Double(max(names.count, 16)) * 12, height: 10, label: "\(absent.count) of \(names.count) columns are missing", squares)
    }
}
