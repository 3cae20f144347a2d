internal import Access
internal import Database
internal import HTTPTypes
internal import Support

/// One endpoint: where it stands, what it needs, and what it does in one transaction.
struct Call: Sendable {
    typealias Work = @Sendable (Arguments, CallContext, SQLSession) throws -> JSONValue

    enum Kind { case read, write }

    /// The generation of the interface, below `/api/`.
    var version = "2.0"
    var methods: [HTTPRequest.Method]
    /// Behind `/api/2.0/mlflow/`; parts in braces become arguments of that name.
    var path: String
    var permission: Permission
    var kind: Kind
    var work: Work

    static func get(_ path: String, _ work: @escaping Work) -> Call {
        Call(methods: [.get], path: path, permission: .projectRead, kind: .read, work: work)
    }

    /// A search, which clients send either way.
    static func search(_ path: String, methods: [HTTPRequest.Method] = [.post], _ work: @escaping Work) -> Call {
        Call(methods: methods, path: path, permission: .projectRead, kind: .read, work: work)
    }

    static func post(_ path: String, permission: Permission = .experimentWrite, _ work: @escaping Work) -> Call {
        Call(methods: [.post], path: path, permission: permission, kind: .write, work: work)
    }

    static func change(
        _ method: HTTPRequest.Method, _ path: String, permission: Permission = .experimentWrite, _ work: @escaping Work
    ) -> Call {
        Call(methods: [method], path: path, permission: permission, kind: .write, work: work)
    }
}
