import Support

/// The list of incidents: the open ones first.
package struct IncidentsPage {
    let incidents: [IncidentView]

    package init(_ incidents: [IncidentView]) { self.incidents = incidents }

    package var page: Page {
        Frame(title: "Incidents", section: .incidents).page(
            """
            <div class="title"><h1>Incidents</h1></div>
            \(incidents.isEmpty ? emptyState("Nothing has gone wrong in production, as far as anybody looked. To look now:", command: "martlet check") : list)
            """)
    }

    private var list: HTML { "<ul class=\"cards\">\(incidents.map(card))</ul>" }

    private func card(_ incident: IncidentView) -> HTML {
        """
        <li><a href="\(PagePath.incident(incident.id))"><span class="big">\(incident.badge) \(isolated(incident.title))</span>
        <span class="meta">\(incident.id) · \(incident.standing) · since \(moment(incident.opened)) · \(Figure.count(incident.count, "time"))</span>
        <span class="meta">\(isolated(incident.summary))</span></a></li>
        """
    }
}

/// One incident: what is known, what happened to it, and the forms to acknowledge and close it.
package struct IncidentPage {
    let view: IncidentDetailView

    package init(_ view: IncidentDetailView) { self.view = view }

    package var page: Page {
        let incident = view.incident
        return Frame(title: "Incident \(incident.id)", section: .incidents).page(
            """
            <div class="title">
            <p class="crumb"><a href="\(PagePath.incidents)">Incidents</a></p>
            <h1>\(isolated(incident.title))</h1>
            <p class="meta"><code>incident:\(incident.id)</code></p>
            </div>
            <p class="lead">\(incident.badge) \(isolated(incident.summary))</p>
            <dl class="facts">
            <div><dt>state</dt><dd>\(incident.standing)</dd></div>
            <div><dt>severity</dt><dd>\(incident.severity.rawValue)</dd></div>
            <div><dt>endpoint</dt><dd><a href="\(PagePath.endpoint(incident.endpoint))">\(isolated(incident.endpoint))</a></dd></div>
            <div><dt>seen</dt><dd>\(Figure.count(incident.count, "time")), last \(moment(incident.seen))</dd></div>
            </dl>
            \(section("timeline", "What happened", "<ol class=\"chain\">\(view.timeline.map(entry))</ol>"))
            \(incident.state == .closed ? HTML.nothing : forms)
            """)
    }

    private func entry(_ entry: IncidentDetailView.Entry) -> HTML {
        """
        <li><p class="kind">\(isolated(entry.what))</p>
        <h3>by \(isolated(entry.by))</h3>
        <p class="meta"><time datetime="\(entry.time.description)">\(Figure.second(entry.time))</time></p>
        <p>\(isolated(entry.reason))</p></li>
        """
    }

    private var forms: HTML {
        let acknowledge = form(
            "acknowledge", PagePath.acknowledge(view.incident.id), "Acknowledge",
            "Say that you look after it. It sends no more messages while it is open.")
        let close = form("close", PagePath.close(view.incident.id), "Close", "What it was, and what was done.")
        return "<div class=\"columns\">\(view.incident.acknowledgedBy == nil ? acknowledge : HTML.nothing)\(close)</div>"
    }

    private func form(_ id: String, _ path: String, _ verb: String, _ about: String) -> HTML {
        section(
            id, "\(verb)",
            """
            <form method="post" action="\(path)" class="sign-in">
            <label><span class="name">\(about)</span><input type="text" name="reason" required maxlength="1000" autocomplete="off"></label>
            <p><button type="submit" class="primary">\(verb)</button></p>
            </form>
            """)
    }
}

extension IncidentView {
    /// How it stands, in words.
    var standing: HTML {
        switch state {
        case .firing: acknowledgedBy.map { "firing, acknowledged by \(isolated($0))" } ?? "firing"
        case .cleared: "over since \(cleared.map(moment) ?? HTML.nothing), not closed"
        case .closed: "closed by \(isolated(closedBy ?? "somebody"))"
        }
    }

    /// The symbol and the word of its state.
    var badge: HTML {
        switch state {
        case .firing: severity == .critical ? Pages.badge("bad", "✗", "critical") : Pages.badge("warn", "!", "warning")
        case .cleared: Pages.badge("none", "○", "over")
        case .closed: Pages.badge("good", "✓", "closed")
        }
    }
}
