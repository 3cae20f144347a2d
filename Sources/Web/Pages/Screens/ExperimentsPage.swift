import Support

/// The list of experiments, those changed last first.
package struct ExperimentsPage {
    let view: ExperimentsView

    package init(_ view: ExperimentsView) { self.view = view }

    package var page: Page {
        Frame(title: "Experiments", section: .experiments).page(
            """
            <div class="title"><h1>Experiments</h1><p class="meta">what was tried, with the values that came of it</p></div>
            \(form)
            \(view.entries.isEmpty ? nothing : list)
            \(pager)
            """)
    }

    private var form: HTML {
        """
        <form method="get" action="\(PagePath.experiments)" role="search" class="filter">
        <label><span class="name">Name</span><input type="search" name="name" value="\(view.request.name)" placeholder="part of it" maxlength="500" autocomplete="off" spellcheck="false"></label>
        <p><button type="submit" class="primary">Search</button> <a href="\(PagePath.experiments)">All</a> \
        <a href="\(view.request.with(\.isDeleted, !view.request.isDeleted).path)">\(view.request.isDeleted ? "Those in use" : "Deleted ones")</a></p>
        </form>
        """
    }

    private var nothing: HTML {
        guard view.request == ExperimentsRequest() else { return emptyState("No experiment of that kind is known.") }
        return emptyState(
            "Nothing has been tried yet. Runs of this project's pipeline appear here, and those of scripts that log here:", command: "martlet run")
    }

    private var list: HTML { "<ul class=\"cards\">\(view.entries.map(card))</ul>" }

    private func card(_ entry: ExperimentsView.Entry) -> HTML {
        let experiment = entry.experiment
        let latest: HTML = entry.latest.map { ", newest \(moment($0))" } ?? ""
        return """
            <li><a href="\(PagePath.experiment(experiment.id))"><span class="big">\(isolated(experiment.name))</span>
            <span class="meta">\(experiment.id) · \(Figure.count(entry.runs))\(entry.hasMoreRuns ? "+" : "") \(entry.runs == 1 ? "run" : "runs")\(latest)\
            \(experiment.isDeleted ? " · deleted" : HTML.nothing)</span>
            <span class="meta">\(isolated(String(experiment.note.prefix(160))))</span></a></li>
            """
    }

    private var pager: HTML {
        Pages.pager(
            from: view.request.from, count: view.entries.count, of: "experiment", step: ExperimentsRequest.count, hasMore: view.hasMore,
            path: { view.request.with(\.from, $0).path })
    }
}

/// The way to the pages before and behind this one of a list; nothing where all of it is on one.
func pager(from: Int, count: Int, of thing: String, step: Int, hasMore: Bool, path: (Int) -> String) -> HTML {
    guard from > 0 || hasMore else { return "" }
    let before: HTML = from > 0 ? "<a class=\"button\" rel=\"prev\" href=\"\(path(max(0, from - step)))\">Back</a>" : ""
    let behind: HTML = hasMore ? "<a class=\"button\" rel=\"next\" href=\"\(path(from + step))\">Further</a>" : ""
    let place: HTML = count > 0 ? "\(thing)s \(Figure.count(from + 1)) to \(Figure.count(from + count))" : "none behind here"
    return "<nav class=\"pager\" aria-label=\"Pages of the list\">\(before)\(behind)<span class=\"meta\">\(place)</span></nav>"
}
