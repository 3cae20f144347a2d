import Support

/// One run of an experiment: how it stands, what it measured over time, and all that was logged to it.
package struct TrackedRunPage {
    let view: TrackedRunView

    package init(_ view: TrackedRunView) { self.view = view }

    private var run: RunRowView { view.run }

    package var page: Page {
        Frame(title: run.title, section: .experiments, scripts: [PagePath.runScript]).page(
            """
            <div class="title">
            <p class="crumb"><a href="\(PagePath.experiments)">Experiments</a> › \
            <a href="\(PagePath.experiment(view.experiment.id))">\(isolated(view.experiment.name))</a></p>
            <h1>\(isolated(run.title))</h1>
            <p class="meta"><code>run:\(run.id)</code></p>
            </div>
            \(view.note.isEmpty ? HTML.nothing : "<p class=\"note-text\">\(isolated(view.note))</p>")
            \(standing)
            \(charts)
            <div class="columns two">\(metrics)\(parameters)</div>
            \(RunMedia(view: view).html)
            \(files)
            <div class="columns two">\(models)\(inputs)\(children)\(tags)</div>
            """)
    }

    // MARK: - Standing

    private var standing: HTML {
        var facts: [HTML] = [
            fact(
                "status", "<span id=\"standing\">\(run.standing.badge) \(run.standing.rawValue)\(view.isDeleted ? ", deleted" : HTML.nothing)</span>"),
            fact("started", "<time datetime=\"\(run.started.description)\">\(Figure.second(run.started))</time>"),
            fact("took", "\(run.seconds.map(Figure.duration) ?? "–")\(view.ended == nil && run.standing == .running ? ", and goes on" : "")"),
        ]
        if !run.user.isEmpty { facts.append(fact("by", isolated(run.user))) }
        if let parent = view.parent { facts.append(fact("within", link(parent))) }
        facts += view.links.map { fact($0.relation, linked($0)) }
        if let command = view.command { facts.append(fact("more", "<code>\(command.command)</code>")) }
        return section("standing-of-run", "Run", "<dl class=\"facts grid standing\">\(facts)</dl>")
    }

    private func fact(_ name: String, _ value: HTML) -> HTML { "<div><dt>\(name)</dt><dd>\(value)</dd></div>" }

    private func link(_ run: RunRowView) -> HTML { "<a href=\"\(PagePath.run(run.id, in: run.experiment))\">\(isolated(run.title))</a>" }

    private func linked(_ link: TrackedRunView.Link) -> HTML {
        guard let path = PagePath.local(link.path) else { return isolated(link.name) }
        return "<a href=\"\(path)\">\(isolated(link.name))</a>"
    }

    // MARK: - Charts

    private var charts: HTML {
        guard !view.series.isEmpty || run.standing == .running else { return "" }
        let further: HTML =
            view.furtherSeries > 0
            ? "<p class=\"note\">\(Figure.count(view.furtherSeries, "metric")) more have a history: choose one in the table of metrics.</p>" : ""
        let events: HTML =
            run.standing == .running
            ? " data-events=\"\(PagePath.runEvents(run.id, in: run.experiment))?since=\(String(view.newest.microseconds))\"" : ""
        return section(
            "charts", "Metrics over time",
            """
            <div class="controls" id="controls" hidden></div>
            <div class="plots"\(view.hasPlotly ? " data-plotly=\"\(PagePath.plotly)\"" : HTML.nothing)\(events)>
            \(figures)
            </div>
            \(further)
            """)
    }

    /// What the run made first, then what it took of the machine.
    private var figures: HTML {
        guard !view.series.isEmpty else { return emptyState("Charts appear here as the run logs.") }
        let own = view.series.filter { !TrackedRunView.isOfSystem($0.metric) }
        let system = view.series.filter { TrackedRunView.isOfSystem($0.metric) }
        return "\(own.map(chart))\(system.isEmpty ? HTML.nothing : "\n<h3 class=\"part\">The machine</h3>\n")\(system.map(chart))"
    }

    /// Below the heading of the machine nobody needs to read so at each metric.
    private static func name(_ metric: String) -> String {
        TrackedRunView.isOfSystem(metric) && metric.utf8.count > 7 ? String(metric.dropFirst(7)) : metric
    }

    private func chart(_ series: SeriesView) -> HTML {
        let path = PagePath.series(series.metric, of: run.id, in: run.experiment)
        return """
            <figure data-metric="\(series.metric)" data-series="\(path)">
            <figcaption>\(isolated(TrackedRunPage.name(series.metric))) <span class="meta">\(Figure.count(series.count, "point"))</span></figcaption>
            \(SeriesChart(series: series).html)
            </figure>
            """
    }

    // MARK: - Values

    private var metrics: HTML {
        guard !view.metrics.isEmpty else { return section("metrics", "Metrics", emptyState("No metric was logged.")) }
        return section(
            "metrics", "Metrics", aside: "<p class=\"meta\">the latest values</p>",
            """
            \(table(of: view.metrics.filter { !TrackedRunView.isOfSystem($0.name) }))\(systemMetrics)
            """)
    }

    private var systemMetrics: HTML {
        let metrics = view.metrics.filter { TrackedRunView.isOfSystem($0.name) }
        return metrics.isEmpty ? "" : "<details><summary>\(Figure.count(metrics.count)) of the machine</summary>\(table(of: metrics))</details>"
    }

    private func table(of metrics: [TrackedRunView.Metric]) -> HTML {
        guard !metrics.isEmpty else { return "" }
        return """
            <table class="values"><thead><tr><th scope="col">metric</th><th scope="col" class="number">value</th><th scope="col" class="number">step</th></tr></thead>
            <tbody>
            \(metrics.map(metric))
            </tbody></table>
            """
    }

    private func metric(_ metric: TrackedRunView.Metric) -> HTML {
        let path = "\(PagePath.run(run.id, in: run.experiment))?metric=\(PagePath.segment(metric.name))#charts"
        let value = metric.value.isNaN ? "not a number" : Figure.metric(metric.value)
        return """
            <tr data-latest="\(metric.name)"><th scope="row"><a href="\(path)">\(isolated(TrackedRunPage.name(metric.name)))</a></th>\
            <td class="number" title="\(String(metric.value))">\(value)</td><td class="number">\(String(metric.step))</td></tr>
            """
    }

    private var parameters: HTML {
        section("parameters", "Parameters", view.parameters.isEmpty ? emptyState("No parameter was logged.") : table(view.parameters))
    }

    private func table(_ facts: [FactView]) -> HTML {
        let rows = facts.map { "<tr><th scope=\"row\">\(isolated($0.name))</th><td>\(TrackedRunPage.value($0.value))</td></tr>" as HTML }
        return "<table class=\"values\"><tbody>\(rows)</tbody></table>"
    }

    /// A value of any length: a long one is folded.
    private static func value(_ text: String) -> HTML {
        guard text.utf8.count > 240 else { return isolated(text) }
        return
            "<details><summary>\(isolated(String(text.prefix(120))))…</summary><pre class=\"long\" tabindex=\"0\"><code>\(text)</code></pre></details>"
    }

    private var tags: HTML {
        guard !view.tags.isEmpty || !view.ownTags.isEmpty else { return "" }
        let own: HTML =
            view.ownTags.isEmpty
            ? "" : "<details><summary>\(Figure.count(view.ownTags.count, "tag")) of the client’s own</summary>\(table(view.ownTags))</details>"
        return section("tags", "Tags", "\(view.tags.isEmpty ? HTML.nothing : table(view.tags))\(own)")
    }

    // MARK: - What belongs to it

    private var files: HTML {
        if let elsewhere = view.artifactsElsewhere {
            return section("artifacts", "Artifacts", emptyState("They are kept at \(isolated(elsewhere)), where clients read them by themselves."))
        }
        guard !view.folder.entries.isEmpty else { return "" }
        return section("artifacts", "Artifacts", FolderList(folder: view.folder, run: run).html)
    }

    private var models: HTML {
        guard !view.models.isEmpty else { return "" }
        let list = view.models.map { model -> HTML in
            "<li><span>\(isolated(model.name))\(model.isInput ? " <small>taken in</small>" : HTML.nothing)</span> <code>\(model.id)</code></li>"
        }
        return section("logged-models", "Logged models", "<ul class=\"files\">\(list)</ul>")
    }

    private var inputs: HTML {
        guard !view.inputs.isEmpty else { return "" }
        let list = view.inputs.map { input -> HTML in
            """
            <li><h3>\(isolated(input.name)) <small><code>\(input.digest)</code></small></h3>
            <p class="meta">\(isolated(String(input.source.prefix(300))))</p>
            <dl class="facts">\(input.facts.map { fact($0.name, isolated($0.value)) })</dl></li>
            """
        }
        return section("inputs", "Datasets", "<ul>\(list)</ul>")
    }

    private var children: HTML {
        guard !view.children.isEmpty else { return "" }
        let list = view.children.map { child -> HTML in
            """
            <li><span>\(child.standing.badge) \(link(child))</span> <span class="meta">\(child.seconds.map(Figure.duration) ?? "–")</span></li>
            """
        }
        return section("children", "Runs within it", "<ul class=\"files\">\(list)</ul>")
    }
}
