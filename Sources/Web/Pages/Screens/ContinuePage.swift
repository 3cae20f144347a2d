/// The page between a form and the provider that it leads to: browsers follow no redirection of a form to another site here.
package struct ContinuePage {
    let provider: ProviderView
    /// Where it goes on, at the provider.
    let address: String

    package init(provider: ProviderView, address: String) {
        self.provider = provider
        self.address = address
    }

    package var page: Page {
        Frame(title: "Sign in again", section: .approvals).page(
            """
            <div class="title"><h1>Prove who you are</h1></div>
            <p>A signature needs a proof of its own. Sign in again at \(isolated(provider.label)); then it is signed.</p>
            <p><a class="button" href="\(address)">Go on to \(isolated(provider.label))</a></p>
            """)
    }
}
