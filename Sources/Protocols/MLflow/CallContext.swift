internal import Access
package import Database
package import Events
internal import Experiments
internal import Lineage
package import Objects
internal import Registry
package import Support

/// What MLflow's routes work on.
package struct TrackingServer: Sendable {
    let database: any MetadataDatabase
    let objects: any ObjectStore
    let events: EventLog
    let clock: any WallClock
    let identifiers: IdentifierSource
    let writes: GroupCommit
    /// What the versions are that the project's pipeline made.
    let models: ModelStore
    let rules: RegistryRules
    /// What stands before the paths of the protocol: clients may name the project in the server's address.
    let roots: [String]

    /// - Parameter project: the project's name.
    package init(
        project: String, database: any MetadataDatabase, objects: any ObjectStore, events: EventLog, clock: any WallClock,
        identifiers: IdentifierSource, rules: RegistryRules
    ) {
        self.rules = rules
        self.database = database
        self.objects = objects
        self.events = events
        self.clock = clock
        self.identifiers = identifiers
        writes = GroupCommit(database)
        models = ModelStore(database: database, events: events, lineage: LineageGraph(database: database, clock: clock), clock: clock)
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
    let catalog: ModelCatalog
    let caller: Caller

    init(_ server: TrackingServer, caller: Caller) {
        self.server = server
        self.caller = caller
        events = server.events.acting(as: caller.id.rawValue, via: caller.via)
        experiments = ExperimentStore(database: server.database, events: events, clock: server.clock)
        runs = RunLog(events: events, clock: server.clock)
        models = LoggedModelStore(events: events, clock: server.clock)
        catalog = ModelCatalog(database: server.database, events: events, clock: server.clock)
    }

    var now: Timestamp { server.clock.now() }
}
