/// The lifecycle as a strip of seven phases, each with its state and one fact.
struct LifecycleStrip {
    let phases: [PhaseView]

    var html: HTML {
        """
        <nav class="strip" aria-label="Lifecycle">
        <ol>
        \(PhaseView.Phase.allCases.map(item))
        </ol>
        \(returnArrow)
        </nav>
        """
    }

    private func item(_ phase: PhaseView.Phase) -> HTML {
        let view = phases.first { $0.phase == phase } ?? PhaseView(phase, .empty, "nothing yet")
        let content: HTML = """
            <span class="phase">\(icon(phase))\(phase.title)\(view.state.badge)</span><span class="fact">\(isolated(view.fact))</span>
            """
        let inner: HTML = PagePath.local(view.link).map { "<a href=\"\($0)\">\(content)</a>" } ?? "<div>\(content)</div>"
        return "<li class=\"\(view.state.rawValue)\">\(inner)</li>"
    }

    /// The way back from feedback to the plan.
    private var returnArrow: HTML {
        """
        <svg class="chart loop" viewBox="0 0 1000 22" preserveAspectRatio="none" aria-hidden="true">
        <path d="M929 0v8q0 8 -8 8H79q-8 0 -8 -8V1"/>
        </svg>
        """
    }

    /// A line drawing on a field of 16 by 16.
    private func icon(_ phase: PhaseView.Phase) -> HTML {
        let path: HTML =
            switch phase {
            case .plan: "M4 2h6l3 3v9H4zM6 7h5M6 10h5"
            case .data: "M3 4c0-3 10-3 10 0v8c0 3-10 3-10 0zM3 4c0 3 10 3 10 0M3 8c0 3 10 3 10 0"
            case .train: "M2 13c5 0 4-9 12-10M4 5h.1M7 12h.1M11 8h.1M9 4h.1M12 12h.1"
            case .register: "M4 2h8v12l-4-3l-4 3zM6 6l1.500 1.500L10.500 5"
            case .serve: "M2 8h8M7 5l3 3l-3 3M12 3v10"
            case .watch: "M1 8c4-6 10-6 14 0c-4 6-10 6-14 0zM8 6a2 2 0 1 0 .1 0"
            case .feedback: "M13 8a5 5 0 1 1-2-4M11 1v3.500h-3.500"
            }
        return "<svg class=\"icon\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"\(path)\"/></svg>"
    }
}
