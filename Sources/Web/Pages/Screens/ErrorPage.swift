package import Support

/// What is shown where a page cannot be: what happened, and where to go instead.
package struct ErrorPage {
    let error: MartletError
    /// The path that was asked for.
    let path: String
    /// The paths that exist, to suggest the nearest.
    let known: [String]

    package init(_ error: MartletError, path: String, known: [String] = []) {
        self.error = error
        self.path = path
        self.known = known
    }

    package var page: Page {
        Frame(title: heading, section: .none).page(
            """
            <div class="title"><h1>\(heading)</h1><p class="meta"><code>\(error.httpStatus) \(error.code.rawValue)</code></p></div>
            <p class="lead">\(isolated(error.message))</p>
            \(error.place.map { "<p class=\"meta\"><code>\($0.description)</code></p>" } ?? HTML.nothing)
            \(error.cause.map { "<pre class=\"long\" tabindex=\"0\"><code>\($0)</code></pre>" } ?? HTML.nothing)
            \(nearest)
            <p><a href="\(PagePath.home)">To the project</a></p>
            """)
    }

    private var heading: String {
        switch error.code {
        case .notFound: "Not found"
        case .usage, .invalidInput, .conflict, .alreadyExists: "That does not work like this"
        case .unauthenticated: "Please sign in"
        case .permissionDenied: "Not allowed"
        case .tooLarge: "Too large"
        case .tooManyAttempts: "Too many attempts"
        case .refused: "Refused"
        case .engineMissing, .unavailable, .deadlineExceeded, .cancelled: "Not available now"
        default: "Something broke"
        }
    }

    private var nearest: HTML {
        guard error.code == .notFound, let near = PagePath.local(suggestion(for: String(path.prefix(200)), among: known)) else { return "" }
        return "<p>Did you mean <a href=\"\(near)\">\(isolated(near))</a>?</p>"
    }
}

extension MartletError {
    /// The HTTP status of the answer that carries this error.
    package var httpStatus: Int { code.httpStatus }
}
