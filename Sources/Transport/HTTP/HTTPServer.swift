import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
package import ServiceLifecycle
package import Support
import Synchronization
import UnixSignals

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs a router's answers on a port until it is asked to stop, then lets the requests under way finish.
package final class HTTPServer: Sendable {
    /// Where to listen. Port 0 takes a free one.
    package struct Address: Sendable, Equatable {
        package var host: String
        package var port: Int
        /// Certificate and key for TLS; plain HTTP where it is nil.
        package var tls: TLSFiles?

        package init(host: String = "127.0.0.1", port: Int = 0, tls: TLSFiles? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }

        /// Whether only this machine can reach it.
        package var isLoopback: Bool { HostName.isLoopback(host) }
    }

    private enum Stage {
        case idle
        case running(ServiceGroup)
        case stopped
    }

    /// What every answer says in `Server`.
    static let name = "martlet"

    /// How many connections may wait to be accepted. Those beyond are dropped by the system, and their clients try again after a second.
    private static let backlog = 4096

    private let stage = Mutex(Stage.idle)
    private let limits: ConnectionLimits

    package init(limits: ConnectionLimits = .init()) { self.limits = limits }

    /// Listens and answers until `stop()`, or until the process is asked to end (SIGINT or SIGTERM) where `handlesSignals`. Returns when the
    /// last request has been answered; after `grace` seconds those still under way are cut off.
    /// - Parameters:
    ///   - companions: what runs for as long as this server and stops with it; where one of them fails, the server ends with its error.
    ///   - onReady: told the actual port once connections are accepted.
    /// - Throws: `conflict` where the port is taken, `inputOutput` for another reason that listening fails.
    package func run(
        _ router: GuardedRouter, at address: Address = .init(), beside companions: [any Service] = [],
        handlesSignals: Bool = true, grace: Double = 30, logger: Logger? = nil, onReady: @escaping @Sendable (_ port: Int) async -> Void
    ) async throws(MartletError) {
        let logger = logger ?? Logger(label: "martlet.http") { _ in SwiftLogNoOpLogHandler() }
        let builder = limits.serverBuilder(router.prompt, watch: router.watch)
        let application = Application(
            router: router.router, server: try address.tls?.serverBuilder(builder) ?? builder,
            configuration: .init(address: .hostname(address.host, port: address.port), serverName: HTTPServer.name, backlog: HTTPServer.backlog),
            onServerRunning: { channel in await onReady(channel.localAddress?.port ?? address.port) }, logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: companions + [application], gracefulShutdownSignals: handlesSignals ? [.sigterm, .sigint] : [], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(grace)
        let group = ServiceGroup(configuration: configuration)
        guard begin(group) else { return }
        defer { stage.withLock { $0 = .stopped } }
        do { try await group.run() } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw MartletError(.conflict, "Port \(address.port) on \(address.host) is taken. Choose another with --port, or 0 for a free one.")
        } catch let error as MartletError { throw error } catch {
            throw MartletError(.inputOutput, "The server could not listen on \(address.host):\(address.port).", cause: "\(error)")
        }
    }

    /// False where the server was stopped before it began.
    private func begin(_ group: ServiceGroup) -> Bool {
        stage.withLock { stage in
            guard case .idle = stage else { return false }
            stage = .running(group)
            return true
        }
    }

    /// Asks the server to stop; `run` returns when it has.
    package func stop() async {
        let group: ServiceGroup? = stage.withLock { stage in
            defer { if case .idle = stage { stage = .stopped } }
            if case .running(let group) = stage { return group }
            return nil
        }
        await group?.triggerGracefulShutdown()
    }
}
