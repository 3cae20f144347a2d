/// The first rows that do not meet an expectation, with the values that it is about.
struct UnmetSection {
    let rows: [DatasetVersionView.Unmet]
    /// How many there are.
    let count: Int

    var html: HTML {
        guard count > 0 else { return "" }
        let cells = rows.map { row -> HTML in
            let values = row.values.map { "<span class=\"meta\">\(isolated($0.name))</span> \(isolated(String($0.value.prefix(120)))) " as HTML }
            return """
                <tr><td class="number">\(Figure.count(row.row))</td><td>\(isolated(row.reason))</td><td>\(values)</td></tr>
                """
        }
        let rest: HTML = count > rows.count ? "<p class=\"note\">The first \(Figure.count(rows.count)) of \(Figure.count(count)).</p>" : ""
        return section(
            "unmet", "Rows that do not meet an expectation",
            """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="unmet-title"><table>
            <thead><tr><th scope="col" class="number">row</th><th scope="col">expectation</th><th scope="col">values</th></tr></thead>
            <tbody>
            \(cells)
            </tbody></table></div>\(rest)
            """)
    }
}
