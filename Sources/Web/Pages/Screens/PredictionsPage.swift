import Support

/// The prediction log of an endpoint, newest first, with a form to search it.
package struct PredictionsPage {
    let view: PredictionsView
    let request: PredictionsRequest
    /// Why what was asked for cannot be looked up.
    let failure: String?

    package init(_ view: PredictionsView, _ request: PredictionsRequest, failure: String? = nil) {
        self.view = view
        self.request = request
        self.failure = failure
    }

    package var page: Page {
        Frame(title: "Predictions of \(request.endpoint)", section: .endpoints).page(
            """
            <div class="title">
            <p class="crumb"><a href="\(PagePath.endpoints)">Endpoints</a> › <a href="\(PagePath.endpoint(request.endpoint))">\(isolated(request.endpoint))</a></p>
            <h1>Predictions</h1>
            <p class="meta">what the log holds; that it was looked at is recorded</p>
            </div>
            \(form)
            \(failure.map(problem) ?? (view.rows.isEmpty ? nothing : list))
            """)
    }

    // MARK: - The form

    private static let labels: [(name: String, label: HTML, example: String)] = [
        ("since", "Since", "24h or 2026-11-23"), ("until", "Until", "2026-11-24"), ("version", "Version", "3"), ("label", "Answer", "approved"),
        ("key", "Caller's key", "person-7"), ("outlier", "Outlier score from", "0.99"), ("slower", "Slower than", "50ms"),
    ]

    private var form: HTML {
        """
        <form method="get" action="\(PagePath.predictions(request.endpoint))" role="search" class="filter">
        \(PredictionsPage.labels.map { field($0.label, $0.name, $0.example) })
        <label class="wide"><span class="name">Columns</span><input type="text" name="where" value="\(request["where"])" placeholder="age &gt; 30 AND city = &#39;Bern&#39;" maxlength="4000" autocomplete="off" autocapitalize="off" spellcheck="false"\(failure == nil ? HTML.nothing : " aria-describedby=\"problem\"")></label>
        <p><button type="submit" class="primary">Search</button> <a href="\(PagePath.predictions(request.endpoint))">Everything</a></p>
        </form>
        \(PredictionsPage.help)
        """
    }

    private func field(_ label: HTML, _ name: String, _ example: String) -> HTML {
        """
        <label><span class="name">\(label)</span><input type="text" name="\(name)" value="\(request[name])" placeholder="\(example)" maxlength="500" autocomplete="off" spellcheck="false"></label>
        """
    }

    private static let help: HTML = """
        <details><summary>How columns are searched</summary>
        <dl class="facts">
        <div><dt><code>age &gt; 30 AND city = &#39;Bern&#39;</code></dt><dd>inputs by their names; also <code>&lt;</code>, <code>!=</code>, <code>BETWEEN 1 AND 2</code></dd></div>
        <div><dt><code>city IN (&#39;Bern&#39;, &#39;Chur&#39;) OR city IS NULL</code></dt><dd>one of several, or missing; brackets and <code>NOT</code> as usual</dd></div>
        <div><dt><code>probability &gt;= 0.4 AND label = &#39;no&#39;</code></dt><dd>the answer; <code>value</code> for numbers, <code>probability_CLASS</code> for several classes</dd></div>
        <div><dt><code>outlier_score &gt; 0.999 AND latency_us &gt; 5000</code></dt><dd>also <code>time</code>, <code>version</code>, <code>model</code>, <code>alias</code>, <code>key</code></dd></div>
        <div><dt><code>`home town` LIKE &#39;B%&#39;</code></dt><dd>odd names in backticks; <code>%</code> for any text, <code>_</code> for any character</dd></div>
        </dl></details>
        """

    private func problem(_ message: String) -> HTML {
        "<p class=\"problem\" role=\"alert\" id=\"problem\">\(badge("bad", "✗", "failed")) \(isolated(message))</p>"
    }

    // MARK: - What was found

    private var nothing: HTML {
        let sentence: HTML = request.isAskedFor ? "Nothing in the log is like that." : "No prediction has been logged yet."
        return "\(emptyState(sentence))\n\(notes)\n\(older)"
    }

    private var list: HTML {
        section(
            "predictions", request["before"].isEmpty ? "Newest first" : "Older ones",
            aside: request["before"].isEmpty ? "" : "<p class=\"meta\"><a href=\"\(request.with(before: nil).path)\">from the newest on</a></p>",
            """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="predictions-title"><table>
            <thead><tr><th scope="col">time</th><th scope="col">prediction</th><th scope="col">version</th><th scope="col">answer</th>\
            <th scope="col" class="number">score</th><th scope="col" class="number">outlier</th><th scope="col" class="number">took</th>\
            <th scope="col">key</th><th scope="col">inputs</th></tr></thead>
            <tbody>
            \(view.rows.map(row))
            </tbody></table></div>
            \(notes)
            \(older)
            """)
    }

    private func row(_ row: PredictionsView.Row) -> HTML {
        let prediction = row.prediction
        return """
            <tr><td><time datetime="\(prediction.time.description)">\(Figure.second(prediction.time))</time></td>\
            <td><a href="\(PagePath.why(prediction.id))"><code>\(String(prediction.id.prefix(13)))…</code></a></td><td><code>v\(row.version)</code></td>\
            <td>\(prediction.label.map { isolated(String($0.prefix(80))) } ?? "")</td><td class="number">\(Figure.metric(prediction.score))</td>\
            <td class="number">\(row.outlier.map { Figure.metric($0) } ?? "–")</td><td class="number">\(Figure.milliseconds(row.milliseconds))</td>\
            <td>\(row.key.map { isolated(String($0.prefix(80))) } ?? "")</td><td>\(inputs(row))</td></tr>
            """
    }

    /// How much of a value a list shows.
    private static let shownLength = 200

    private func inputs(_ row: PredictionsView.Row) -> HTML {
        let facts = row.inputs.map { fact -> HTML in
            let mark: HTML = row.withheld.contains(fact.name) ? " <small>hashed</small>" : ""
            return "<div><dt>\(isolated(fact.name))\(mark)</dt><dd>\(isolated(String(fact.value.prefix(PredictionsPage.shownLength))))</dd></div>"
        }
        let dropped = row.withheld.filter { name in !row.inputs.contains { $0.name == name } }
        let missing: HTML = dropped.isEmpty ? "" : "<p class=\"note\">not logged: \(isolated(dropped.joined(separator: ", ")))</p>"
        guard !facts.isEmpty else { return missing }
        return "<details><summary>\(Figure.count(facts.count, "input"))</summary><dl class=\"facts\">\(facts)</dl>\(missing)</details>"
    }

    private var notes: HTML {
        guard !view.notes.isEmpty else { return "" }
        return "\(view.notes.map { "<p class=\"note\">\(isolated($0))</p>" as HTML })"
    }

    private var older: HTML {
        let reach: HTML =
            view.stoppedAt.map { "<p class=\"note\">\(Figure.count(view.examined)) predictions were looked at, back to \(moment($0)).</p>" } ?? ""
        guard let id = view.older else { return "\(reach)<p class=\"note\">The log begins here, as far as it was searched for.</p>" }
        let word: HTML = view.stoppedAt == nil ? "Older" : "Look further back"
        return "\(reach)<p><a class=\"button\" rel=\"next\" href=\"\(request.with(before: id).path)\">\(word)</a></p>"
    }
}
