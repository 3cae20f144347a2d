/// Who looks at a page, as its header says it.
package struct Reader: Sendable, Equatable {
    package enum Standing: Sendable, Equatable {
        /// Signed in at the pages, by that name.
        case signedIn(String)
        /// Recognised by what came with the request: a token, or a name and password.
        case recognised(String)
        /// Nobody is registered, so that nobody signs in.
        case open
        /// Not known, and free to sign in.
        case stranger
        /// Not looked up, as where a request was turned away.
        case unknown
    }

    package var standing: Standing
    /// Whether the record is open to them.
    package var readsAudit: Bool
    /// Whether they have tokens of their own.
    package var hasTokens: Bool

    package init(_ standing: Standing, readsAudit: Bool = false, hasTokens: Bool = false) {
        self.standing = standing
        self.readsAudit = readsAudit
        self.hasTokens = hasTokens
    }

    package static let unknown = Reader(.unknown)
    package static let stranger = Reader(.stranger)

    /// Who it is, and the way in or out.
    var html: HTML {
        switch standing {
        case .signedIn(let name):
            """
            <form method="post" action="\(PagePath.signOut)" class="reader"><span>signed in as \(isolated(name))</span> \
            <button type="submit">Sign out</button></form>
            """
        case .recognised(let name): "<p class=\"reader\">signed in as \(isolated(name))</p>"
        case .open: "<p class=\"reader\">open to this machine</p>"
        case .stranger: "<p class=\"reader\"><a href=\"\(PagePath.signIn)\">Sign in</a></p>"
        case .unknown: "<p class=\"reader\"><a href=\"\(PagePath.signIn)\">Account</a></p>"
        }
    }
}

/// A page before it is known who looks at it.
package struct Page: Sendable {
    let frame: Frame
    let content: HTML

    /// The whole document.
    package func html(for reader: Reader = .unknown) -> HTML { frame.document(content, for: reader) }
}
