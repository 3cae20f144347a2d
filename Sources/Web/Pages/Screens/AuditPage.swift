import Support

/// The record, newest first, with a form to search it.
package struct AuditPage {
    let view: AuditView
    let filter: AuditFilter
    /// Why what was asked for cannot be looked up.
    let failure: String?

    package init(_ view: AuditView, _ filter: AuditFilter, failure: String? = nil) {
        self.view = view
        self.filter = filter
        self.failure = failure
    }

    package var page: Page {
        Frame(title: "Audit", section: .audit).page(
            """
            <div class="title"><h1>Audit</h1><p class="meta">who did what to what; whether the record is whole, <code>martlet audit verify</code> says</p></div>
            \(form)
            \(failure.map(problem) ?? (view.events.isEmpty ? emptyState("Nothing of that kind is recorded.") : record))
            """)
    }

    private var form: HTML {
        """
        <form method="get" action="\(PagePath.audit)" role="search" class="filter">
        \(field("Who", "who", filter.who, "ann"))
        \(field("What", "what", filter.what, "model.promoted"))
        \(field("About", "about", filter.about, "model:loans@v3"))
        \(field("Since", "since", filter.since, "7d or 2026-11-23"))
        \(field("Text", "text", filter.text, "anywhere in it"))
        <p><button type="submit" class="primary">Search</button> <a href="\(PagePath.audit)">Everything</a></p>
        </form>
        """
    }

    private func field(_ label: HTML, _ name: String, _ value: String, _ example: String) -> HTML {
        """
        <label><span class="name">\(label)</span><input type="text" name="\(name)" value="\(value)" placeholder="\(example)" maxlength="500" autocomplete="off" spellcheck="false"></label>
        """
    }

    private func problem(_ message: String) -> HTML {
        "<p class=\"problem\" role=\"alert\">\(badge("bad", "✗", "failed")) \(isolated(message))</p>"
    }

    private var record: HTML {
        section(
            "record", "The record",
            aside: filter.before.isEmpty ? "" : "<p class=\"meta\"><a href=\"\(filter.with(\.before, "").path)\">from the newest on</a></p>",
            """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="record-title"><table>
            <thead><tr><th scope="col" class="number">no.</th><th scope="col">when</th><th scope="col">who</th><th scope="col">what</th>\
            <th scope="col">about</th><th scope="col">in short</th></tr></thead>
            <tbody>
            \(view.events.map(row))
            </tbody></table></div>
            \(older)
            """)
    }

    private func row(_ event: AuditView.Event) -> HTML {
        let via: HTML = event.via.map { " <small>\(isolated($0))</small>" } ?? ""
        return """
            <tr><td class="number">\(event.sequence)</td><td><time datetime="\(event.at.description)">\(Figure.second(event.at))</time></td>\
            <td><a href="\(filter.with(\.who, event.actor).path)">\(isolated(event.actor))</a>\(via)</td>\
            <td><a href="\(filter.with(\.what, event.kind).path)">\(isolated(event.kind))</a></td>\
            <td><a href="\(filter.with(\.about, event.subject).path)">\(isolated(event.subject))</a></td>\
            <td>\(isolated(event.summary))\(whole(event))</td></tr>
            """
    }

    private func whole(_ event: AuditView.Event) -> HTML {
        guard !event.body.members.isEmpty else { return "" }
        return "<details><summary>all of it</summary><pre class=\"long\" tabindex=\"0\"><code>\(event.body.pretty)</code></pre></details>"
    }

    private var older: HTML {
        guard let number = view.older else { return "<p class=\"note\">The record begins here, as far as it was searched for.</p>" }
        return "<p><a class=\"button\" rel=\"next\" href=\"\(filter.with(\.before, String(number)).path)\">Older</a></p>"
    }
}
