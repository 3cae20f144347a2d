/// The list of endpoints.
package struct EndpointsPage {
    let endpoints: [EndpointSummaryView]

    package init(_ endpoints: [EndpointSummaryView]) { self.endpoints = endpoints }

    package var page: Page {
        Frame(title: "Endpoints", section: .endpoints).page(
            """
            <div class="title"><h1>Endpoints</h1></div>
            \(endpoints.isEmpty ? emptyState("No endpoint answers yet. A model must pass the gates first.", command: "martlet run") : list)
            """)
    }

    private var list: HTML { "<ul class=\"cards\">\(endpoints.map(card))</ul>" }

    private func card(_ endpoint: EndpointSummaryView) -> HTML {
        """
        <li><a href="\(PagePath.endpoint(endpoint.name))"><span class="big">\(isolated(endpoint.name))</span>
        <span class="meta"><code>model:\(endpoint.model)\(endpoint.alias.map { "@\($0)" } ?? "")</code> → v\(endpoint.version) · \(Figure.count(endpoint.inputs.count, "input"))</span></a></li>
        """
    }
}
