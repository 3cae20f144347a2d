internal import Access
package import Database
package import Events
internal import Experiments
package import Objects
package import Support

/// What MLflow's routes work on.
package struct TrackingServer: Sendable {
    let database: any MetadataDatabase
    let objects: any ObjectStore
    let events: EventLog
    let clock: any WallClock
    let identifiers: IdentifierSource
    let writes: GroupCommit
    /// What stands before the paths of the protocol: clients may name the project in the server's address.
    let roots: [String]

    /// - Parameter project: the project's name.
    package init(
        project: String, database: any MetadataDatabase, objects: any ObjectStore, events: EventLog, clock: any WallClock,
        identifiers: IdentifierSource
    ) {
        self.database = database
        self.objects = objects
        self.events = events
        self.clock = clock
        self.identifiers = identifiers
        writes = GroupCommit(database)
        roots = ["", "/projects/\(project)"].flatMap { ["\($0)/api", "\($0)/ajax-api"] }
    }
}

/// One call: who makes it, and the stores as they work for them.
struct CallContext: Sendable {
    let server: TrackingServer
    let events: EventLog
    let experiments: ExperimentStore
    let runs: RunLog
    let models: LoggedModelStore

    init(_ server: TrackingServer, caller: Caller) {
        self.server = server
        events = server.events.acting(as: caller.id.rawValue, via: caller.via)
        experiments = ExperimentStore(database: server.database, events: events, clock: server.clock)
        runs = RunLog(events: events, clock: server.clock)
        models = LoggedModelStore(events: events, clock: server.clock)
    }

    var now: Timestamp { server.clock.now() }
}
