import Support

/// API tokens: the list, the form to make one, and the way to revoke one.
package struct TokensPage {
    let view: TokensView
    let request: TokenRequest
    /// Why the last attempt failed.
    let failure: String?

    /// - Parameter request: what stands in the form.
    package init(_ view: TokensView, request: TokenRequest = TokenRequest(), failure: String? = nil) {
        self.view = view
        self.request = request
        self.failure = failure
    }

    package var page: Page {
        Frame(title: "Tokens", section: .tokens).page(
            """
            <div class="title"><h1>Tokens</h1><p class="meta">\(view.isEverybodys ? "everybody’s" : "yours"), for programs that act in a person’s or service’s name</p></div>
            \(failure.map { "<p class=\"problem\" role=\"alert\">\(badge("bad", "✗", "refused")) \(isolated($0))</p>" } ?? HTML.nothing)
            \(view.tokens.isEmpty ? emptyState("No token yet.") : list)
            \(view.isInSession ? form : "<p class=\"note\">To make or revoke tokens, sign in at <a href=\"\(PagePath.signIn)?next=\(PagePath.tokens)\">this page</a>: a token does neither.</p>")
            """)
    }

    private var list: HTML {
        section(
            "tokens", view.isEverybodys ? "Everybody’s tokens" : "Your tokens",
            """
            <div class="scroll" tabindex="0" role="group" aria-labelledby="tokens-title"><table>
            <thead><tr><th scope="col">name</th>\(view.isEverybodys ? "<th scope=\"col\">whose</th>" : HTML.nothing)<th scope="col">may</th>\
            <th scope="col">made</th><th scope="col">until</th><th scope="col">begins with</th>\(view.isInSession ? "<th scope=\"col\"></th>" : HTML.nothing)</tr></thead>
            <tbody>
            \(view.tokens.map(row))
            </tbody></table></div>
            """)
    }

    private func row(_ token: TokensView.Token) -> HTML {
        let owner: HTML = view.isEverybodys ? "<td>\(isolated(token.owner))</td>" : ""
        let via: HTML = token.via.map { " <small>via \(isolated($0))</small>" } ?? ""
        let scopes = token.scopes.map { $0.isEmpty ? "nothing" : $0.joined(separator: ", ") } ?? "all that \(token.owner) may"
        return """
            <tr><td>\(token.state.badge) \(isolated(token.name))\(leases(token.leases))</td>\(owner)<td>\(isolated(scopes))</td>\
            <td>\(moment(token.made))\(via)</td><td>\(end(token))</td><td><code>\(token.hint)…</code></td>\
            \(view.isInSession ? "<td>\(token.state == .revoked ? HTML.nothing : revocation(token.name))</td>" : HTML.nothing)</tr>
            """
    }

    private func end(_ token: TokensView.Token) -> HTML {
        if let revoked = token.revoked { return "revoked \(moment(revoked))" }
        return token.expires.map { "\(token.state == .expired ? "expired " : HTML.nothing)\(moment($0))" } ?? "for ever"
    }

    private func leases(_ leases: [TokensView.Lease]) -> HTML {
        guard !leases.isEmpty else { return "" }
        let items = leases.map { lease -> HTML in
            let end: HTML = lease.isRevoked ? "revoked" : lease.expires.map { "until \(moment($0))" } ?? ""
            return "<li><code>\(lease.hint)…</code> made \(moment(lease.made)), \(end)</li>"
        }
        return "<details><summary>\(Figure.count(leases.count, "lease"))</summary><ul>\(items)</ul></details>"
    }

    private func revocation(_ name: String) -> HTML {
        """
        <details><summary>Revoke</summary><form method="post" action="\(PagePath.revokeToken)"><input type="hidden" name="name" value="\(name)">\
        <button type="submit">Revoke for good</button></form></details>
        """
    }

    private var form: HTML {
        section(
            "make", "Make a token",
            """
            <form method="post" action="\(PagePath.tokens)" class="sign">
            <label><span class="name">Name, to know it by</span><input type="text" name="name" value="\(request.name)" required maxlength="128" autocomplete="off" spellcheck="false"></label>
            <div role="group" aria-labelledby="scopes"><p class="name" id="scopes">What it may do: as little as will do</p>
            <div class="choices">
            \(view.grantable.map(choice))
            </div></div>
            <label><span class="name">Valid for</span><select name="expires">\(TokensView.lifetimes.map(lifetime))</select></label>
            <p><button type="submit" class="primary">Make it</button></p>
            </form>
            <p class="note">It is shown once, on the next page. It never does more than you may do yourself, makes no tokens and signs no approvals.</p>
            """)
    }

    private func choice(_ permission: String) -> HTML {
        """
        <label><input type="checkbox" name="scope" value="\(permission)"\(request.scopes.contains(permission) ? " checked" : HTML.nothing)> <code>\(permission)</code></label>
        """
    }

    private func lifetime(_ text: String) -> HTML {
        "<option value=\"\(text)\"\(text == request.lifetime ? " selected" : HTML.nothing)>\(text == "1d" ? "1 day" : "\(String(text.dropLast())) days")</option>"
    }
}

/// What is shown once: the secret of a token that was just made.
package struct TokenMadePage {
    let name: String
    let secret: String

    package init(name: String, secret: String) {
        self.name = name
        self.secret = secret
    }

    package var page: Page {
        Frame(title: "Token made", section: .tokens).page(
            """
            <div class="title"><p class="crumb"><a href="\(PagePath.tokens)">Tokens</a></p><h1>The token \(isolated(name))</h1></div>
            <section id="secret" aria-label="The token"><pre class="secret"><code>\(secret)</code></pre>
            <p class="note">Keep it now: only its hash is stored, and it is not shown again.</p></section>
            \(emptyState("Programs send it as “Authorization: Bearer TOKEN”, or as the password of basic authentication. From a terminal:", command: "MARTLET_TOKEN=… martlet status --url ADDRESS"))
            <p><a href="\(PagePath.tokens)">To your tokens</a></p>
            """)
    }
}

extension TokensView.Token.State {
    /// The symbol and the word of a token's state.
    var badge: HTML {
        switch self {
        case .valid: Pages.badge("good", "✓", "valid")
        case .expired: Pages.badge("none", "○", "expired")
        case .revoked: Pages.badge("none", "✗", "revoked")
        }
    }
}
