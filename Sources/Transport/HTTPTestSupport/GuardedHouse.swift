package import Access
package import Database
package import Events
package import HTTP
package import Support
internal import TestSupport

/// Access on a database of its own and a router that is guarded by it. Nobody is registered at first.
package struct GuardedHouse: Sendable {
    private let folder: TemporaryFolder
    package let database: SQLiteDatabase
    package let events: EventLog
    package let principals: PrincipalStore
    package let tokens: TokenStore
    package let access: Access

    /// - Parameter clock: by which tokens and sessions end.
    package init(clock: any WallClock = SystemClock()) throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        events = EventLog(database: database, clock: clock, actor: "tester")
        principals = PrincipalStore(database: database, events: events, clock: clock, plan: AccessPlan())
        tokens = TokenStore(database: database, events: events, clock: clock)
        access = Access(database: database, events: events, clock: clock, plan: AccessPlan())
    }

    /// A router without routes.
    package func router() -> GuardedRouter { GuardedRouter(gate: RequestGate(access: access, pool: WorkPool())) }

    /// Runs a server with some routes on a free port of the loopback interface for as long as it is used.
    package func serve(
        _ server: HTTPServer = HTTPServer(), at address: HTTPServer.Address = .init(), routes: @escaping @Sendable (GuardedRouter) -> Void,
        _ use: @escaping @Sendable (_ port: Int) async throws -> Void
    ) async throws {
        let (ports, ready) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { ready.finish() }
                let router = router()
                routes(router)
                try await server.run(router, at: address, handlesSignals: false) { ready.yield($0) }
            }
            for await port in ports {
                let outcome: Result<Void, any Error>
                do { outcome = .success(try await use(port)) } catch { outcome = .failure(error) }
                await server.stop()
                try outcome.get()
            }
            try await group.waitForAll()
        }
    }
}
