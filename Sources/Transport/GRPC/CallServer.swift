import GRPCCore
import GRPCNIOTransportHTTP2
package import HTTP
import NIOCore
import ServiceLifecycle
package import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Answers calls over gRPC on a port of its own, for as long as the server that it is run beside: `HTTPServer.run(_:at:beside:)`.
package struct CallServer: Service {
    private let address: HTTPServer.Address
    private let server: GRPCServer<HTTP2ServerTransport.Posix>

    /// - Parameter address: where to listen; with the same certificate as the server beside it.
    /// - Throws: `invalidInput` for a host that has no address.
    package init(_ calls: GuardedCalls, at address: HTTPServer.Address, limits: CallLimits = .init()) throws(MartletError) {
        self.address = address
        let transport = HTTP2ServerTransport.Posix(
            address: try CallServer.resolved(address), transportSecurity: CallServer.security(address.tls), config: limits.configuration)
        server = GRPCServer(transport: transport, router: calls.router)
    }

    /// The port, once calls are answered; nil where the server has ended before.
    package var port: Int? {
        get async {
            let address = try? await server.transport.listeningAddress
            return address?.ipv4?.port ?? address?.ipv6?.port
        }
    }

    /// Answers until the service group that it runs in is asked to stop, then lets the calls under way finish.
    /// - Throws: `conflict` where the port is taken, `inputOutput` for another reason that listening fails.
    package func run() async throws {
        let server = server
        do {
            try await withGracefulShutdownHandler {
                try await server.serve()
            } onGracefulShutdown: {
                server.beginGracefulShutdown()
            }
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ error: any Error) -> MartletError {
        var cause = error
        while let beneath = (cause as? RuntimeError)?.cause { cause = beneath }
        if let cause = cause as? IOError, cause.errnoCode == EADDRINUSE {
            return MartletError(
                .conflict, "Port \(address.port) on \(address.host) is taken. Choose another with --grpc-port, or 0 for a free one.")
        }
        return MartletError(.inputOutput, "The server could not listen for gRPC on \(address.host):\(address.port).", cause: "\(cause)")
    }

    private static func resolved(_ address: HTTPServer.Address) throws(MartletError) -> GRPCNIOTransportHTTP2.SocketAddress {
        let found = try? NIOCore.SocketAddress.makeAddressResolvingHost(address.host, port: address.port)
        switch found {
        case .v4: return .ipv4(host: found?.ipAddress ?? address.host, port: address.port)
        case .v6: return .ipv6(host: found?.ipAddress ?? address.host, port: address.port)
        default: throw MartletError(.invalidInput, "“\(address.host)” has no address to listen on. Name one of this machine with --host.")
        }
    }

    private static func security(_ tls: TLSFiles?) -> HTTP2ServerTransport.Posix.TransportSecurity {
        guard let tls else { return .plaintext }
        return .tls(
            certificateChain: [.file(path: tls.certificate, format: .pem)], privateKey: .file(path: tls.key, format: .pem))
    }
}
