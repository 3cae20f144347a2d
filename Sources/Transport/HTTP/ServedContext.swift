package import Hummingbird
package import NIOCore
internal import Support
internal import Telemetry

/// What the server knows of a request beside its head and body.
package struct ServedContext: RequestContext, RemoteAddressRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let remoteAddress: SocketAddress?
    private let arrivals: Arrivals?
    /// Of this request; nil where nobody is told of any.
    let notes: RequestNotes?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
        let isOnLoop = source.channel.eventLoop.inEventLoop
        let prompt = isOnLoop ? try? source.channel.pipeline.syncOperations.handler(type: PromptAnswers.self) : nil
        arrivals = prompt?.arrivals
        notes = prompt?.watched?.current
    }

    /// When the request was there whole, on the clock of `monotonicSeconds()`; now, before its body has been read to the end.
    package var arrivedAt: Double { arrivals?.first ?? monotonicSeconds() }

    /// The address that the request came from, without the port.
    package var address: String { remoteAddress?.ipAddress ?? "unknown" }
}
