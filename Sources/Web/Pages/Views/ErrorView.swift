package import Support

/// An error as the JSON API says it.
package struct ErrorView: View {
    package var code: String
    package var message: String
    /// `file:line:column` in the user's own files.
    package var place: String?
    package var cause: String?

    package init(_ error: MartletError) {
        code = error.code.rawValue
        message = error.message
        place = error.place?.description
        cause = error.cause
    }

    package static let about = "What went wrong, and what to do."
    package static var members: [ViewMember<ErrorView>] {
        [.init("code", \.code), .init("message", \.message), .init("place", \.place, "file:line:column"), .init("cause", \.cause)]
    }
}
