import Support

/// One version of a dataset: its columns, the odd ones first, how its expectations turned out, what could not be read, and where it comes from.
package struct DatasetPage {
    let view: DatasetVersionView
    let request: DatasetRequest

    package init(_ view: DatasetVersionView, _ request: DatasetRequest) {
        self.view = view
        self.request = request
    }

    package var page: Page {
        Frame(title: "\(view.name) v\(view.version)", section: .datasets).page(
            """
            <div class="title"><p class="crumb"><a href="\(PagePath.datasets)">Data</a></p>
            <h1>\(isolated(view.name)) <span class="version">v\(view.version)</span></h1><p class="meta">read \(moment(view.created)) · \
            <a href="\(ScatterRequest("\(view.name)@v\(view.version)").path)">rows as points</a></p></div>
            \(versions)\(tiles)
            \(ColumnTables(view: view, request: request).html)
            \(RelationsSection(view: view).html)
            \(QualitySection(expectations: view.expectations).html)
            \(AnomalySection(anomalies: view.anomalies).html)
            \(UnmetSection(rows: view.unmet, count: view.unmetCount).html)
            \(tableRules)
            \(cleaning)
            \(leftOut)
            \(rejected)
            \(origin)
            """)
    }

    private var versions: HTML {
        guard view.versions.count > 1 else { return "" }
        let links = view.versions.suffix(DatasetPage.mostVersions).reversed().map { number -> HTML in
            number == view.version
                ? "<span class=\"version\" aria-current=\"page\">v\(number)</span>"
                : "<a href=\"\(PagePath.dataset("\(view.name)@v\(number)"))\">v\(number)</a>"
        }
        let earlier: HTML =
            view.versions.last { $0 < view.version }.map { number -> HTML in
                let pair = DatasetPair("\(view.name)@v\(number)", "\(view.name)@v\(view.version)")
                return " <a href=\"\(pair.path)\">compared with v\(number)</a>"
            } ?? ""
        return "<p class=\"meta versions\">Versions \(links)\(earlier)</p>\n"
    }

    /// The newest versions stand in the open.
    private static let mostVersions = 20

    private var tiles: HTML {
        let cells = view.columns.reduce((there: 0, missing: 0)) { ($0.there + $1.count, $0.missing + $1.missing) }
        let share = Double(cells.missing) / Double(max(1, cells.there + cells.missing))
        let odd = view.columns.count { !$0.alerts.isEmpty }
        let held = view.expectations.count { $0.holds }
        let expectations = view.expectations.isEmpty ? "–" : "\(held) of \(view.expectations.count)"
        return """
            <dl class="tiles">
            <div><dt>rows</dt><dd>\(Figure.count(view.rows))</dd></div>
            <div><dt>columns</dt><dd>\(Figure.count(view.columns.count))</dd></div>
            <div><dt>missing values</dt><dd>\(Figure.percent(share))</dd></div>
            <div><dt>columns that stand out</dt><dd>\(Figure.count(odd))</dd></div>
            <div><dt>expectations held</dt><dd>\(expectations)</dd></div>
            <div><dt>unreadable rows</dt><dd>\(Figure.count(view.rejectedCount))</dd></div>
            </dl>
            """
    }

    private var tableRules: HTML {
        guard !view.tableRules.isEmpty else { return "" }
        let rows = view.tableRules.map { rule -> HTML in
            let partners: HTML = rule.unmatched.map { "\(Figure.count($0)) without a partner" } ?? ""
            let added: HTML = rule.added.isEmpty ? "" : "\(partners == "" ? HTML.nothing : "; ")adds \(isolated(rule.added.joined(separator: ", ")))"
            return """
                <tr><th scope="row">\(rule.rule)</th><td>\(rule.columns.map { isolated($0) })</td><td class="number">\(Figure.count(rule.rowsBefore))</td>\
                <td class="number">\(Figure.count(rule.rowsAfter))</td><td>\(partners)\(added)</td></tr>
                """
        }
        return section(
            "table-rules", "Rules on the whole table",
            """
            <p class="note">Rows of the training source before and after each rule, one after the other.</p>
            <div class="scroll" tabindex="0" role="group" aria-labelledby="table-rules-title"><table>
            <thead><tr><th scope="col">rule</th><th scope="col">columns</th><th scope="col" class="number">rows before</th>\
            <th scope="col" class="number">rows after</th><th scope="col">what else</th></tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """)
    }

    private var leftOut: HTML {
        guard let leftOut = view.leftOut, leftOut.count > 0 else { return "" }
        let names = leftOut.columns.prefix(DatasetPage.mostColumns)
        let rows = leftOut.rows.map { row -> HTML in
            let values = row.values.prefix(names.count).map { "<td>\($0.map { isolated(String($0.prefix(80))) } ?? HTML.nothing)</td>" as HTML }
            return "<tr><th scope=\"row\">\(row.rule)</th><td>\(isolated(row.reason))</td>\(values)</tr>"
        }
        let rest = leftOut.count - leftOut.rows.count
        let more: HTML = rest > 0 ? "<p class=\"note\">The first \(Figure.count(leftOut.rows.count)) of \(Figure.count(leftOut.count)).</p>" : ""
        return section(
            "left-out", "Rows that rules left out",
            """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="left-out-title"><table>
            <thead><tr><th scope="col">rule</th><th scope="col">reason</th>\(names.map { "<th scope=\"col\">\(isolated($0))</th>" as HTML })</tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>\(more)
            """)
    }

    /// How many columns of rows that were left out are shown.
    private static let mostColumns = 12

    private var cleaning: HTML {
        guard !view.cleaning.isEmpty else { return "" }
        let rows = view.cleaning.map { rule -> HTML in
            let columns: HTML = rule.columns.isEmpty ? "all" : "\(rule.columns.map { isolated($0) })"
            return """
                <tr><th scope="row">\(rule.rule)</th><td>\(columns)</td><td class="number">\(Figure.count(rule.changed))</td>\
                <td class="number">\(Figure.count(rule.emptied))</td><td class="number">\(Figure.count(rule.filled))</td>\
                <td class="number">\(Figure.count(rule.dropped))</td></tr>
                """
        }
        return section(
            "cleaning", "Cleaning",
            """
            <p class="note">Rows of the training source that each rule changed, one after the other.</p>
            <div class="scroll" tabindex="0" role="group" aria-labelledby="cleaning-title"><table>
            <thead><tr><th scope="col">rule</th><th scope="col">columns</th><th scope="col" class="number">rows changed</th>\
            <th scope="col" class="number">value made missing</th><th scope="col" class="number">value filled</th>\
            <th scope="col" class="number">rows left out</th></tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """)
    }

    private var rejected: HTML {
        guard view.rejectedCount > 0 else { return "" }
        let shown = view.rejected.prefix(DatasetPage.mostRejected)
        let rows = shown.map { row -> HTML in
            """
            <tr><td>\(isolated(row.file))</td><td class="number">\(Figure.count(row.line))</td>\
            <td class="number">\(row.column.map { Figure.count($0) } ?? "")</td><td>\(isolated(row.reason))</td>\
            <td><code>\(isolated(String(row.text.prefix(200))))</code></td></tr>
            """
        }
        let rest: HTML =
            view.rejectedCount > shown.count
            ? "<p class=\"note\">The first \(Figure.count(shown.count)) of \(Figure.count(view.rejectedCount)).</p>" : ""
        return section(
            "rejected", "Rows that could not be read",
            """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="rejected-title"><table>
            <thead><tr><th scope="col">file</th><th scope="col" class="number">line</th><th scope="col" class="number">column</th>\
            <th scope="col">reason</th><th scope="col">text</th></tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>\(rest)
            """)
    }

    private static let mostRejected = 50

    private var writers: HTML {
        guard !view.writers.isEmpty else { return "" }
        let rows = view.writers.map { writer -> HTML in
            """
            <tr><th scope="row">\(isolated(writer.job))</th><td>\(isolated(writer.source))</td><td>\(isolated(writer.state))</td>\
            <td>\(moment(writer.at))</td></tr>
            """
        }
        return """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="origin-title"><table>
            <thead><tr><th scope="col">job of another tool</th><th scope="col">wrote</th><th scope="col">state</th><th scope="col">when</th></tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """
    }

    private var origin: HTML {
        let sources = view.sources.map { source -> HTML in
            """
            <tr><th scope="row">\(isolated(source.path))</th><td class="number">\(Figure.bytes(source.bytes))</td>\
            <td><code>\(isolated(source.digest))</code></td></tr>
            """
        }
        let table: HTML =
            sources.isEmpty
            ? ""
            : """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="origin-title"><table>
            <thead><tr><th scope="col">file</th><th scope="col" class="number">size</th><th scope="col">SHA-256</th></tr></thead>
            <tbody>
            \(sources)
            </tbody></table></div>
            """
        let run: HTML = PagePath.local(view.run).map { "<div><dt>made by</dt><dd><a href=\"\($0)\">run</a></dd></div>" } ?? ""
        let notes: HTML = view.notes.isEmpty ? "" : "<ul class=\"notes\">\(view.notes.map { "<li>\(isolated($0))</li>" as HTML })</ul>"
        return section(
            "origin", "Where it comes from",
            """
            \(table)\(writers)
            <dl class="facts grid">\(factRows(view.facts))\(run)
            <div><dt>digest</dt><dd><code>\(view.digest)</code></dd></div></dl>
            \(notes)
            """)
    }
}
