package import Hummingbird
package import NIOCore

/// What the server knows of a request beside its head and body.
package struct ServedContext: RequestContext, RemoteAddressRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let remoteAddress: SocketAddress?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
    }

    /// The address that the request came from, without the port.
    package var address: String { remoteAddress?.ipAddress ?? "unknown" }
}
