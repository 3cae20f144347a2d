import Support

/// What the home page of a project for tracking only shows in the place of a lifecycle.
struct TrackingSummary {
    let view: TrackingSummaryView

    var html: HTML {
        """
        <p class="outcome">This project is for tracking only: what clients log and register.</p>
        <div class="columns">
        \(experiments)
        \(models)
        \(address)
        </div>
        """
    }

    private var experiments: HTML {
        section(
            "experiments", "Experiments",
            """
            <p class="big"><a href="\(PagePath.experiments)">\(Figure.count(view.experiments, "experiment"))</a></p>
            <p class="note">\(view.hasMoreRuns ? "more than " : "")\(Figure.count(view.runs, "run"))</p>
            """)
    }

    private var models: HTML {
        guard !view.models.isEmpty else { return section("models", "Models", "<p class=\"note\">No model is registered yet.</p>") }
        let items = view.models.prefix(5).map { name -> HTML in "<li><a href=\"\(PagePath.model(name))\">\(isolated(name))</a></li>" }
        return section(
            "models", "Models",
            """
            <p class="big"><a href="\(PagePath.models)">\(Figure.count(view.models.count, "model"))</a></p>
            <ul>\(items)</ul>
            """)
    }

    private var address: HTML {
        section(
            "log-here", "Log here",
            """
            <p class="note">In the shell that runs the script:</p>
            <pre><code>export MLFLOW_TRACKING_URI=\(view.address)</code></pre>
            """)
    }
}
