import Support

/// The page of requests for approval: what an answer is about, the answers, and the form to sign one.
package struct ApprovalsPage {
    let view: ApprovalsView
    /// Why the last answer was not taken, and of which request.
    let failure: (request: Int, message: String)?

    package init(_ view: ApprovalsView, failure: (request: Int, message: String)? = nil) {
        self.view = view
        self.failure = failure
    }

    package var page: Page {
        Frame(title: "Approvals", section: .approvals).page(
            """
            <div class="title"><h1>Approvals</h1>
            <p class="meta">\(view.signer.map { "you are \($0)" } ?? "you are not signed in")\(view.maySign ? "" : ", and may look but not sign")</p></div>
            \(waiting)
            \(view.requests.isEmpty ? emptyState("Nobody has asked for an approval yet.", command: "martlet approval request model:NAME@v2") : HTML.nothing)
            \(view.requests.map(request))
            """)
    }

    private var waiting: HTML {
        guard !view.waiting.isEmpty else { return "" }
        let items = view.waiting.map { next -> HTML in "<li><pre><code>\(next.command)</code></pre><p>\(isolated(next.reason))</p></li>" }
        return section("waiting", "What waits", "<ul class=\"next\">\(items)</ul>")
    }

    private func request(_ request: ApprovalView) -> HTML {
        let note: HTML = request.note.isEmpty ? "" : "<p>“\(isolated(request.note))”</p>"
        let missing: HTML = request.missing.map { "<p class=\"note\">\(isolated($0))</p>" } ?? ""
        return section(
            "request-\(request.id)", "\(request.state.badge) \(isolated(request.subject)) for \(isolated(request.alias))",
            aside: "<p class=\"meta\">request \(request.id), by \(isolated(request.by)), \(moment(request.at))</p>",
            """
            \(note)
            \(missing)
            <div class="columns two">
            <div><h3>Evaluation</h3><dl class="facts">\(factRows(request.report))</dl></div>
            <div><h3>A signature covers</h3><dl class="facts">\(factRows(request.covers))</dl></div>
            </div>
            <h3>Gate</h3>
            \(checks(request.gate))
            \(answers(request.answers))
            \(form(request))
            <p class="meta"><a href="\(PagePath.model(request.model))">Who had \(isolated(request.alias)) before</a></p>
            """)
    }

    private func checks(_ checks: [ApprovalView.Check]) -> HTML {
        guard !checks.isEmpty else { return "<p class=\"note\">No check was made: the rule asks for none.</p>" }
        return
            "<ul class=\"checks\">\(checks.map { "<li>\($0.verdict.badge) <span>\(isolated($0.objective)): \(isolated($0.reason))</span></li>" as HTML })</ul>"
    }

    private func answers(_ answers: [ApprovalView.Answer]) -> HTML {
        guard !answers.isEmpty else { return "" }
        let items = answers.map { answer -> HTML in
            let reason: HTML = answer.reason.isEmpty ? "" : " “\(isolated(answer.reason))”"
            let withdrawn: HTML = answer.withdrawn.map { " <strong>\(isolated($0))</strong>" } ?? ""
            return """
                <li>\(answer.isYes ? badge("good", "✓", "approved") : badge("bad", "✗", "rejected")) <span>\(isolated(answer.name)): \
                \(isolated(answer.meaning)).\(reason) <small>\(moment(answer.at)), \(isolated(answer.proof))</small>\(withdrawn)</span></li>
                """
        }
        return "<h3>Answers</h3>\n<ul class=\"checks\">\(items)</ul>"
    }

    private func form(_ request: ApprovalView) -> HTML {
        let problem: HTML =
            failure.flatMap { $0.request == request.id ? $0.message : nil }
            .map { "<p class=\"problem\" role=\"alert\">\(badge("bad", "✗", "refused")) \(isolated($0))</p>" } ?? ""
        guard request.mayAnswer else { return problem }
        return """
            \(problem)
            <form method="post" action="\(PagePath.approval(request.id))" class="sign">
            <label><span class="name">Why (needed for a no)</span><input type="text" name="reason" autocomplete="off" maxlength="1000"></label>
            <label><span class="name">Signed by</span><input type="text" autocomplete="username" value="\(view.signer ?? "")" readonly></label>
            \(proof)
            <p><button type="submit" name="verdict" value="approved" class="primary">I approve this version for \(isolated(request.alias))</button>
            <button type="submit" name="verdict" value="rejected">I reject it</button></p>
            </form>
            """
    }

    /// The password, or where there is none the provider at which the reader signs in again.
    private var proof: HTML {
        guard let provider = view.signsWith else {
            return
                "<label><span class=\"name\">Your password, again</span><input type=\"password\" name=\"password\" autocomplete=\"current-password\" required maxlength=\"1024\"></label>"
        }
        return
            "<input type=\"hidden\" name=\"with\" value=\"\(provider.name)\"><p class=\"note\">\(isolated(provider.label)) will ask you to sign in again.</p>"
    }
}

extension ApprovalView.State {
    /// The symbol and the word of a request's state.
    var badge: HTML {
        switch self {
        case .open: Pages.badge("warn", "…", "waits")
        case .approved: Pages.badge("good", "✓", "approved")
        case .promoted: Pages.badge("good", "★", "promoted")
        case .rejected: Pages.badge("bad", "✗", "rejected")
        case .lapsed: Pages.badge("none", "·", "lapsed")
        }
    }
}
