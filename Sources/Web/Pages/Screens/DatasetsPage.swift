import Support

/// The datasets of the project.
package struct DatasetsPage {
    let datasets: [DatasetSummaryView]

    package init(_ datasets: [DatasetSummaryView]) { self.datasets = datasets }

    package var page: Page {
        Frame(title: "Data", section: .datasets).page(
            """
            <div class="title"><h1>Data</h1><p class="meta">what was read, how it looks, and whether it is as it should be</p></div>
            \(datasets.isEmpty ? emptyState("No data has been read yet.", command: "martlet run") : list)
            """)
    }

    private var list: HTML { "<ul class=\"cards\">\(datasets.map(card))</ul>" }

    private func card(_ dataset: DatasetSummaryView) -> HTML {
        """
        <li><a href="\(PagePath.dataset("\(dataset.name)@v\(dataset.newest)"))"><span class="big">\(isolated(dataset.name)) \
        <span class="version">v\(dataset.newest)</span></span>
        <span class="meta">\(Figure.count(dataset.rows, "row")) × \(Figure.count(dataset.columns, "column"))</span>
        <span class="meta">\(Figure.count(dataset.versions, "version")), the newest of \(moment(dataset.created))</span>
        <span class="meta">\(expectations(dataset))</span></a></li>
        """
    }

    private func expectations(_ dataset: DatasetSummaryView) -> HTML {
        if dataset.passed + dataset.failed == 0 { return "no expectations written" }
        return dataset.failed == 0
            ? "\(badge("good", "✓", "held")) \(Figure.count(dataset.passed, "expectation")) held"
            : "\(badge("bad", "✗", "failed")) \(Figure.count(dataset.failed)) of \(Figure.count(dataset.passed + dataset.failed, "expectation")) failed"
    }
}
