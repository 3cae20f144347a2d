package import Database
package import Events
package import Experiments
package import Objects
package import Support

/// Reads the runs of another tool into experiments. Each batch is kept with the place from which reading goes on, in one transaction: an adoption
/// that is stopped at any moment is gone on with by the next one, and one that finds nothing new changes nothing.
package struct Adopter: Sendable {
    /// The tag of a run that says which tool it is from.
    package static let originTag = "martlet.adopted_from"
    /// The tag of a run that says how far it has been read.
    package static let cursorTag = "martlet.adopted_until"

    let database: any MetadataDatabase
    let objects: DiskObjectStore
    let events: EventLog
    let log: RunLog
    let experiments: ExperimentStore
    let models: LoggedModelStore
    let clock: any WallClock
    /// A model with the alias of it that only a gate may move.
    let guarded: KeyValue?
    let observer: any AdoptionObserver

    /// - Parameter guarded: a model with the alias of it that only a gate may move.
    package init(
        database: any MetadataDatabase, objects: DiskObjectStore, events: EventLog, clock: any WallClock,
        guarded: KeyValue? = nil, observer: any AdoptionObserver = SilentAdoption()
    ) {
        self.database = database
        self.objects = objects
        self.events = events
        self.clock = clock
        self.observer = observer
        self.guarded = guarded
        models = LoggedModelStore(events: events, clock: clock)
        log = RunLog(events: events, clock: clock)
        experiments = ExperimentStore(database: database, events: events, clock: clock)
    }

    /// Adopts what a store holds and is not here yet.
    /// - Parameters:
    ///   - source: what it is called in the record.
    ///   - rehearses: whether it is only found out what would be done.
    /// - Throws: `cancelled` where the observer says so; what is read by then is kept, and recorded.
    package func adopt(_ store: any ForeignStore, source: String, rehearses: Bool = false) throws(MartletError) -> AdoptionReport {
        var pass = AdoptionPass(adopter: self, store: store)
        pass.report.isRehearsal = rehearses
        if rehearses {
            try pass.rehearse()
            return pass.report
        }
        var failure: MartletError?
        do throws(MartletError) { try pass.run() } catch { failure = error }
        pass.report.leftOut.merge(store.leftOut, uniquingKeysWith: +)
        if pass.report.changedSomething { try events.record("runs.adopted", "source:\(source)", pass.report.json) }
        guard let failure else { return pass.report }
        guard failure.code == .cancelled else { throw failure }
        throw MartletError(
            .cancelled,
            "Stopped. \(pass.report.added) runs are new here, \(pass.report.points) points were read; the same command goes on from there.")
    }
}
