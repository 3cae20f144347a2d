/// The frame around every page: head, header with navigation and search, footer.
package struct Frame: Sendable {
    /// Which entry of the navigation the page belongs to.
    package enum Section: Sendable {
        case home, datasets, experiments, models, endpoints, approvals, incidents, audit, tokens, why, none
    }

    package var title: String
    package var section: Section
    /// The scripts that the page uses, in their order.
    package var scripts: [String]

    package init(title: String, section: Section, scripts: [String] = []) {
        self.title = title
        self.section = section
        self.scripts = scripts
    }

    /// The page with this frame.
    package func page(_ content: HTML) -> Page { Page(frame: self, content: content) }

    func document(_ content: HTML, for reader: Reader) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title) · Martlet</title>
        <link rel="icon" href="\(PagePath.logo)" type="image/svg+xml">
        <link rel="stylesheet" href="\(PagePath.stylesheet)">\(scripts.isEmpty ? HTML.nothing : "\n\(scripts.map(Frame.script))")
        </head>
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        \(header(reader))
        <main id="content">
        \(content)
        </main>
        <footer>
        <p>Martlet · <a href="/api/v1/openapi.json">JSON API</a></p>
        </footer>
        </body>
        </html>

        """
    }

    private static func script(_ path: String) -> HTML { "<script src=\"\(path)\" defer></script>" }

    private func header(_ reader: Reader) -> HTML {
        """
        <header class="bar">
        <a class="brand" href="\(PagePath.home)">\(Logo.inline)<span>Martlet</span></a>
        <nav aria-label="Pages">
        \(entry("Project", PagePath.home, .home))
        \(entry("Data", PagePath.datasets, .datasets))
        \(entry("Experiments", PagePath.experiments, .experiments))
        \(entry("Models", PagePath.models, .models))
        \(entry("Endpoints", PagePath.endpoints, .endpoints))
        \(entry("Approvals", PagePath.approvals, .approvals))
        \(entry("Incidents", PagePath.incidents, .incidents))
        \(entry("Why", PagePath.why, .why))\(reader.readsAudit ? "\n\(entry("Audit", PagePath.audit, .audit))" : HTML.nothing)\
        \(reader.hasTokens ? "\n\(entry("Tokens", PagePath.tokens, .tokens))" : HTML.nothing)
        </nav>
        \(Frame.search(compact: true))
        \(reader.html)
        </header>
        """
    }

    private func entry(_ name: String, _ path: String, _ entry: Section) -> HTML {
        entry == section ? "<a href=\"\(path)\" aria-current=\"page\">\(name)</a>" : "<a href=\"\(path)\">\(name)</a>"
    }

    /// The box that looks up a prediction.
    static func search(compact: Bool) -> HTML {
        """
        <form class="\(compact ? "search compact" : "search")" role="search" action="\(PagePath.why)" method="get">
        <input type="search" name="id" aria-label="ID of a prediction" placeholder="Prediction ID" autocomplete="off" spellcheck="false" maxlength="200" required>
        <button type="submit">Why?</button>
        </form>
        """
    }
}

/// A section with a heading.
func section(_ id: String, _ title: HTML, aside: HTML = "", _ content: HTML) -> HTML {
    """
    <section id="\(id)" aria-labelledby="\(id)-title">
    <div class="head"><h2 id="\(id)-title">\(title)</h2>\(aside)</div>
    \(content)
    </section>
    """
}

/// What is shown where there is nothing yet: what is missing and what to type.
func emptyState(_ sentence: HTML, command: String? = nil) -> HTML {
    "<div class=\"blank\"><p>\(sentence)</p>\(command.map { "<pre><code>\($0)</code></pre>" } ?? HTML.nothing)</div>"
}

/// A symbol that says a state by its shape, with the word for those who do not see it.
func badge(_ kind: String, _ symbol: HTML, _ word: String) -> HTML {
    "<span class=\"badge \(kind)\" title=\"\(word)\"><span aria-hidden=\"true\">\(symbol)</span><span class=\"sr\">\(word)</span></span>"
}
