package import Access
package import Hummingbird

/// Who may take a route.
package struct RouteRule: Sendable {
    /// What it needs; nil for a route that everybody may take, signed in or not.
    package var permission: Permission?
    /// Whether only a person may take it who is signed in at the pages: no token, and no password sent along.
    package var needsSession = false
    /// The reference of what a request is about, for the record: `model:churn`.
    package var subject: @Sendable (Request, ServedContext) -> String

    /// For everybody: what tells nothing of the project.
    package static let anyone = RouteRule(permission: nil, subject: { _, _ in "" })

    /// For whoever has a permission.
    package static func needs(
        _ permission: Permission, inSession: Bool = false,
        on subject: @escaping @Sendable (Request, ServedContext) -> String = { request, _ in request.uri.path }
    ) -> RouteRule {
        RouteRule(permission: permission, needsSession: inSession, subject: subject)
    }
}

/// A route with its rule, as a table of them is printed.
package struct RuledRoute: Sendable, Equatable {
    package var method: String
    package var path: String
    package var permission: Permission?
    /// Whether it is only for people who are signed in at the pages.
    package var needsSession = false

    package init(method: String, path: String, permission: Permission?, needsSession: Bool = false) {
        self.method = method
        self.path = path
        self.permission = permission
        self.needsSession = needsSession
    }
}
