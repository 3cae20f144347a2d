package import Access
import GRPCCore
import GRPCNIOTransportHTTP2
import GRPCProtobuf
package import HTTP
import Support
package import SwiftProtobuf
package import Telemetry

/// The only way to add a call: each names its rule, and is answered after the gate has let it through. What is served is not reached from outside,
/// so a call without a rule does not compile.
package final class GuardedCalls {
    /// Sends one of several answers.
    package typealias Sender<Output> = @Sendable (Output) async throws -> Void

    /// The calls that are served.
    private(set) var router = RPCRouter<HTTP2ServerTransport.Posix>()
    private let admission: Admission
    /// Who is told of each call; nil for nobody.
    private let watch: RequestWatch?
    /// The calls with their rules, in the order in which they were added.
    package private(set) var calls: [RuledCall] = []

    package init(admission: Admission, watch: RequestWatch? = nil) {
        self.admission = admission
        self.watch = watch
    }

    /// Adds a call with one message and one answer.
    package func on<Input: Message, Output: Message>(
        _ service: String, _ method: String, _ rule: CallRule<Input>,
        answer: @escaping @Sendable (Input, Caller) async throws -> Output
    ) {
        add(service, method, rule) { visit, messages in
            let message = try await GuardedCalls.first(of: messages)
            let output = try await answer(message, try await visit.caller(for: message))
            return StreamingServerResponse(single: ServerResponse(message: output))
        }
    }

    /// Adds a call with one message and as many answers as there come to be. It ends with the server, or when the client goes.
    package func onWatch<Input: Message, Output: Message>(
        _ service: String, _ method: String, _ rule: CallRule<Input>,
        answer: @escaping @Sendable (Input, Caller, Sender<Output>) async throws -> Void
    ) {
        add(service, method, rule) { visit, messages in
            let message = try await GuardedCalls.first(of: messages)
            let caller = try await visit.caller(for: message)
            return StreamingServerResponse { writer in
                try await visit.untilCancelled { try await answer(message, caller) { try await writer.write($0) } }
                return [:]
            }
        }
    }

    /// Adds a call with messages for as long as the client sends some, each of which has its answer before the next is read. Who asks, and whether
    /// they may, is decided for each message. It ends with the client's last message, or with the server.
    package func onStream<Input: Message, Output: Message>(
        _ service: String, _ method: String, _ rule: CallRule<Input>,
        answer: @escaping @Sendable (Input, Caller) async -> Output
    ) {
        add(service, method, rule) { visit, messages in
            StreamingServerResponse { writer in
                try await visit.untilCancelled {
                    for try await message in messages { try await writer.write(await answer(message, try await visit.caller(for: message))) }
                }
                return [:]
            }
        }
    }

    /// Adds a call whose messages are read once the caller is known.
    private func add<Input: Message, Output: Message>(
        _ service: String, _ method: String, _ rule: CallRule<Input>,
        handle: @escaping @Sendable (CallVisit<Input>, RPCAsyncSequence<Input, any Error>) async throws -> StreamingServerResponse<Output>
    ) {
        calls.append(RuledCall(name: "\(service)/\(method)", permission: rule.permission))
        router.registerHandler(
            forMethod: MethodDescriptor(fullyQualifiedService: service, method: method), deserializer: MessageReader<Input>(),
            serializer: ProtobufSerializer<Output>()
        ) { [admission, watch] request, context in
            let visit = CallVisit(admission: admission, rule: rule, metadata: request.metadata, context: context)
            return try await WatchedCall.watched(by: watch, visit) {
                try await CallVisit<Input>.told {
                    _ = try await visit.recognised()
                    return try await handle(visit, request.messages)
                }
            }
        }
    }

    /// The message of a call that has one.
    private static func first<Input>(of messages: RPCAsyncSequence<Input, any Error>) async throws -> Input {
        var iterator = messages.makeAsyncIterator()
        guard let message = try await iterator.next() else { throw MartletError(.invalidInput, "The call came without a message.") }
        return message
    }
}
