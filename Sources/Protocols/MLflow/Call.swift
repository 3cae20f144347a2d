internal import Access
internal import Database
internal import HTTPTypes
internal import Support

/// One endpoint: where it stands, what it needs, and what it does, in one transaction unless it is `own`.
struct Call: Sendable {
    typealias Work = @Sendable (Arguments, CallContext, SQLSession) throws -> JSONValue

    /// Work that makes its transactions itself. What blocks runs in the pool.
    typealias OwnWork = @Sendable (Arguments, CallContext, WorkPool) async throws -> JSONValue

    enum Kind {
        case read(Work)
        case write(Work)
        case own(OwnWork)
    }

    /// The generation of the interface, below `/api/`.
    var version = "2.0"
    var methods: [HTTPRequest.Method]
    /// Behind `/api/2.0/mlflow/`; parts in braces become arguments of that name.
    var path: String
    var permission: Permission
    var kind: Kind

    static func get(_ path: String, _ work: @escaping Work) -> Call {
        Call(methods: [.get], path: path, permission: .projectRead, kind: .read(work))
    }

    /// A search, which clients send either way.
    static func search(_ path: String, methods: [HTTPRequest.Method] = [.post], _ work: @escaping Work) -> Call {
        Call(methods: methods, path: path, permission: .projectRead, kind: .read(work))
    }

    static func post(_ path: String, permission: Permission = .experimentWrite, _ work: @escaping Work) -> Call {
        Call(methods: [.post], path: path, permission: permission, kind: .write(work))
    }

    /// A call whose request is read outside of the transaction.
    static func prepared(
        _ path: String, _ prepare: @escaping @Sendable (Arguments) throws -> @Sendable (CallContext, SQLSession) throws -> JSONValue
    ) -> Call {
        let own: OwnWork = { arguments, context, _ in
            let work = try prepare(arguments)
            return try await context.server.writes.write { try work(context, $0) }
        }
        return Call(methods: [.post], path: path, permission: .experimentWrite, kind: .own(own))
    }

    static func change(
        _ method: HTTPRequest.Method, _ path: String, permission: Permission = .experimentWrite, _ work: @escaping Work
    ) -> Call {
        Call(methods: [method], path: path, permission: permission, kind: .write(work))
    }

    static func own(
        _ method: HTTPRequest.Method, _ path: String, permission: Permission = .experimentWrite, _ work: @escaping OwnWork
    ) -> Call {
        Call(methods: [method], path: path, permission: permission, kind: .own(work))
    }
}
