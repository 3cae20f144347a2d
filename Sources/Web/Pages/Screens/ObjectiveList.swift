/// The objectives of the charter, each with its verdict, its interval against the bound, and why; after them the test reports of the gate.
struct ObjectiveList {
    let objectives: [ObjectiveView]
    let tests: [TestsView]

    var html: HTML {
        guard !objectives.isEmpty || !tests.isEmpty else {
            return Pages.section(
                "objectives", "Objectives",
                emptyState("The charter has no objectives, so nothing can be held against it.", command: "martlet charter check"))
        }
        return Pages.section("objectives", "Objectives", aside: summary, "<ul class=\"objectives\">\(objectives.map(row))\(tests.map(row))</ul>")
    }

    private var summary: HTML {
        let verdicts = objectives.map(\.verdict) + tests.map(\.verdict)
        let counts = ObjectiveView.Verdict.allCases.map { verdict in (verdict, verdicts.count { $0 == verdict }) }.filter { $0.1 > 0 }
        return "<p class=\"tally\">\(counts.map { verdict, count -> HTML in "<span>\(verdict.badge) \(count) \(word(verdict))</span>" })</p>"
    }

    private func word(_ verdict: ObjectiveView.Verdict) -> String {
        switch verdict {
        case .green: "met"
        case .red: "missed"
        case .yellow: "not known"
        }
    }

    private func row(_ objective: ObjectiveView) -> HTML {
        """
        <li class="\(objective.verdict.rawValue)">
        <div class="verdict">\(objective.verdict.badge)</div>
        <div class="sentence"><p>\(isolated(objective.sentence))</p>
        <p class="meta"><code>\(objective.id)</code> · \(judgement(objective))\(measured(objective))</p></div>
        <div class="plot">\(IntervalChart(objective: objective).html ?? "<p class=\"meta\">no value yet</p>")</div>
        <div class="figure">\(value(objective))</div>
        \(objective.reason.isEmpty ? HTML.nothing : "<p class=\"reason\">\(isolated(objective.reason))</p>")
        </li>
        """
    }

    private func row(_ tests: TestsView) -> HTML {
        """
        <li class="\(tests.verdict.rawValue)">
        <div class="verdict">\(tests.verdict.badge)</div>
        <div class="sentence"><p>\(isolated(tests.sentence))</p>
        <p class="meta"><code>\(tests.id)</code> · at the gate, \(moment(tests.judgedAt))</p></div>
        <p class="reason">\(isolated(tests.reason))</p>
        </li>
        """
    }

    private func value(_ objective: ObjectiveView) -> HTML {
        guard let value = objective.value else { return "<span class=\"value none\">–</span>" }
        let interval: HTML = objective.interval.map { "<span class=\"range\">\(Figure.metric($0.lower)) – \(Figure.metric($0.upper))</span>" } ?? ""
        return "<span class=\"value\">\(objective.figure(value))</span>\(interval)"
    }

    private func judgement(_ objective: ObjectiveView) -> HTML {
        switch objective.judge {
        case .point: "value is judged"
        case .lowerBound: "lower end of the interval is judged"
        case .upperBound: "upper end of the interval is judged"
        }
    }

    private func measured(_ objective: ObjectiveView) -> HTML {
        " · on \(isolated(objective.on)), \(objective.measuredAt.map(moment) ?? "not measured yet")"
    }
}

extension ObjectiveView {
    /// The value with its unit, where the metric has one.
    func figure(_ value: Double) -> String {
        metric.hasSuffix("_ms") ? Figure.short(value) + " ms" : abs(value) >= 1 ? Figure.short(value) : Figure.metric(value)
    }
}
