/// The page on which a person signs in.
package struct SignInPage {
    let project: String
    /// The page to go on to.
    let next: String
    /// Why the last attempt failed.
    let failure: String?
    /// Who is signed in already.
    let signedIn: String?
    let providers: [ProviderView]

    package init(project: String, next: String, failure: String? = nil, signedIn: String? = nil, providers: [ProviderView] = []) {
        self.project = project
        self.next = next
        self.failure = failure
        self.signedIn = signedIn
        self.providers = providers
    }

    package var page: Page {
        Frame(title: "Sign in", section: .none).page(
            """
            <div class="title"><h1>Sign in to \(isolated(project))</h1></div>
            \(signedIn.map(out) ?? .nothing)
            \(failure.map { "<p class=\"problem\" role=\"alert\">\(badge("bad", "✗", "failed")) \(isolated($0))</p>" } ?? .nothing)
            \(providers.map(button))
            <form method="post" action="\(PagePath.signIn)" class="sign-in">
            <input type="hidden" name="next" value="\(next)">
            <label><span class="name">Name</span><input type="text" name="name" autocomplete="username" required maxlength="128" autofocus></label>
            <label><span class="name">Password</span><input type="password" name="password" autocomplete="current-password" required maxlength="1024"></label>
            <p><button type="submit" class="primary">Sign in</button></p>
            </form>
            <p class="meta">An owner of the project adds people with <code>martlet user add NAME --role ROLE --password</code>.</p>
            """)
    }

    private func button(_ provider: ProviderView) -> HTML {
        """
        <p><a class="button" href="\(PagePath.signIn(with: provider.name, next: next))">Sign in with \(isolated(provider.label))</a></p>

        """
    }

    private func out(_ name: String) -> HTML {
        """
        <form method="post" action="\(PagePath.signOut)"><p>You are signed in as \(isolated(name)). <button type="submit">Sign out</button></p></form>
        """
    }
}
