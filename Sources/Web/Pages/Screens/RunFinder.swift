import Support

/// The form that searches and groups the runs of an experiment, with what is wrong with a search beside it.
struct RunFinder {
    let view: RunTableView

    private var request: RunTableRequest { view.request }

    var html: HTML {
        let kept = kept.fields.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" as HTML }
        let shown = request.with(\.isDeleted, !request.isDeleted).path
        let wrong: HTML = view.problem == nil ? "" : " aria-invalid=\"true\" aria-describedby=\"problem\""
        return """
            <form method="get" action="\(PagePath.experiment(request.experiment))" role="search" class="finder">
            <label class="sought"><span class="name">Search the runs</span><input type="search" name="search" value="\(request.search)" placeholder="metrics.accuracy &gt; 0.9 and params.model = 'trees'" maxlength="5000" autocomplete="off" autocapitalize="off" spellcheck="false" data-keys="\(PagePath.keys(request.experiment))"\(wrong)></label>
            \(groups)
            \(kept)
            <p><button type="submit" class="primary">Search</button> <a href="\(PagePath.experiment(request.experiment))">All runs</a> \
            <a href="\(shown)">\(request.isDeleted ? "Those in use" : "Deleted ones")</a></p>
            \(problem)
            </form>
            """
    }

    /// What the form itself does not ask for.
    private var kept: RunTableRequest {
        var kept = request.with(\.search, "")
        (kept.group, kept.open) = (nil, [])
        return kept
    }

    // MARK: - Groups

    private var groups: HTML {
        var keys: [RunGroupKey] = [.parent, .dataset]
        keys += (view.known + view.columns).filter { $0.kind != .metrics }.map(RunGroupKey.column)
        if let group = request.group { keys.append(group) }
        let options = keys.reduce(into: [RunGroupKey]()) { if !$0.contains($1) { $0.append($1) } }.map { key -> HTML in
            "<option value=\"\(key.text)\"\(key == request.group ? " selected" : HTML.nothing)>\(key.title)</option>"
        }
        return """
            <label><span class="name">Group by</span><select name="group"><option value="">nothing</option>
            \(options)</select></label>
            """
    }

    // MARK: - Problems

    private var problem: HTML {
        guard let problem = view.problem else { return "" }
        let place: HTML = problem.place.map { "<code class=\"wrong\">\(marked($0))</code>" } ?? ""
        return """
            <div class="problem" role="alert" id="problem"><p>\(badge("bad", "✗", "failed")) \(isolated(problem.message))</p>\(place)</div>
            """
    }

    /// How much of a search is shown before and behind the place that is wrong.
    private static let around = 60

    /// The search with the word that begins at a place marked.
    private func marked(_ place: Int) -> HTML {
        let scalars = Array(request.search.unicodeScalars)
        let start = min(max(place, 0), scalars.count)
        let end = scalars[start...].firstIndex { $0.properties.isWhitespace } ?? scalars.count
        func text(_ range: Range<Int>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[range])
            return String(view)
        }
        let first = max(0, start - Self.around)
        let last = min(scalars.count, end + Self.around)
        let word: HTML = start == end ? "<mark class=\"end\">\u{2038}</mark>" : "<mark>\(text(start..<end))</mark>"
        return "\(first > 0 ? "…" : HTML.nothing)\(text(first..<start))\(word)\(text(end..<last))\(last < scalars.count ? "…" : HTML.nothing)"
    }
}
