import Support

/// The home page: the lifecycle as a strip, the objectives with their intervals, and what stands behind them.
package struct HomePage {
    let view: HomeView

    package init(_ view: HomeView) { self.view = view }

    package var page: Page {
        Frame(title: view.project, section: .home, scripts: [PagePath.hashScript]).page(
            """
            <div class="title">
            <h1>\(isolated(view.project))</h1>
            <p class="meta">as of \(moment(view.asOf)) UTC</p>
            </div>
            \(view.tracking.map { TrackingSummary(view: $0).html } ?? lifecycle)
            <div class="columns two">
            \(nextCard)
            \(eventsCard)
            </div>
            """)
    }

    private var lifecycle: HTML {
        """
        \(outcome)
        \(LifecycleStrip(phases: view.phases).html)
        \(ObjectiveList(objectives: view.objectives, tests: view.tests).html)
        <div class="columns">
        \(championCard)
        \(datasetCard)
        \(runCard)
        </div>
        """
    }

    private var outcome: HTML {
        guard let outcome = view.outcome else {
            return """
                <p class="outcome unwritten">Nobody has written what this project is for. A person adds one sentence to <code>martlet.yaml</code>, \
                as <code>charter: outcome:</code>, and confirms it with <code>martlet charter confirm</code>.</p>
                """
        }
        return "<p class=\"outcome\">\(isolated(outcome))</p>"
    }

    private var championCard: HTML {
        guard let champion = view.champion else {
            return section("champion", "Champion", emptyState("No model has passed the gates yet.", command: "martlet run"))
        }
        return section(
            "champion", "Champion",
            """
            <p class="big">\(isolated(champion.model)) <span class="version">v\(champion.version)</span></p>
            <dl class="facts">
            <div><dt>since</dt><dd>\(moment(champion.since))</dd></div>
            <div><dt>promoted by</dt><dd>\(isolated(champion.by))</dd></div>
            \(factRows(champion.facts))
            </dl>
            <p class="note">\(isolated(champion.reason))</p>
            <p class="meta"><a href="\(PagePath.model(champion.model))">History</a></p>
            """)
    }

    private var datasetCard: HTML {
        guard let dataset = view.dataset else {
            return section("dataset", "Data", emptyState("No data has been read yet.", command: "martlet run"))
        }
        let failures: HTML =
            dataset.failures.isEmpty
            ? "" : "<ul class=\"failures\">\(dataset.failures.prefix(5).map { "<li>\(isolated($0))</li>" })</ul>"
        return section(
            "dataset", "Data",
            """
            <p class="big"><a href="\(PagePath.dataset("\(dataset.name)@\(dataset.version)"))">\(isolated(dataset.name))</a> \
            <span class="version">\(dataset.version)</span></p>
            <dl class="facts">
            <div><dt>size</dt><dd>\(Figure.count(dataset.rows, "row")) × \(Figure.count(dataset.columns, "column"))</dd></div>
            <div><dt>read</dt><dd>\(moment(dataset.created))</dd></div>
            <div><dt>expectations</dt><dd>\(expectations(dataset))</dd></div>
            </dl>
            \(failures)
            """)
    }

    private func expectations(_ dataset: DatasetView) -> HTML {
        if dataset.passed == 0, dataset.failed == 0 { return "none written" }
        let passed: HTML = "\(badge("good", "✓", "held")) \(Figure.count(dataset.passed)) held"
        return dataset.failed == 0
            ? passed : "\(badge("bad", "✗", "failed")) \(Figure.count(dataset.failed)) failed, \(Figure.count(dataset.passed)) held"
    }

    private var runCard: HTML {
        guard let run = view.run else { return section("run", "Last run", emptyState("Nothing has run yet.", command: "martlet run")) }
        let took: HTML = run.seconds.map { "<div><dt>took</dt><dd>\(Figure.duration($0))</dd></div>" } ?? ""
        return section(
            "run", "Last run",
            """
            <p class="big">\(run.state.badge) <code>\(run.id)</code></p>
            <dl class="facts">
            <div><dt>started</dt><dd>\(moment(run.started))</dd></div>
            \(took)
            </dl>
            <ol class="steps">
            \(run.steps.map(step))
            </ol>
            """)
    }

    private func step(_ step: RunView.Step) -> HTML {
        let time: HTML =
            step.cached ? "<span class=\"cached\">unchanged</span>" : "<span class=\"number\">\(step.seconds.map(Figure.duration) ?? "")</span>"
        return "<li>\(step.state.badge) <span>\(isolated(step.id))</span> \(time)</li>"
    }

    private var nextCard: HTML {
        guard !view.next.isEmpty else { return section("next", "Next", "<p class=\"note\">Nothing is waiting for you.</p>") }
        let items = view.next.map { next -> HTML in "<li><pre><code>\(next.command)</code></pre><p>\(isolated(next.reason))</p></li>" }
        return section("next", "Next", "<ul class=\"next\">\(items)</ul>")
    }

    private var eventsCard: HTML {
        guard !view.events.isEmpty else { return section("events", "Lately", "<p class=\"note\">Nothing has happened yet.</p>") }
        let items = view.events.map { event -> HTML in
            let sentence = isolated(event.sentence)
            return "<li>\(moment(event.time)) <span>\(PagePath.local(event.link).map { "<a href=\"\($0)\">\(sentence)</a>" } ?? sentence)</span></li>"
        }
        return section("events", "Lately", "<ol class=\"events\">\(items)</ol>")
    }
}

/// Facts as rows of a list of definitions.
func factRows(_ facts: [FactView]) -> [HTML] { facts.map { "<div><dt>\(isolated($0.name))</dt><dd>\(isolated($0.value))</dd></div>" } }
