import Access
import GRPCCore
import HTTP
import Support
import Telemetry

/// One call on its way through the gate.
struct CallVisit<Input: Sendable>: Sendable {
    let admission: Admission
    let rule: CallRule<Input>
    let metadata: Metadata
    let context: ServerContext

    var name: String { context.descriptor.fullyQualifiedMethod }

    /// Who calls, before anything of the message has been read.
    /// - Throws: `unauthenticated`, `tooManyAttempts`; `permissionDenied` where nobody is registered and the call comes from another machine.
    func recognised() async throws(MartletError) -> Caller {
        try await admission.refresh()
        guard let permission = rule.permission else { return Admission.stranger }
        if try admission.isOpen() {
            // Pages of browsers cannot make such calls, so that the name that a call was made to needs no look.
            guard isFromHere else {
                throw MartletError(
                    .permissionDenied, "This server has no users yet and answers only calls from its own machine. Add one with “martlet user add”.")
            }
            return .loopback
        }
        var texts = metadata[stringValues: "authorization"].makeIterator()
        let text = texts.next()
        guard texts.next() == nil else {
            throw MartletError(.unauthenticated, "The call names itself twice. Send one “authorization”.")
        }
        return try await admission.caller(authorization: text, from: address, for: permission, on: name)
    }

    /// Who calls, if they may do what a message asks for.
    /// - Throws: `unauthenticated`, `permissionDenied`, `tooManyAttempts`.
    func caller(for message: Input) async throws(MartletError) -> Caller {
        let caller = try await recognised()
        if let permission = rule.permission { try await admission.authorize(caller, permission, on: rule.subject?(message) ?? name) }
        if let error = admission.delay(of: caller, from: address, rule.permission) { throw error }
        RequestNotes.current?.note { $0.caller = caller.id.rawValue }
        return caller
    }

    /// The address that the call came from, without the port: `ipv4:127.0.0.1:50412` and `ipv6:[::1]:50412` is how the transport says it.
    var address: String {
        let peer = context.remotePeer
        guard let kind = peer.firstIndex(of: ":"), let port = peer.lastIndex(of: ":"), kind < port else { return peer }
        return peer[peer.index(after: kind)..<port].filter { $0 != "[" && $0 != "]" }
    }

    private var isFromHere: Bool { HTTPServer.Address(host: address).isLoopback }

    /// Runs something that may take as long as the client likes, until the client goes or the server stops.
    func untilCancelled(_ run: @escaping @Sendable () async throws -> Void) async throws {
        try await CallVisit.told {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await run()
                    return true
                }
                group.addTask {
                    try await context.cancellation.cancelled
                    return false
                }
                defer { group.cancelAll() }
                guard try await group.next() == false else { return }
                throw MartletError(.unavailable, "The server is stopping. Try again in a moment.")
            }
        }
    }

    /// Runs something whose errors of ours become those of a call.
    static func told<Value>(_ run: () async throws -> Value) async throws -> Value {
        do { return try await run() } catch let error as MartletError { throw error.callError }
    }
}
