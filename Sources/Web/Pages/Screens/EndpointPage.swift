/// The page of an endpoint: try it, its traffic, its drift, its quality.
package struct EndpointPage {
    let view: EndpointView
    let attempt: TryAttempt?

    /// - Parameter attempt: what came of a request from the form on this page.
    package init(_ view: EndpointView, attempt: TryAttempt? = nil) {
        self.view = view
        self.attempt = attempt
    }

    package var page: Page {
        let endpoint = view.endpoint
        return Frame(title: endpoint.name, section: .endpoints, scripts: [PagePath.script, PagePath.liveScript]).page(
            """
            <div class="title">
            <p class="crumb"><a href="\(PagePath.endpoints)">Endpoints</a></p>
            <h1>\(isolated(endpoint.name))</h1>
            <p class="meta">answers with <code>model:\(endpoint.model)\(endpoint.alias.map { "@\($0)" } ?? "")</code>, now <code>v\(endpoint.version)</code></p>
            </div>
            \(traffic)
            \(LiveSection(view.live).html(endpoint: endpoint.name))
            \(VersionSections(view: view).shares)
            \(TryForm(view: view, attempt: attempt).html)
            <div class="columns two">
            \(days)
            \(scores)
            </div>
            \(DriftTable(drift: view.drift).html)
            \(guards)
            \(quality)
            \(VersionSections(view: view).history)
            \(recent)
            """)
    }

    private var traffic: HTML {
        guard let traffic = view.traffic else { return "" }
        let errors: HTML = traffic.errorRate > 0 ? "\(badge("warn", "!", "errors")) \(Figure.percent(traffic.errorRate))" : "0 %"
        let lost: HTML = traffic.lostLogRows > 0 ? "\(badge("warn", "!", "rows lost")) \(Figure.count(traffic.lostLogRows))" : "0"
        return """
            <dl class="tiles" aria-label="Traffic since \(Figure.minute(traffic.since)) UTC">
            \(tile("rows answered", "\(Figure.count(traffic.rows))"))
            \(tile("requests", "\(Figure.count(traffic.requests))", "\(Figure.metric(traffic.requestsPerSecond)) a second"))
            \(tile("errors", errors, "of requests"))
            \(tile("median time", "\(Figure.milliseconds(traffic.p50Milliseconds))", "p95 \(Figure.milliseconds(traffic.p95Milliseconds))"))
            \(tile("99th percentile", "\(Figure.milliseconds(traffic.p99Milliseconds))"))
            \(tile("log rows lost", lost))
            </dl>
            """
    }

    private func tile(_ name: HTML, _ value: HTML, _ note: HTML = "") -> HTML {
        "<div><dt>\(name)</dt><dd>\(value)\(note == .nothing ? .nothing : "<small>\(note)</small>")</dd></div>"
    }

    private var days: HTML {
        section(
            "days", "Predictions per day",
            DayChart(days: view.days).html ?? emptyState("No prediction has been asked for yet. Send the example above."))
    }

    private var scores: HTML {
        let title: HTML = view.endpoint.answer.kind == .regression ? "Predicted values" : "Scores"
        guard let scores = view.scores else { return section("scores", title, EndpointPage.noScores) }
        let reference = "test data of v\(scores.version)"
        let chart = HistogramChart(scores.histogram, subject: "Scores", width: 560, height: 150, detailed: true, reference: reference).html
        return section("scores", title, aside: HistogramLegend(reference: reference).html, chart ?? EndpointPage.noScores)
    }

    private static var noScores: HTML { emptyState("Scores are compared with those on the test set once predictions have been logged.") }

    private var quality: HTML {
        guard !view.quality.isEmpty else {
            return section(
                "quality", "Quality in production",
                emptyState("No labels have arrived, so nobody knows how good the answers were.", command: "martlet feedback import labels.csv"))
        }
        let charts = view.quality.map { quality -> HTML in
            """
            <figure><figcaption>\(isolated(quality.metric)) <span class="meta">\(Figure.count(quality.windows.count, "window"))</span></figcaption>
            \(QualityChart(quality: quality).html ?? "<p class=\"meta\">no window has a value yet</p>")</figure>
            """
        }
        return section("quality", "Quality in production", "<div class=\"columns two charts\">\(charts)</div>")
    }

    /// Nothing where all that came was like training.
    private var guards: HTML {
        let found = view.guards.filter { $0.warned + $0.refused > 0 }
        guard !found.isEmpty else { return "" }
        let names: [String: HTML] = [
            "range": "numbers outside the range", "category": "texts that training did not know", "missing": "missing values",
            "outlier": "unusual rows",
        ]
        let rows = found.map { count -> HTML in
            """
            <tr><th scope="row">\(names[count.kind] ?? isolated(count.kind))</th><td class="number">\(Figure.count(count.warned))</td>\
            <td class="number">\(Figure.count(count.refused))</td></tr>
            """
        }
        return section(
            "guards", "Inputs unlike training", aside: "<p class=\"meta\">since the server began</p>",
            """
            <table><thead><tr><th scope="col">what</th><th scope="col" class="number">warned</th><th scope="col" class="number">refused</th></tr></thead>
            <tbody>
            \(rows)
            </tbody></table>
            """)
    }

    private var recent: HTML {
        guard !view.recent.isEmpty else { return "" }
        let rows = view.recent.map { prediction -> HTML in
            """
            <tr><td>\(moment(prediction.time))</td><td><a href="\(PagePath.why(prediction.id))"><code>\(prediction.id)</code></a></td>\
            <td>\(prediction.label.map(isolated) ?? "")</td><td class="number">\(Figure.metric(prediction.score))</td></tr>
            """
        }
        return section(
            "recent", "Latest predictions",
            aside: "<p class=\"meta\"><a href=\"\(PagePath.predictions(view.endpoint.name))\">search all of them</a></p>",
            """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="recent-title"><table>
            <thead><tr><th scope="col">time</th><th scope="col">prediction</th><th scope="col">answer</th><th scope="col" class="number">score</th></tr></thead>
            <tbody>
            \(rows)
            </tbody></table></div>
            """)
    }
}

/// What the two kinds of marks in a histogram are.
struct HistogramLegend {
    var reference = "training"

    var html: HTML { "<p class=\"legend\"><span class=\"key reference\"></span>\(reference) <span class=\"key current\"></span>now</p>" }
}
